import { fault } from "#shared/ledger/checks.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { Sealer, type SealRun, Unbalanced } from "#shared/ledger/seal.ts";
import { env } from "#shared/platform/env.ts";
import { reportFault } from "./audits.ts";
import { isRebuilding } from "./rebuilding.ts";

/** Seals what is old enough. A line that does not balance stops money, and is sealed by nobody. */
export async function sealDue(): Promise<SealRun | undefined> {
  if (await isRebuilding()) return undefined;
  const { LEDGER_SEAL_INTERVAL_SECONDS: interval, LEDGER_SEAL_DELAY_SECONDS: delay } = env();
  const sealer = new Sealer(ledger.db, { intervalMs: interval * 1_000, delayMs: delay * 1_000 });
  try {
    return await sealer.run(ledger.now());
  } catch (error) {
    if (!(error instanceof Unbalanced)) throw error;
    await reportFault(fault("entry-unbalanced", error.journalId));
    return undefined;
  }
}
