import type { Item, Key } from "#shared/platform/database.ts";
import { type BusinessDate, businessDate, type Instant } from "#shared/platform/time.ts";
import type { Line } from "./lines.ts";
import { type Book, type Leg, periodOf, type Side, type Turnover } from "./model.ts";
import { ordinal, type Sealed, type Segment } from "./segments.ts";

/** One entry's part in an account, as a statement shows it. */
export interface Move extends Turnover {
  journalId: string;
  postedAt: Instant;
  businessDate: BusinessDate;
  number: number;
}

/**
 * What an account comes to at the end of a segment that touched it: sums since its first entry, and the moves of
 * this segment. The balance as of any segment is the last point up to it.
 */
export interface Point extends Turnover {
  account: string;
  segment: number;
  moves: readonly Move[];
}

/** An account that something was posted to, or a control that totals others. */
export interface Registered {
  account: string;
  book: Book;
  normal: Side;
  control?: string;
  guard?: string;
  /** It totals others and is posted to by none. */
  totals?: true;
}

export const pointsPartition = (account: string): string => `POINTS#${account}`;
export const pointKey = ({ account, segment }: Pick<Point, "account" | "segment">): Key => ({
  pk: pointsPartition(account),
  sk: ordinal(segment),
});
export const pointItem = (point: Point): Item => ({ ...pointKey(point), ...point });
export function pointOf({ pk: _pk, sk: _sk, ...point }: Item): Point {
  return point as unknown as Point;
}

/** Accounts by what totals them; those that nothing totals by their book. */
export const registerPartition = (under: string): string => `REGISTER#${under}`;
export const registerItem = (one: Registered): Item => ({
  pk: registerPartition(one.control ?? one.book),
  sk: one.account,
  ...one,
});
export function registeredOf({ pk: _pk, sk: _sk, ...one }: Item): Registered {
  return one as unknown as Registered;
}
/** Where an account is found by its id alone. */
export const accountKey = (account: string): Key => ({ pk: `ACCOUNT#${account}`, sk: "ACCOUNT" });
export const accountItem = (one: Registered): Item => ({ ...accountKey(one.account), ...one });

/** The accounts a leg changes: its own, and the one that totals it. */
export const registeredOfLeg = ({ account, book, normal, control, guard }: Leg): Registered[] => [
  { account, book, normal, ...(control !== undefined && { control }), ...(guard !== undefined && { guard }) },
  ...(control === undefined ? [] : [{ account: control, book, normal, totals: true as const }]),
];

/** Every account that a segment touches, with its moves in the segment's order. */
export function movesOf(
  lines: readonly Line[],
  sealed: readonly Sealed[],
): Map<string, { of: Registered; moves: Move[] }> {
  const touched = new Map<string, { of: Registered; moves: Move[] }>();
  for (const [at, { journalId, postedAt, businessDate, legs }] of lines.entries())
    for (const leg of legs)
      for (const of of registeredOfLeg(leg)) {
        const known = touched.get(of.account) ?? { of, moves: [] };
        touched.set(of.account, known);
        const last = known.moves.at(-1);
        const debitFen = leg.side === "debit" ? leg.amountFen : 0;
        const creditFen = leg.side === "credit" ? leg.amountFen : 0;
        if (last?.journalId === journalId) {
          last.debitFen += debitFen;
          last.creditFen += creditFen;
        } else {
          const number = sealed[at]?.number ?? 0;
          known.moves.push({ journalId, postedAt, businessDate, number, debitFen, creditFen });
        }
      }
  return touched;
}

export const sum = (moves: readonly Turnover[]): Turnover => ({
  debitFen: moves.reduce((total, { debitFen }) => total + debitFen, 0),
  creditFen: moves.reduce((total, { creditFen }) => total + creditFen, 0),
});

export const plus = (a: Turnover, b: Turnover): Turnover => ({
  debitFen: a.debitFen + b.debitFen,
  creditFen: a.creditFen + b.creditFen,
});

export const minus = (a: Turnover, b: Turnover): Turnover => ({
  debitFen: a.debitFen - b.debitFen,
  creditFen: a.creditFen - b.creditFen,
});

export const nothing: Turnover = { debitFen: 0, creditFen: 0 };

/** The point an account has after a segment, from the one before. */
export const pointAfter = (
  before: Turnover | undefined,
  account: string,
  segment: number,
  moves: readonly Move[],
): Point => ({ account, segment, ...plus(before ?? nothing, sum(moves)), moves });

/** An entry that a balance by time and a balance by day or by sealing see differently. */
export interface Stray {
  journalId: string;
  postedAt: Instant;
  businessDate: BusinessDate;
  segment: number;
  legs: readonly Leg[];
}

/** Sealed after the stretch of time it belongs to, by segment: what balances as of an instant must add. */
export const LATE_ENTRIES = "LATE-ENTRIES";
/** Dated into an earlier period than the one it was posted in, by instant: what balances of a period must move. */
export const DATED_BACK = "DATED-BACK";
/** Where a late line is known to be sealed. */
export const lateKey = (journalId: string): Key => ({ pk: `LATE#${journalId}`, sk: "SEALED" });

export function straysOf(segment: Segment, lines: readonly Line[]): Item[] {
  return lines.flatMap((line) => {
    const { journalId, postedAt, legs } = line;
    const stray: Stray = {
      journalId,
      postedAt,
      businessDate: line.businessDate,
      segment: segment.number,
      legs,
    };
    const isDatedBack = periodOf(line.businessDate) !== periodOf(businessDate(postedAt));
    return [
      ...(segment.late
        ? [
            { pk: LATE_ENTRIES, sk: `${ordinal(segment.number)}#${journalId}`, ...stray },
            { ...lateKey(journalId), segment: segment.number },
          ]
        : []),
      ...(isDatedBack ? [{ pk: DATED_BACK, sk: `${postedAt}#${journalId}`, ...stray }] : []),
    ];
  });
}

export function strayOf({ pk: _pk, sk: _sk, ...stray }: Item): Stray {
  return stray as unknown as Stray;
}

/** How far readers may read: all of one segment and those before, folded. */
export interface Watermark {
  segment: number;
  hash: string;
  /** All that was posted before it is counted, but for what comes late. */
  until: Instant;
}

export const watermarkKey: Key = { pk: "WATERMARK", sk: "WATERMARK" };
export function watermarkOf({ pk: _pk, sk: _sk, ...watermark }: Item): Watermark {
  return watermark as unknown as Watermark;
}
