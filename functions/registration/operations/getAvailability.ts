import { operation } from "#shared/platform/operation.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { places, publishedEvent } from "#shared/registration/store.ts";
import { availabilityView } from "#shared/registration/views.ts";

/** How many places are taken and free, by group, from the counters themselves. */
export const getAvailability = operation(registrationRoutes.getAvailability)(async ({ path, now }) => {
  const event = await publishedEvent(path.eventId);
  const lanes = await places.readLanes(event.allotment);
  return { status: 200, body: availabilityView(event, lanes, now) };
});
