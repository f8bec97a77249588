import { organisationOf } from "#shared/platform/caller.ts";
import { once } from "#shared/platform/operation.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { planDrawOf } from "#shared/registration/draw/commitment.ts";
import { publishEvent as decide } from "#shared/registration/eventRules.ts";
import { enterLists, organisersEvent, places, planEvent } from "#shared/registration/store.ts";
import { eventView } from "#shared/registration/views.ts";

/** Publishes a draft: it appears in the lists and its places can be taken. */
export const publishEvent = once(registrationRoutes.publishEvent)(
  async ({ caller, path, now }) => {
    const draft = await organisersEvent(path.eventId, organisationOf(caller));
    const { published, shape, places: free } = decide(draft, now);
    const { allotment, parts } = places.planOpening(shape, free, published.version);
    const event = { ...published, allotment };
    const committed = event.draw ? await planDrawOf(event, now) : [];
    await enterLists(event);
    return { parts: [planEvent(draft, event), ...parts, ...committed], effect: eventView(event) };
  },
  (event) => ({ status: 200, body: event, headers: { etag: `"${event.version}"` } }),
);
