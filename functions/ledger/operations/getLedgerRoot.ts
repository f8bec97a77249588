import { accountingRoutes } from "#shared/accounting/contract.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { findRoot } from "#shared/ledger/roots.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/** What the ledger committed itself to at the end of a day. */
export const getLedgerRoot = operation(accountingRoutes.getLedgerRoot)(async ({ path }) => {
  const root = await findRoot(ledger.db, path.date);
  if (!root) throw new Refusal(problems.notFound);
  return { status: 200, body: root };
});
