import type { ActedFor } from "#shared/people/acting.ts";
import { FOR_LIFE } from "#shared/people/standing/model.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate, daysAfter, type Instant, startOfBusinessDay } from "#shared/platform/time.ts";
import { causes } from "./causes.ts";
import { standingProblems } from "./problems.ts";

/** What a person's own item must tell for a decision, and what who asks is to the person. */
export type Barred = Pick<ActedFor, "personId" | "as" | "ban" | "pause">;

/**
 * Whether a ban or a pause keeps the person from being signed up now. Refuses `banned`, with until and cause to the
 * person or a guardian alone: a proxy or staff hear that it cannot be; and `penalty-active`. The clock decides, not the
 * job that tidies.
 */
export function refuseBarred(person: Barred, { byStaff, now }: { byStaff?: true; now: Date }): void {
  const instant = now.toISOString();
  const { personId, ban, pause } = person;
  if (ban && ban.until > instant) {
    if (byStaff || person.as === "proxy") {
      const explanation = { zh: "本人可登录查看原因。", en: "The person can sign in and read why." };
      throw new Refusal(standingProblems.banned, { facts: { personId, explanation } });
    }
    const { zh, en } = causes[ban.cause].title;
    const life = ban.until === FOR_LIFE;
    const explanation = {
      zh: `因${zh}，${life ? "终身禁止报名" : `禁止报名至 ${ban.until}`}。`,
      en: `Banned ${life ? "for life" : `until ${ban.until}`} for ${en}.`,
    };
    const until = life ? {} : { until: ban.until };
    throw new Refusal(standingProblems.banned, {
      facts: { personId, cause: ban.cause, ...until, explanation },
    });
  }
  if (pause && pause.until > instant) {
    const { penaltyId, until } = pause;
    const appealAt = `/v1/penalties/${penaltyId}/appeal`;
    throw new Refusal(standingProblems.penaltyActive, { facts: { personId, penaltyId, until, appealAt } });
  }
}

/** A ban's last instant: the end of so many years in Asia/Shanghai, or none. 29 February ends with the day before. */
export function bannedUntil(now: Date, years: number | "life"): Instant {
  if (years === "life") return FOR_LIFE;
  const today = businessDate(now);
  const same = `${Number(today.slice(0, 4)) + years}${today.slice(4)}`;
  return startOfBusinessDay(daysAfter(same.endsWith("-02-29") ? `${same.slice(0, 4)}-02-28` : same, 1));
}

/** One event to which somebody did not come. */
export interface NoShow {
  eventId: string;
  /** When the event ended; from this, and not from when it was noticed, everything is counted. */
  endedAt: Instant;
  /** The penalty to which it led: it counts for one only. */
  penaltyId?: string;
}

/** How a person stands, by what they did and not by who they are. */
export interface Standing {
  personId: string;
  version: number;
  noShows: Readonly<Record<string, NoShow>>;
  /** Penalties that are not over, by their last instant. */
  penalties: Readonly<Record<string, Instant>>;
}

export interface NoShowRules {
  count: number;
  perDays: number;
  pauseDays: number;
}

const newStanding = (personId: string): Standing => ({ personId, version: 0, noShows: {}, penalties: {} });

const later = (instant: Instant, days: number): Instant =>
  new Date(Date.parse(instant) + days * 86_400_000).toISOString();

/** What of it can still matter to a no-show at an event that ended then, however late that is noticed. */
function kept(
  { noShows, penalties, ...standing }: Standing,
  perDays: number,
  { endedAt, now }: { endedAt: Instant; now: Date },
): Standing {
  const recent = (one: NoShow) => later(one.endedAt, perDays) > endedAt;
  return {
    ...standing,
    noShows: Object.fromEntries(Object.entries(noShows).filter(([, one]) => recent(one))),
    penalties: Object.fromEntries(Object.entries(penalties).filter(([, until]) => until > now.toISOString())),
  };
}

/** When nothing of it matters any more; some days later for an event that is noticed late. */
export const lapsesAt = (
  { noShows, penalties }: Standing,
  { perDays, lateDays }: { perDays: number; lateDays: number },
): Instant =>
  [
    ...Object.values(noShows).map(({ endedAt }) => later(endedAt, perDays + lateDays)),
    ...Object.values(penalties),
  ]
    .sort()
    .at(-1) ?? "";

/** A penalty as the rules impose it. */
export interface Imposed {
  from: Instant;
  until: Instant;
  /** The no-shows it is for, in the order of the events. */
  noShows: { registrationId: string; eventId: string }[];
}

/**
 * How a person stands after one more no-show, and the penalty it leads to: when so many that led to none lie within so
 * many days. The pause begins on the day after the last of these events, whenever that is noticed, so that a tick that
 * was missed changes nothing.
 */
export function afterNoShow(
  was: Standing | undefined,
  { registrationId, personId, ...noShow }: NoShow & { registrationId: string; personId: string },
  rules: NoShowRules,
  { penaltyId, now }: { penaltyId: string; now: Date },
): { standing: Standing; imposed?: Imposed } {
  const before = kept(was ?? newStanding(personId), rules.perDays, { endedAt: noShow.endedAt, now });
  const noShows = { ...before.noShows, [registrationId]: noShow };
  const version = before.version + 1;
  const free = Object.entries(noShows)
    .filter(([, one]) => one.penaltyId === undefined)
    .sort(([a, one], [b, two]) => (`${one.endedAt}#${a}` < `${two.endedAt}#${b}` ? -1 : 1));
  const last = free.at(-1)?.[1].endedAt ?? noShow.endedAt;
  const within = free.filter(([, { endedAt }]) => later(endedAt, rules.perDays) > last);
  if (within.length < rules.count) return { standing: { ...before, version, noShows } };
  const from = startOfBusinessDay(daysAfter(businessDate(last), 1));
  const until = later(from, rules.pauseDays);
  const spent = within.map(([id, one]) => [id, { ...one, penaltyId }] as const);
  return {
    standing: {
      ...before,
      version,
      noShows: { ...noShows, ...Object.fromEntries(spent) },
      penalties: { ...before.penalties, [penaltyId]: until },
    },
    imposed: {
      from,
      until,
      noShows: within.map(([id, { eventId }]) => ({ registrationId: id, eventId })),
    },
  };
}

/** How a person stands when a penalty is lifted: neither it nor its no-shows count again. */
export function afterLift(was: Standing, lifted: string): Standing {
  const { [lifted]: _over, ...penalties } = was.penalties;
  const noShows = Object.fromEntries(
    Object.entries(was.noShows).filter(([, { penaltyId }]) => penaltyId !== lifted),
  );
  return { ...was, version: was.version + 1, penalties, noShows };
}

/** How a person stands when a penalty's time is over; its no-shows led to one and lead to no other. */
export function afterEnd(was: Standing, over: string): Standing {
  const { [over]: _over, ...penalties } = was.penalties;
  return { ...was, version: was.version + 1, penalties };
}

/** The pause that lasts longest. */
export function pauseOf({ penalties }: Standing): { penaltyId: string; until: Instant } | undefined {
  const [longest] = Object.entries(penalties).sort(([, a], [, b]) => (a > b ? -1 : 1));
  return longest && { penaltyId: longest[0], until: longest[1] };
}
