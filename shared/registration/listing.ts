import { businessDate, type Instant, startOfBusinessDay } from "#shared/platform/time.ts";
import { bestPairOf, holdsWords, pairsOf } from "#shared/platform/words.ts";
import type { SportEvent } from "./model.ts";
import { takesSignUps } from "./programme/rules.ts";

/**
 * How events are found. Each published event stands in the lists of its terms: `all`, its sport, its town, both,
 * and every pair of neighbouring characters of its texts. A list entry is a hint, never a fact: the reader checks
 * each event it leads to against the whole question, so a stale entry is harmless and entries need no transaction.
 */
export interface EventQuestion {
  sport?: string | undefined;
  town?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  open?: "true" | "false" | undefined;
  q?: string | undefined;
  level?: SportEvent["level"] | undefined;
}

export const ALL = "all";
/** Events that one may wait for: where the sweep looks for freed places. */
export const WAITLIST = "waitlist";
/** Events of which nobody was marked as one who did not come: where that sweep looks. */
export const NO_SHOWS = "no-shows";
const sportTerm = (sport: string) => `sport:${sport}`;
const townTerm = (town: string) => `town:${town}`;
const bothTerm = (sport: string, town: string) => `sport:${sport}|town:${town}`;
/** The rounds of a series. */
export const seriesTerm = (seriesId: string) => `series:${seriesId}`;
const pairTerm = (pair: string) => `text:${pair}`;

const texts = ({ name, sport, town, venue }: SportEvent): string[] => [name, sport, town, venue];

/** The lists an event stands in. */
export function termsOf(event: SportEvent): string[] {
  const { sport, town } = event;
  const words = texts(event).flatMap(pairsOf).map(pairTerm);
  const waits = event.waitlist ? [WAITLIST] : [];
  const rounds = event.seriesId === undefined ? [] : [seriesTerm(event.seriesId)];
  const own = [sportTerm(sport), townTerm(town), bothTerm(sport, town)];
  return [...new Set([ALL, NO_SHOWS, ...own, ...waits, ...rounds, ...words])];
}

/** The shortest list that holds every answer. */
export function termFor({ q = "", sport, town }: EventQuestion): string {
  const pair = bestPairOf(q);
  if (pair !== undefined) return pairTerm(pair);
  if (sport !== undefined && town !== undefined) return bothTerm(sport, town);
  if (sport !== undefined) return sportTerm(sport);
  return town === undefined ? ALL : townTerm(town);
}

/** The instants between which the answers begin; today and later unless the question says otherwise. */
export function rangeOf({ from, to }: EventQuestion, now: Date): { from: Instant; to: Instant } {
  const next = (date: string) => new Date(Date.parse(startOfBusinessDay(date)) + 86_400_000).toISOString();
  return {
    from: startOfBusinessDay(from ?? businessDate(now)),
    to: to === undefined ? "9999" : next(to),
  };
}

/** Whether the event as it stands now answers the whole question. */
export function answers(event: SportEvent, question: EventQuestion, now: Date): boolean {
  const { sport, town, level, open, q } = question;
  const range = rangeOf(question, now);
  const instant = now.toISOString();
  const isOpen = takesSignUps(event) && event.signUpOpensAt <= instant && instant < event.signUpClosesAt;
  return (
    event.status === "published" &&
    event.startsAt >= range.from &&
    event.startsAt < range.to &&
    (sport ?? event.sport) === event.sport &&
    (town ?? event.town) === event.town &&
    (level ?? event.level) === event.level &&
    (open === undefined || isOpen === (open === "true")) &&
    holdsWords(q ?? "", texts(event))
  );
}
