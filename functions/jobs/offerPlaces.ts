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
 * missed run is made good by the next, and a second one changes nothing.
 */
export const handler = consume("offerPlaces", scheduledRun, async ({ job }) => {
  const now = clock.now();
  let handled = 0;
  for (const { registration, event } of await listDueRegistrations(now.toISOString(), DUE))
    if (await expireOffer(registration, event)) handled += 1;
  for await (const event of listEventsWithWaitlist(now)) handled += await offerFreePlaces(event);
  log("job-completed", { job, handled });
});
