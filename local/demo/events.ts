import { type BusinessDate, businessDate } from "#shared/platform/time.ts";
import { addDays, addMinutes, isWeekend, mondayOf, shanghai } from "./calendar.ts";
import { type Sport, towns, venues } from "./facts.ts";
import { type EventInput, entries, healthStatement, waiver } from "./groups.ts";
import { type Programme, programmes } from "./programmes.ts";
import { type Chance, chanceOf } from "./random.ts";
import { type Series, seriesOf } from "./townSeries.ts";

export interface DemoEvent {
  organiser: string;
  input: EventInput;
  /** A draft is seen by its organisation only. */
  draft: boolean;
}

/** Weeks from the present one in which the towns hold something. */
const TOWN_WEEKS = { first: -3, last: 16 } as const;
/** How many of the towns' latest events still are drafts. */
const DRAFTS = 8;

const wet = new Set<Sport>(["帆船", "皮划艇", "龙舟"]);

const statementsFor = (kind: EventInput["kind"], sport: Sport): EventInput["statements"] => [
  ...(kind === "activity" ? [] : [waiver]),
  ...(wet.has(sport) ? [...(kind === "activity" ? [waiver] : []), healthStatement] : []),
];

interface Window {
  opensBefore: number;
  closesBefore: number;
  cancelsBefore: number;
}

/** Sign-up opens at eight in the evening, on weekends at ten in the morning, and closes at the end of an evening. */
function windowOf(day: BusinessDate, { opensBefore, closesBefore, cancelsBefore }: Window) {
  const opens = addDays(day, -opensBefore);
  const cancelUntil = shanghai(addDays(day, -cancelsBefore), "12:00");
  return {
    signUpOpensAt: shanghai(opens, isWeekend(opens) ? "10:00" : "20:00"),
    signUpClosesAt: shanghai(addDays(day, -closesBefore), "22:00"),
    cancelUntil,
  };
}

function programmeEvent(
  of: Programme,
  week: number,
  station: number,
  monday: BusinessDate,
  chance: Chance,
): DemoEvent {
  const { name, sport, venue, organiser, kind, entry, time = "08:30", verified = false } = of;
  const evening = time >= "18:00";
  const day = addDays(monday, week * 7 + (evening ? 4 : chance.between(5, 6)));
  const startsAt = shanghai(day, time);
  const town = venues.find((known) => known.name === venue)?.town ?? towns[0].name;
  return {
    organiser,
    draft: false,
    input: {
      name: of.weeks.length > 1 ? `${name}第${station}站` : name,
      sport,
      town,
      venue,
      description: `${name}，地点${venue}。演示数据，所列人员和单位均为虚构。`,
      startsAt,
      endsAt: addMinutes(startsAt, kind === "league" ? 540 : 210),
      ...windowOf(day, {
        opensBefore: chance.between(30, 45),
        closesBefore: chance.between(5, 8),
        cancelsBefore: 4,
      }),
      groups: entries[entry](chance.oneOf([40, 60, 100, 150, 200])),
      level: "quality",
      kind,
      statements: statementsFor(kind, sport),
      requiresVerified: verified,
    },
  };
}

/** Weekdays after work, on weekends in the morning or after the noon rest. */
function timeOf(chance: Chance): { weekday: number; time: `${number}:${number}` } {
  const weekday = chance.oneOf([1, 2, 3, 4, 5, 5, 6, 6]);
  return weekday < 5
    ? { weekday, time: chance.oneOf(["18:30", "19:00", "19:30"]) }
    : { weekday, time: chance.oneOf(["08:00", "09:00", "09:30", "14:00", "15:00"]) };
}

function townEvent(of: Series, week: number, issue: number, monday: BusinessDate, chance: Chance): DemoEvent {
  const { town, sport, title, entry, venue, kind } = of;
  const { weekday, time } = timeOf(chance);
  const day = addDays(monday, week * 7 + weekday);
  const startsAt = shanghai(day, time);
  return {
    organiser: town.organiser,
    draft: false,
    input: {
      name: `${town.short}${title}第${issue}期`,
      sport,
      town: town.name,
      venue,
      startsAt,
      endsAt: addMinutes(startsAt, chance.oneOf([90, 120, 150])),
      ...windowOf(day, {
        opensBefore: chance.between(12, 18),
        closesBefore: chance.between(1, 2),
        cancelsBefore: 1,
      }),
      groups: entries[entry](chance.oneOf([10, 12, 16, 20, 24, 30, 40, 60])),
      level: chance.next() < 0.4 ? "quality" : "general",
      kind,
      statements: statementsFor(kind, sport),
    },
  };
}

/** Two or three in each town and week, its series in turn. */
function townEvents(monday: BusinessDate, chance: Chance): DemoEvent[] {
  return towns.flatMap(({ name }) => {
    const series = seriesOf(name);
    const issues = new Map<string, number>();
    const events: DemoEvent[] = [];
    for (let week: number = TOWN_WEEKS.first; week <= TOWN_WEEKS.last; week += 1) {
      const held = week % 2 === 0 ? 3 : 2;
      for (let nth = 0; nth < held; nth += 1) {
        const next = series[events.length % series.length];
        if (!next) continue;
        const issue = (issues.get(next.title) ?? 0) + 1;
        issues.set(next.title, issue);
        events.push(townEvent(next, week, issue, monday, chance));
      }
    }
    return events;
  });
}

/** The district's programme around a day, in order of its start; the same for every day of a week. */
export function makeEvents(seed: number, now: Date): DemoEvent[] {
  const chance = chanceOf(seed);
  const monday = mondayOf(now);
  const planned = programmes.flatMap((of) =>
    of.weeks.map((week, at) => programmeEvent(of, week, at + 1, monday, chance)),
  );
  const held = townEvents(monday, chance);
  const all = [...planned, ...held].sort((a, b) => a.input.startsAt.localeCompare(b.input.startsAt));
  const drafts = new Set(all.filter(({ organiser }) => organiser.startsWith("org-town")).slice(-DRAFTS));
  return all.map((event) => ({ ...event, draft: drafts.has(event) }));
}

/** How sign-up stands at an instant. */
export function windowStateOf(
  { signUpOpensAt, signUpClosesAt }: EventInput,
  now: Date,
): "not-open" | "open" | "closed" {
  const instant = now.toISOString();
  if (instant < signUpOpensAt) return "not-open";
  return instant < signUpClosesAt ? "open" : "closed";
}

/** A day before any sign-up opens. */
export const beforeEverything = (events: readonly DemoEvent[]): Date => {
  const [first = ""] = events.map(({ input }) => input.signUpOpensAt).sort();
  return new Date(shanghai(addDays(businessDate(first), -1), "09:00"));
};
