import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { runJob } from "#shared/jobs/run.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { markNext } from "#shared/registration/standing/marking.ts";

const LEASE_SECONDS = 300;
const BUDGET_MS = 240_000;

/**
 * Marks those who did not come to events that ended before today. What fails does not hold the others up; the tick
 * then comes again.
 */
export const handler = consume("markNoShows", scheduledRun, async ({ job }) => {
  const failures: unknown[] = [];
  const { outcome, handled } = await runJob({
    job,
    leaseSeconds: LEASE_SECONDS,
    budgetMs: BUDGET_MS,
    step: (cursor: Parameters<typeof markNext>[0], lease) => markNext(cursor, lease, failures),
  });
  if (outcome !== "busy") log("job-completed", { job, handled });
  if (failures.length > 0) throw failures[0];
});
