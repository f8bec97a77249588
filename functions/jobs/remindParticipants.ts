import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { runJob } from "#shared/jobs/run.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { type Cursor, remindNext } from "#shared/registration/reminders/remind.ts";

const LEASE_SECONDS = 240;
const BUDGET_MS = 150_000;

/** Reminds those who have a place of what begins in a day, and in two hours. */
export const handler = consume("remindParticipants", scheduledRun, async ({ job }) => {
  const { outcome, handled } = await runJob<Cursor>({
    job,
    leaseSeconds: LEASE_SECONDS,
    budgetMs: BUDGET_MS,
    step: remindNext,
  });
  // Of two at once the other tells when it is done.
  if (outcome !== "busy") log("job-completed", { job, handled });
});
