import type * as z from "zod";
import type { Lane } from "#shared/allotment/model.ts";
import { isMinor } from "#shared/people/profile.ts";
import type { Person } from "#shared/people/store.ts";
import { ageOn, businessDate } from "#shared/platform/time.ts";
import type { registrationRoutes } from "./contract.ts";
import {
  type Availability,
  capacityOf,
  type EventSummary,
  type EventView,
  type SportEvent,
} from "./model.ts";
import { type Registration, viewOf } from "./store.ts";

type Entrant = z.input<(typeof registrationRoutes)["listEntrants"]["responses"][200]>["items"][number];
type MyRegistration = z.input<
  (typeof registrationRoutes)["listMyRegistrations"]["responses"][200]
>["items"][number];

export const summaryView = (event: SportEvent): EventSummary => ({ ...event, capacity: capacityOf(event) });

export const eventView = (event: SportEvent): EventView => {
  const { allotment: _places, expectedDemand: _demand, ...shown } = event;
  return { ...shown, capacity: capacityOf(event) };
};

/** Free places as a newcomer would find them: no more than the whole event has. */
export function availabilityView(
  event: SportEvent,
  lanes: Readonly<Record<string, Lane>>,
  now: Date,
): Availability {
  const groups = event.groups.map(({ groupId, capacity }) => {
    const lane = lanes[groupId];
    const left = lane?.places ?? 0;
    const held = capacity - left;
    const free = Math.min(left, lanes["total"]?.places ?? left);
    return { groupId, capacity, held, confirmed: held, free, waitlisted: lane?.waiting ?? 0 };
  });
  return { asOf: now.toISOString(), groups };
}

const groupNameOf = (event: SportEvent | undefined, groupId: string): string =>
  event?.groups.find((group) => group.groupId === groupId)?.name ?? "";

export function myRegistrationView(
  entry: Registration,
  event: SportEvent | undefined,
  participant: Person | undefined,
): MyRegistration[] {
  if (!event) return [];
  const { name, venue, startsAt, cancelUntil } = event;
  return [
    {
      ...viewOf(entry),
      cancelUntil,
      event: { name, venue, startsAt, groupName: groupNameOf(event, entry.claim.groupId) },
      participantNameMasked: participant?.nameMasked ?? "*",
    },
  ];
}

/** Coarse enough not to point at a child in a list. */
const ageGroupOf = (age: number): string => (age < 6 ? "0-5" : age < 14 ? "6-13" : "14-17");

/**
 * One line of an organiser's list. Of a minor it shows surname and age group only (未成年人网络保护条例 Art. 36);
 * of an erased person nothing.
 */
export function entrantView(
  event: SportEvent,
  entry: Registration,
  person: Person | undefined,
  now: Date,
): Entrant {
  const { groupId, status, signedUpAt } = entry.claim;
  const place = {
    registrationId: entry.registrationId,
    groupId,
    groupName: groupNameOf(event, groupId),
    status,
    signedUpAt,
  };
  if (!person) return { ...place, name: "*" };
  const today = businessDate(now);
  if (isMinor(person.birthDate, today)) {
    const [surname = ""] = [...person.nameMasked];
    return { ...place, name: `${surname}**`, ageGroup: ageGroupOf(ageOn(person.birthDate, today)) };
  }
  return {
    ...place,
    name: person.nameMasked,
    sex: person.sex,
    birthYear: Number(person.birthDate.slice(0, 4)),
    idNumberMasked: person.idNumberMasked,
    ...(person.phoneMasked !== undefined && { phoneMasked: person.phoneMasked }),
    verification: person.verification,
  };
}
