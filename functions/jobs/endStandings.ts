import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { endOver } from "#shared/registration/standing/ending.ts";

/** Tidies bans and penalties away whose time is over; the clock ended them, so a late run is late for nobody. */
export const handler = consume("endStandings", scheduledRun, async ({ job }) => {
  const { ended, failures } = await endOver(clock.now());
  log("job-completed", { job, handled: ended });
  if (failures.length > 0) throw failures[0];
});
