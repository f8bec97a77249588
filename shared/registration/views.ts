import type * as z from "zod";
import { type Lane, TOTAL } from "#shared/allotment/model.ts";
import { isMinor } from "#shared/people/profile.ts";
import type { Person } from "#shared/people/store.ts";
import { ageOn, businessDate } from "#shared/platform/time.ts";
import type { registrationRoutes } from "./contract.ts";
import {
  type Availability,
  capacityOf,
  type EventSummary,
  type EventView,
  poolLeaf,
  type RegistrationView,
  type SportEvent,
} from "./model.ts";
import type { Registration } from "./store.ts";

type Entrant = z.input<(typeof registrationRoutes)["listEntrants"]["responses"][200]>["items"][number];
type MyRegistration = z.input<
  (typeof registrationRoutes)["listMyRegistrations"]["responses"][200]
>["items"][number];

export const summaryView = (event: SportEvent): EventSummary => ({ ...event, capacity: capacityOf(event) });

export const eventView = (event: SportEvent): EventView => {
  const { allotment: _places, expectedDemand: _demand, entriesClosedAt: _closed, ...shown } = event;
  return { ...shown, capacity: capacityOf(event) };
};

/** An event as everybody sees it. */
export const publicEventView = (event: SportEvent): EventView => {
  const { checklist: _ours, ...shown } = eventView(event);
  return shown;
};

const sumOf = (lanes: readonly Lane[] = [], of: "places" | "unconfirmed" | "owed" | "waiting"): number =>
  lanes.reduce((sum, lane) => sum + (lane[of] ?? 0), 0);

/**
 * Free places as a newcomer of the group would find them: no more than the whole event has, none while somebody
 * waits. `held` is confirmed and offered places together.
 */
export function availabilityView(
  event: SportEvent,
  lanes: Readonly<Record<string, readonly Lane[]>>,
  now: Date,
): Availability {
  const whole = lanes[TOTAL] ? sumOf(lanes[TOTAL], "places") : Number.POSITIVE_INFINITY;
  const instant = now.toISOString();
  const groups = event.groups.map(({ groupId, capacity, pools }) => {
    const own = lanes[groupId];
    const waitlisted = sumOf(own, "waiting");
    const leaves = [groupId, ...pools.map((_, at) => poolLeaf(groupId, at))];
    const left = leaves.map((leaf) => sumOf(lanes[leaf], "places"));
    const all = left.reduce((sum, places) => sum + places, 0);
    const reserved = pools.reduce(
      (sum, { flowsBackAt }, at) => sum + (flowsBackAt > instant ? (left[at + 1] ?? 0) : 0),
      0,
    );
    const held = capacity - all;
    const confirmed = held - leaves.reduce((sum, leaf) => sum + sumOf(lanes[leaf], "unconfirmed"), 0);
    const free = waitlisted > 0 ? 0 : Math.min(all - reserved, whole);
    return { groupId, capacity, held, confirmed, free, reserved: Math.min(reserved, whole), waitlisted };
  });
  return { asOf: instant, groups };
}

/** A registration as its participant and those who act for them see it. An offer that has lapsed is over. */
export function viewOf(
  { registrationId, claim, party }: Pick<Registration, "registrationId" | "claim" | "party">,
  now: Date,
): RegistrationView {
  const {
    eventId,
    groupId,
    participantId,
    status,
    signedUpAt,
    cancelledAt,
    offerExpiresAt,
    drawRank,
    rejection,
    onBehalf,
  } = claim;
  const lapsed = status === "offered" && (offerExpiresAt ?? "") <= now.toISOString();
  return {
    registrationId,
    eventId,
    groupId,
    participantId,
    status: lapsed ? "expired" : status,
    signedUpAt,
    ...(cancelledAt !== undefined && { cancelledAt }),
    ...(drawRank !== undefined && { drawRank }),
    ...(rejection !== undefined && { rejection }),
    ...(status === "offered" && !lapsed && offerExpiresAt && { offer: { expiresAt: offerExpiresAt } }),
    ...(party && { party }),
    ...(onBehalf && { onBehalf: onBehalf.kind }),
  };
}

/** Who signed up, and what was agreed to for the participant: for whoever looks, not for the answer that is remembered. */
export const signedView = ({ claim }: Pick<Registration, "claim">) => ({
  signedUpBy: claim.signedUpBy,
  signedAs: claim.signedAs,
  ...(claim.consents.length > 0 && { signatures: claim.consents }),
  ...(claim.declares && { declares: claim.declares }),
});

const groupNameOf = (event: SportEvent | undefined, groupId: string): string =>
  event?.groups.find((group) => group.groupId === groupId)?.name ?? "";

export function myRegistrationView(
  entry: Registration,
  event: SportEvent | undefined,
  participant: Person | undefined,
  now: Date,
): MyRegistration[] {
  if (!event) return [];
  const { name, venue, startsAt, cancelUntil } = event;
  return [
    {
      ...viewOf(entry, now),
      ...signedView(entry),
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
  const { groupId, status, signedUpAt, onBehalf } = viewOf(entry, now);
  const place = {
    registrationId: entry.registrationId,
    groupId,
    groupName: groupNameOf(event, groupId),
    status,
    signedUpAt,
    ...(onBehalf && { onBehalf }),
  };
  if (!person) return { ...place, name: "*" };
  const { signedAs, declares } = entry.claim;
  const said = { ...place, signedAs, ...(declares && { declares }) };
  const today = businessDate(now);
  if (isMinor(person.birthDate, today)) {
    const [surname = ""] = [...person.nameMasked];
    return { ...said, name: `${surname}**`, ageGroup: ageGroupOf(ageOn(person.birthDate, today)) };
  }
  return {
    ...said,
    name: person.nameMasked,
    sex: person.sex,
    birthYear: Number(person.birthDate.slice(0, 4)),
    idNumberMasked: person.idNumberMasked,
    ...(person.phoneMasked !== undefined && { phoneMasked: person.phoneMasked }),
    verification: person.verification,
  };
}
