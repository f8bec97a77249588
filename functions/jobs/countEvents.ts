import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { runJob } from "#shared/jobs/run.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { countPage } from "#shared/registration/programme/nightly.ts";

/** A page of twenty large events is counted within it. */
const LEASE_SECONDS = 800;
const BUDGET_MS = 600_000;

/** Counts the published events, page by page, for the public figures. */
export const handler = consume("countEvents", scheduledRun, async ({ job }) => {
  const { outcome, handled } = await runJob({
    job,
    leaseSeconds: LEASE_SECONDS,
    budgetMs: BUDGET_MS,
    step: countPage,
  });
  // Of two at once the other tells when it is done.
  if (outcome !== "busy") log("job-completed", { job, handled });
});
