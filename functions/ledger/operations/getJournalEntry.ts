import { accountingRoutes } from "#shared/accounting/contract.ts";
import { readEntry } from "#shared/accounting/reading.ts";
import { operation } from "#shared/platform/operation.ts";

/** An entry, what of it was reversed by which, and its number once it is sealed. */
export const getJournalEntry = operation(accountingRoutes.getJournalEntry)(async ({ path }) => ({
  status: 200,
  body: await readEntry(path.journalId),
}));
