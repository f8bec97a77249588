import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { publishRoots } from "#shared/accounting/publishing.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";

/** Verifies everything and publishes the roots of the days that are over. */
export const handler = consume("publishRoot", scheduledRun, async ({ job }) => {
  const published = await publishRoots();
  for (const { date, firstSegment, lastSegment } of published)
    log("root-published", { date, segments: firstSegment === 0 ? 0 : lastSegment - firstSegment + 1 });
  log("job-completed", { job, handled: published.length });
});
