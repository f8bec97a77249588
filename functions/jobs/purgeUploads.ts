import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { purge } from "#shared/uploads/purging.ts";

/** Removes whatever uploads' time is over, however late; a second run finds nothing. */
export const handler = consume("purgeUploads", scheduledRun, async ({ job }) => {
  const { removed, failures } = await purge(clock.now());
  log("job-completed", { job, handled: removed });
  if (failures.length > 0) throw failures[0];
});
