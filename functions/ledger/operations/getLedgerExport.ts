import { accountingRoutes } from "#shared/accounting/contract.ts";
import { readExport } from "#shared/accounting/exports.ts";
import { operation } from "#shared/platform/operation.ts";

/** How far an export is, and where its file can be fetched for the next five minutes. */
export const getLedgerExport = operation(accountingRoutes.getLedgerExport)(async ({ path }) => ({
  status: 200,
  body: await readExport(path.exportId),
}));
