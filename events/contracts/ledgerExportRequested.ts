import * as z from "zod";

/** Somebody asked for a file of the ledger; what is to be in it is kept under the export's id. CloudEvents 1.0. */
export const ledgerExportRequested = z.object({
  specversion: z.literal("1.0"),
  id: z.string().meta({ description: "The same for every delivery of one request" }),
  source: z.literal("leyun/ledger"),
  type: z.literal("leyun.ledger.exportRequested.v1"),
  time: z.iso.datetime(),
  data: z.object({ exportId: z.string() }),
});

export type LedgerExportRequested = z.output<typeof ledgerExportRequested>;
