import * as z from "zod";

/** Rebuild the books from the journal. Sent by an engineer (docs/runbooks/alarms.md), and by itself to go on. */
export const ledgerRebuild = z.object({
  type: z.literal("leyun.ledger.rebuild.v1"),
  phase: z.enum(["forget", "tell"]).default("forget"),
  after: z.record(z.string(), z.unknown()).optional(),
});
