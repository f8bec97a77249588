import type { Person } from "#shared/people/store.ts";
import { canonical } from "#shared/platform/canonical.ts";
import { ageOn, businessDate } from "#shared/platform/time.ts";
import type { RegistrationClaim, SportEvent } from "../model.ts";
import type { EventCount, HeadCount, Holding, KeyGroups } from "./model.ts";
import { keyGroupNames } from "./schemas.ts";

/** Ages of the key groups, as the policy sets them. */
export interface Ages {
  youthUnderYears: number;
  eldersFromYears: number;
}

/** A place that somebody has, and of whom it is; an erased person is of no group. */
export interface Entry {
  status: RegistrationClaim["status"];
  person: Pick<Person, "birthDate" | "sex"> | undefined;
}

/** What entries and head counts of one event come to so far. */
export type Tally = Pick<EventCount, "registrations" | "attended" | "registrationsOf" | "attendedOf">;

export const nothingCounted: Tally = { registrations: 0, attended: 0, registrationsOf: {}, attendedOf: {} };

/** Sums by key group. */
export const together = (...all: readonly KeyGroups[]): KeyGroups =>
  Object.fromEntries(
    keyGroupNames.flatMap((name) => {
      const sum = all.reduce((so, of) => so + (of[name] ?? 0), 0);
      return sum > 0 ? [[name, sum]] : [];
    }),
  );

function groupsOf(person: Entry["person"], on: string, ages: Ages): KeyGroups {
  if (!person) return {};
  const age = ageOn(person.birthDate, on);
  return {
    ...(age < ages.youthUnderYears && { youth: 1 }),
    ...(age >= ages.eldersFromYears && { elders: 1 }),
    ...(person.sex === "female" && { women: 1 }),
  };
}

/** The tally with a page of entries more; ages are those of the event's first day. */
export function withEntries(
  tally: Tally,
  entries: readonly Entry[],
  { startsAt }: Pick<SportEvent, "startsAt">,
  ages: Ages,
): Tally {
  const on = businessDate(startsAt);
  const came = entries.filter(({ status }) => status === "attended");
  const of = (some: readonly Entry[]) => some.map(({ person }) => groupsOf(person, on, ages));
  return {
    registrations: tally.registrations + entries.length,
    attended: tally.attended + came.length,
    registrationsOf: together(tally.registrationsOf, ...of(entries)),
    attendedOf: together(tally.attendedOf, ...of(came)),
  };
}

/** The tally with those who came without a registration. */
export const withHeadCounts = (tally: Tally, counts: readonly HeadCount[]): Tally => ({
  ...tally,
  attended: counts.reduce((sum, { count }) => sum + count, tally.attended),
  attendedOf: together(tally.attendedOf, ...counts.map(({ keyGroups }) => keyGroups)),
});

/** What was counted: once the same versions have been counted after the event has settled, nothing changes it. */
const versionsOf = (event: Pick<SportEvent, "version">, holding: Holding | undefined): string =>
  `${event.version}.${holding?.version ?? 0}`;

const DAY_MS = 86_400_000;

/** Whether a count says what the one before it said. */
export function isSame(before: EventCount, after: EventCount): boolean {
  const figures = ({ countedAt: _, ...said }: EventCount) => canonical(said);
  return figures(before) === figures(after);
}

/** Whether an event was counted for good: long enough after its end, as it and its report still are. */
export const isSettled = (
  event: Pick<SportEvent, "version" | "endsAt">,
  holding: Holding | undefined,
  count: EventCount | undefined,
  settledAfterDays: number,
): boolean =>
  count !== undefined &&
  count.of === versionsOf(event, holding) &&
  Date.parse(count.countedAt) >= Date.parse(event.endsAt) + settledAfterDays * DAY_MS;

/**
 * What an event counts for. A report that the bureau confirmed goes before what was counted at the door, which then is
 * not counted beside it; only with one an event of level quality counts as such.
 */
export function countOf(
  event: SportEvent,
  tally: Tally,
  holding: Holding | undefined,
  now: Date,
): EventCount {
  const confirmed = holding?.status === "confirmed" ? holding : undefined;
  const { eventId, town, sport, startsAt, endsAt } = event;
  const over = endsAt <= now.toISOString();
  return {
    eventId,
    year: Number(businessDate(startsAt).slice(0, 4)),
    town,
    sport,
    startsAt,
    held: over && (tally.attended > 0 || holding !== undefined),
    ...tally,
    ...(confirmed && { attended: confirmed.participants, attendedOf: together(confirmed.keyGroups) }),
    quality: confirmed?.level === "quality",
    of: versionsOf(event, holding),
    countedAt: now.toISOString(),
  };
}
