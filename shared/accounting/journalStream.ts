import { fault } from "#shared/ledger/checks.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { emitLines } from "#shared/ledger/lines.ts";
import type { Item } from "#shared/platform/database.ts";
import { log } from "#shared/platform/logger.ts";
import { reportFault } from "./audits.ts";

/** One change of the journal. */
export interface JournalChange {
  change: "INSERT" | "MODIFY" | "REMOVE";
  journalId: string;
  image: Item | undefined;
}

/** Writes the lines of new entries. Whatever else happens to an entry is no work of this service, and stops money. */
export async function take(changes: readonly JournalChange[]): Promise<void> {
  const images = changes.flatMap(({ change, image }) => (change === "INSERT" && image ? [image] : []));
  for (let first = 0; first < images.length; first += 100)
    await emitLines(ledger.db, images.slice(first, first + 100));
  for (const { change, journalId } of changes) {
    if (change === "INSERT") continue;
    log("journal-altered", { change, journalId });
    await reportFault(fault("journal-altered", journalId, "INSERT", change));
  }
}
