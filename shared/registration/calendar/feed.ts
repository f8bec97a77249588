import { everybodyOf } from "#shared/people/acting.ts";
import { findPersons, type Person } from "#shared/people/store.ts";
import type { Language } from "#shared/platform/problem.ts";
import type { SportEvent } from "../model.ts";
import { findEvents, listRegistrationsOfAll } from "../store.ts";
import { viewOf } from "../views.ts";
import type { Entry } from "./ics.ts";
import { registrationEntry } from "./rules.ts";

/** Of each person the newest so many: a feed is read again and again, and what is long over is not missed. */
const NEWEST = 50;
/** Of one reading of the store. */
const EVENTS = 100;

async function eventsById(eventIds: readonly string[]): Promise<Map<string, SportEvent>> {
  const ids = [...new Set(eventIds)];
  const pages: ReturnType<typeof findEvents>[] = [];
  for (let first = 0; first < ids.length; first += EVENTS)
    pages.push(findEvents(ids.slice(first, first + EVENTS)));
  const found = (await Promise.all(pages)).flat();
  return new Map(found.flatMap((event) => (event ? [[event.eventId, event] as const] : [])));
}

/** The registrations of a person and of those they act for that are not over, in order of their start. */
export async function feedEntries(owner: Person, language: Language, now: Date): Promise<Entry[]> {
  const personIds = await everybodyOf(owner.personId);
  const [persons, ...pages] = await Promise.all([
    findPersons(personIds),
    ...personIds.map((personId) => listRegistrationsOfAll([personId], NEWEST, undefined)),
  ]);
  const standing = pages.map(({ registrations }) =>
    registrations.filter(({ holder }) => holder.state !== "released"),
  );
  const events = await eventsById(standing.flat().map(({ claim }) => claim.eventId));
  const entries = standing.flatMap((registrations, at) =>
    registrations.flatMap((registration) => {
      const [event, person] = [events.get(registration.claim.eventId), persons[at]];
      if (!event || !person) return [];
      const another = person.personId !== owner.personId;
      const { nameMasked } = person;
      const { version } = registration.holder;
      const registered = { view: viewOf(registration, now), version, nameMasked, another };
      return registrationEntry(event, registered, language) ?? [];
    }),
  );
  return entries.sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
}
