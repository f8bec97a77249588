import { accountingRoutes } from "#shared/accounting/contract.ts";
import { listAccounts } from "#shared/accounting/reading.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** Accounts of a book, or those that one account totals, in the order of their ids. */
export const listLedgerAccounts = operation(accountingRoutes.listLedgerAccounts)(async ({ query }) => {
  const under = query.expand ?? query.book;
  const scope = ["listLedgerAccounts", under];
  const { items, next } = await listAccounts(under, query.limit, await readCursor(scope, query.cursor));
  return { status: 200, body: { items, nextCursor: await signCursor(scope, next) } };
});
