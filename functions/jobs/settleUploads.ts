import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { settleScanned } from "#shared/uploads/settling.ts";

/** Takes what the scanner found of every upload that waits for it; a second or a late run changes nothing more. */
export const handler = consume("settleUploads", scheduledRun, async ({ job }) => {
  const { settled, failures } = await settleScanned(clock.now());
  log("job-completed", { job, handled: settled });
  if (failures.length > 0) throw failures[0];
});
