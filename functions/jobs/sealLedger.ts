import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { closeSealed } from "#shared/accounting/closing.ts";
import { sealDue } from "#shared/accounting/sealing.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";

/** Seals what was posted to the ledger, and closes the periods that are sealed to their end. */
export const handler = consume("sealLedger", scheduledRun, async ({ job }) => {
  const sealed = await sealDue();
  const now = clock.now();
  const until = sealed?.watermark?.until;
  const lagSeconds = until ? Math.max(0, Math.round((now.getTime() - Date.parse(until)) / 1_000)) : 0;
  log("ledger-sealed", { segment: sealed?.watermark?.segment, entries: sealed?.entries, lagSeconds });
  const closed = await closeSealed(now);
  log("job-completed", { job, handled: (sealed?.segments ?? 0) + closed });
});
