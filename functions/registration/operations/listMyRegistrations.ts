import { everybodyOf } from "#shared/people/acting.ts";
import { callersPersonId, findPersons } from "#shared/people/store.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { findEvents, listRegistrationsOfAll } from "#shared/registration/store.ts";
import { myRegistrationView } from "#shared/registration/views.ts";

/** Registrations of the caller, then of each person the caller acts for; newest first. */
export const listMyRegistrations = operation(registrationRoutes.listMyRegistrations)(
  async ({ caller, query, now }) => {
    const callerId = await callersPersonId(caller.sub);
    const personIds = await everybodyOf(callerId);
    const scope = ["listMyRegistrations", ...personIds];
    const after = await readCursor(scope, query.cursor);
    const { registrations, next } = await listRegistrationsOfAll(personIds, query.limit, after);
    const [events, persons] = await Promise.all([
      findEvents(registrations.map(({ claim }) => claim.eventId)),
      findPersons(registrations.map(({ claim }) => claim.participantId)),
    ]);
    const items = registrations.flatMap((entry, at) =>
      myRegistrationView(entry, events[at], persons[at], now),
    );
    return { status: 200, body: { items, nextCursor: await signCursor(scope, next) } };
  },
);
