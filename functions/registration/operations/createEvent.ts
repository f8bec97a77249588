import { organisationOf } from "#shared/platform/caller.ts";
import { newId } from "#shared/platform/ids.ts";
import { once } from "#shared/platform/operation.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { draft, eventFrom } from "#shared/registration/programme/drafting.ts";
import { fairByDefault } from "#shared/registration/standing/guards.ts";
import { planNewEvent } from "#shared/registration/store.ts";
import { eventView } from "#shared/registration/views.ts";

/** Creates a draft that only its organisation sees. */
export const createEvent = once(registrationRoutes.createEvent)(
  async ({ caller, body, now }) => {
    const ids = { eventId: newId("evt"), newGroupId: () => newId("grp") };
    const fairness = body.fairness ?? (await fairByDefault());
    const input = eventFrom({ ...body, fairness });
    const { event, parts } = await draft(input, organisationOf(caller), ids);
    return { parts: [...planNewEvent(event, now.toISOString()), ...parts], effect: eventView(event) };
  },
  (event) => ({ status: 201, body: event, headers: { etag: `"${event.version}"` } }),
);
