import { ledgerExportRequested } from "#events/contracts/ledgerExportRequested.ts";
import { writeExport } from "#shared/accounting/exports.ts";
import { consume } from "#shared/platform/queue.ts";

/** Writes a file of the ledger that somebody asked for. */
export const handler = consume("exportLedger", ledgerExportRequested, async ({ data }) => {
  await writeExport(data.exportId);
});
