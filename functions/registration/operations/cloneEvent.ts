import { organisationOf } from "#shared/platform/caller.ts";
import { newId } from "#shared/platform/ids.ts";
import { once } from "#shared/platform/operation.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { againOn, draft } from "#shared/registration/programme/drafting.ts";
import { organisersEvent, planNewEvent } from "#shared/registration/store.ts";
import { eventView } from "#shared/registration/views.ts";

/** Makes an event again on another day, as a draft with nobody in it. */
export const cloneEvent = once(programmeRoutes.cloneEvent)(
  async ({ caller, path, body, now }) => {
    const organiserId = organisationOf(caller);
    const old = await organisersEvent(path.eventId, organiserId);
    const ids = { eventId: newId("evt"), newGroupId: () => newId("grp") };
    const { event, parts } = await draft(againOn(old, body), organiserId, ids);
    return { parts: [...planNewEvent(event, now.toISOString()), ...parts], effect: eventView(event) };
  },
  (event) => ({ status: 201, body: event, headers: { etag: `"${event.version}"` } }),
);
