import type * as z from "zod";
import type { Part } from "#shared/platform/database.ts";
import { problems } from "#shared/platform/problems.ts";
import { parse } from "#shared/platform/request.ts";
import { businessDate, daysAfter, type Instant, startOfBusinessDay } from "#shared/platform/time.ts";
import { draftEvent } from "../eventRules.ts";
import { eventInput } from "../eventSchemas.ts";
import type { EventInput, SportEvent } from "../model.ts";
import { findEvent } from "../store.ts";
import type { cloneInput, newEvent } from "./draftSchemas.ts";
import { roundOf } from "./rules.ts";
import { ownSeries, planEntryRound } from "./store.ts";
import { type EventTemplate, templates } from "./templates.ts";

type NewEvent = z.output<typeof newEvent>;
type CloneInput = z.output<typeof cloneInput>;

const HOUR_MS = 3_600_000;
/** That hour of the day so many days before another. */
const before = (startsAt: Instant, days: number, hour: number): Instant => {
  const day = startOfBusinessDay(daysAfter(businessDate(startsAt), -days));
  return new Date(Date.parse(day) + hour * HOUR_MS).toISOString();
};

/** What a template says of an event that starts then. */
function filledBy({ fills, days, minutes }: EventTemplate, startsAt: Instant): Partial<EventInput> {
  return {
    ...fills,
    endsAt: new Date(Date.parse(startsAt) + minutes * 60_000).toISOString(),
    ...(fills.groups.length > 0 && {
      signUpOpensAt: before(startsAt, days.opensBefore, 10),
      signUpClosesAt: before(startsAt, days.closesBefore, 22),
      cancelUntil: before(startsAt, days.cancelsBefore, 12),
    }),
  };
}

/** The whole of a new event. Refuses `invalid-body` where something is still missing. */
export function eventFrom({ template, ...given }: NewEvent): EventInput {
  const from = template && given.startsAt ? filledBy(templates[template], given.startsAt) : {};
  const filled = { ...from, ...given };
  const { dropIn, groups = [], startsAt, endsAt } = filled;
  // One may come while it lasts, so there is nothing to open or to close.
  const nothing = { groups, signUpOpensAt: startsAt, signUpClosesAt: endsAt };
  const whole = dropIn && groups.length === 0 ? { ...nothing, ...filled } : filled;
  return parse(eventInput, whole, "", problems.invalidBody) as EventInput;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const DAY_MS = 86_400_000;

/** Every instant so many days later, at the same hour in Shanghai, which has no daylight saving. */
function daysLater(value: unknown, days: number): unknown {
  if (typeof value === "string")
    return INSTANT.test(value) ? new Date(Date.parse(value) + days * DAY_MS).toISOString() : value;
  if (Array.isArray(value)) return value.map((one) => daysLater(one, days));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, daysLater(one, days)]));
}

/**
 * What an organiser would say to make the event again on another day: all that one can say of an event, and nothing of
 * what became of it. Refuses `invalid-body` where today's rules no longer take something.
 */
export function againOn(event: SportEvent, of: CloneInput): EventInput {
  const days = Date.parse(businessDate(of.startsAt)) - Date.parse(businessDate(event.startsAt));
  const said = Object.entries(event).filter(([name]) => Object.hasOwn(eventInput.shape, name));
  const moved = daysLater(Object.fromEntries(said), days / DAY_MS) as Omit<EventInput, "placesPerPerson">;
  const { seriesId: was, tier: tierWas, ...kept } = moved;
  const series = of.seriesId === null ? undefined : (of.seriesId ?? was);
  const tier = series === undefined ? undefined : (of.tier ?? tierWas);
  const again = {
    ...kept,
    startsAt: of.startsAt,
    name: of.name ?? event.name,
    groups: event.groups.map((_, at) => {
      const { groupId: _old, ...group } = kept.groups[at] as EventInput["groups"][number];
      return group;
    }),
    checklist: event.checklist.map(({ itemId, title, required, source }) => ({
      itemId,
      title,
      required,
      ...(source && { source }),
    })),
    ...(series !== undefined && { seriesId: series }),
    ...(tier !== undefined && { tier }),
  };
  return parse(eventInput, again, "", problems.invalidBody) as EventInput;
}

/** A draft of an organisation, as a round of its series where it is one. Refuses `not-found`, `invalid-event`. */
export async function draft(
  input: EventInput,
  organiserId: string,
  ids: Parameters<typeof draftEvent>[2],
): Promise<{ event: SportEvent; parts: Part[] }> {
  const series = input.seriesId === undefined ? undefined : await ownSeries(input.seriesId, organiserId);
  const entryId = series?.entryEventId;
  const round = roundOf(series, input, entryId === undefined ? undefined : await findEvent(entryId));
  const event = draftEvent(input, organiserId, ids, round);
  return { event, parts: series && round.entryFor ? [planEntryRound(series, ids.eventId)] : [] };
}
