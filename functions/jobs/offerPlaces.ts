import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { expireOffer, offerFreePlaces } from "#shared/registration/changes.ts";
import { listDueRegistrations, listEventsWithWaitlist } from "#shared/registration/store.ts";

/** Due offers of one reading; the next tick reads on. */
const DUE = 100;

/**
 * Ends offers that have lapsed, then offers whatever is free to those who wait. It looks at how things stand, so a
 * missed run is made good by the next, and a second one changes nothing. What fails does not hold the others up; the
 * tick then comes again.
 */
export const handler = consume("offerPlaces", scheduledRun, async ({ job }) => {
  const now = clock.now();
  const failures: unknown[] = [];
  let handled = 0;
  const attempt = (work: Promise<number>) =>
    work.then(
      (count) => {
        handled += count;
      },
      (error: unknown) => failures.push(error),
    );
  for (const { registration, event } of await listDueRegistrations(now.toISOString(), DUE))
    await attempt(expireOffer(registration, event).then(Number));
  for await (const event of listEventsWithWaitlist(now)) await attempt(offerFreePlaces(event));
  log("job-completed", { job, handled });
  if (failures.length > 0) throw failures[0];
});
