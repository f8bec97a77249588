import { refuseToActFor } from "./dependants.ts";
import { findLink, findPerson, listDependants, listGuardians, type Person } from "./store.ts";

/** What who acts is to the person acted for: themself, a guardian of a child, or a relative whom an adult asked. */
export type Capacity = "self" | "guardian" | "proxy";

export type ActedFor = Person & { as: Capacity };

/**
 * The person a caller acts for: themself, their child, or an elder who asked. Refuses `not-found` for anybody else
 * and `guardian-consent-required` for a child under 14 without the consent in force.
 */
export async function personToActFor(callerId: string, personId: string, now: Date): Promise<ActedFor> {
  const self = personId === callerId;
  const [person, link] = await Promise.all([
    findPerson(personId, true),
    self ? undefined : findLink(callerId, personId),
  ]);
  refuseToActFor(person, link, callerId, now);
  return { ...person, as: self ? "self" : link?.relation === "child" ? "guardian" : "proxy" };
}

/** Whether the caller may see what belongs to this person. */
export const mayActFor = async (callerId: string, personId: string): Promise<boolean> =>
  personId === callerId || (await findLink(callerId, personId)) !== undefined;

/** The caller and everybody the caller acts for. */
export async function everybodyOf(callerId: string): Promise<string[]> {
  return [callerId, ...(await listDependants(callerId)).map(({ dependantId }) => dependantId)];
}

/** In whose inboxes a person is told something: their own, or those of a child's guardians where it has none. */
export async function inboxesOf({
  personId,
  account,
  madeBy,
}: Pick<Person, "personId" | "account" | "madeBy">): Promise<string[]> {
  if (account !== undefined || madeBy === "desk") return [personId];
  return (await listGuardians(personId)).map(({ guardianId }) => guardianId);
}
