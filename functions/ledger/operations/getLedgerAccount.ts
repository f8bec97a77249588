import { accountingRoutes } from "#shared/accounting/contract.ts";
import { readAccount } from "#shared/accounting/reading.ts";
import { operation } from "#shared/platform/operation.ts";

/** An account's balance at the watermark or as of an instant before it. */
export const getLedgerAccount = operation(accountingRoutes.getLedgerAccount)(async ({ path, query }) => ({
  status: 200,
  body: await readAccount(path.accountId, query.asOf),
}));
