import type { Person } from "#shared/people/store.ts";
import type { Application, SportEvent } from "../model.ts";
import { notQualified, type WithList } from "./rules.ts";
import { findQualifiers, qualifierIdOf } from "./store.ts";

type Candidate = Pick<Person, "identities">;

/** The ids under which a person can stand on a list for these groups; one that is left out is any group. */
const idsOf = ({ eventId }: WithList, { identities }: Candidate, groupIds: readonly (string | undefined)[]) =>
  Promise.all(
    identities.flatMap((identity) => groupIds.map((groupId) => qualifierIdOf(eventId, identity, groupId))),
  );

/**
 * By which entry of the event's list a person qualifies for a group, or `undefined`; one read. Whoever takes a place
 * by it puts `planQualified` into the same write: an entry may be removed meanwhile.
 */
export async function qualifies(
  event: WithList,
  person: Candidate,
  groupId: string,
): Promise<string | undefined> {
  const found = await findQualifiers(event.eventId, await idsOf(event, person, [groupId, undefined]));
  return found.find((one) => one !== undefined)?.qualifierId;
}

/** The groups for which a person stands on the list. */
async function listedFor(event: WithList, person: Candidate): Promise<string[]> {
  const groupIds = event.groups.map(({ groupId }) => groupId);
  const found = await findQualifiers(event.eventId, await idsOf(event, person, groupIds));
  return found.flatMap((one) => one?.groupId ?? []);
}

/**
 * The application with the entries by which everybody in it qualifies, where the event's places are for those on its
 * list; each must still stand in the write that gives the place. Refuses `not-qualified`.
 */
export async function qualified(
  event: WithList & Pick<SportEvent, "allocation">,
  people: readonly Candidate[],
  application: Application,
): Promise<Application> {
  if (event.allocation !== "qualifying") return application;
  const qualifierIds = await Promise.all(
    people.map(async (person) => {
      const entry = await qualifies(event, person, application.groupId);
      if (entry === undefined) throw notQualified(event, await listedFor(event, person));
      return entry;
    }),
  );
  return { ...application, qualifierIds };
}

/** Refuses `not-qualified` when an entry by which a sign-up was admitted does not stand any more. */
export async function refuseUnlisted(event: WithList, { qualifierIds = [] }: Application): Promise<void> {
  if (qualifierIds.length === 0) return;
  const found = await findQualifiers(event.eventId, qualifierIds);
  if (found.some((one) => one === undefined)) throw notQualified(event);
}
