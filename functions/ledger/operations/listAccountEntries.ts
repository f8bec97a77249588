import { accountingRoutes } from "#shared/accounting/contract.ts";
import { readStatement, type StatementCursor } from "#shared/accounting/reading.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import type { Item } from "#shared/platform/database.ts";
import { operation } from "#shared/platform/operation.ts";

/** An account's entries with running balances, in the order in which they were sealed. */
export const listAccountEntries = operation(accountingRoutes.listAccountEntries)(async ({ path, query }) => {
  const { accountId } = path;
  const scope = ["listAccountEntries", accountId, query.from ?? "", query.to ?? ""];
  const cursor = await readCursor(scope, query.cursor);
  const statement = await readStatement(accountId, query, cursor as StatementCursor | undefined);
  const nextCursor = await signCursor(scope, statement.next as Item | undefined);
  const { items, watermark } = statement;
  return { status: 200, body: { accountId, watermark, items, nextCursor } };
});
