import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { runJob } from "#shared/jobs/run.ts";
import { removeNext } from "#shared/people/answers/retention.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { findEvent } from "#shared/registration/store.ts";

const LEASE_SECONDS = 120;
const BUDGET_MS = 200_000;

const endOf = async (eventId: string) => (await findEvent(eventId))?.endsAt;

/** Removes answers given in sign-ups whose time is over, however late; a second run finds nothing. */
export const handler = consume("eraseAnswers", scheduledRun, async ({ job }) => {
  const { outcome, handled } = await runJob<{ more: boolean }>({
    job,
    leaseSeconds: LEASE_SECONDS,
    budgetMs: BUDGET_MS,
    async step() {
      const done = await removeNext(endOf, clock.now());
      return { handled: done.handled, ...(done.more && { next: { more: true } }) };
    },
  });
  // Of two at once the other tells when it is done.
  if (outcome !== "busy") log("job-completed", { job, handled });
});
