import { noteSeen } from "#shared/audit/log.ts";
import { findPersons } from "#shared/people/store.ts";
import { organisationOf } from "#shared/platform/caller.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { listRegistrationsIn, organisersEvent } from "#shared/registration/store.ts";
import { entrantView } from "#shared/registration/views.ts";

/** Who signed up for the organiser's event, masked; the audit log keeps that it was looked at. */
export const listEntrants = operation(registrationRoutes.listEntrants)(
  async ({ caller, path, query, now }) => {
    const event = await organisersEvent(path.eventId, organisationOf(caller));
    const scope = ["listEntrants", event.organiserId, event.eventId];
    const after = await readCursor(scope, query.cursor);
    const { registrations, next } = await listRegistrationsIn(event, query.limit, after);
    const persons = await findPersons(registrations.map(({ claim }) => claim.participantId));
    const items = registrations.map((entry, at) => entrantView(event, entry, persons[at], now));
    const facts = { shown: items.length };
    await noteSeen(caller, { action: "listEntrants", subject: event.eventId, facts }, now);
    return { status: 200, body: { items, nextCursor: await signCursor(scope, next) } };
  },
);
