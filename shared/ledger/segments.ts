import { canonical } from "#shared/platform/canonical.ts";
import type { Item, Key } from "#shared/platform/database.ts";
import type { BusinessDate, Instant } from "#shared/platform/time.ts";
import { dayOf, type Line, lineSort } from "./lines.ts";
import { merkleRoot, sha256Of } from "./merkle.ts";
import { type Period, periodOf } from "./model.ts";

/** An entry in its segment. */
export interface Sealed {
  journalId: string;
  postedAt: Instant;
  businessDate: BusinessDate;
  /** Its number in its period (凭证号): without gaps, in the order of sealing. */
  number: number;
  hash: string;
}

/** Entries sealed together, each segment bound to the one before by its hash. */
export interface Segment {
  number: number;
  /** The stretch of time whose entries it holds, until exclusive. Many entries are cut into several segments. */
  from: Instant;
  until: Instant;
  /** Its entries are from before, and came when their stretch was closed: its own has no length. */
  late?: true;
  count: number;
  /** First number and count by period. */
  numbers: Readonly<Record<Period, { first: number; count: number }>>;
  /** Merkle root over the entries in their order. */
  root: string;
  previous: string;
  /** Of all of this but itself. */
  hash: string;
}

/** The end of the chain, and how far the sealer has closed time. */
export interface Head {
  number: number;
  hash: string;
  /** Where the last segment begins, to find it by. */
  from: Instant;
  /** All that was posted before it is sealed, but for what comes late; empty until the first entry was looked for. */
  until: Instant;
  /** The last line sealed in its turn; the next begins behind it. */
  last: string;
  /** Whatever is posted before it and not seen by now is late. */
  closing: Instant;
  /** The last number given in each period. */
  numbers: Readonly<Record<Period, number>>;
}

/** A segment's number as a part of keys. */
export const ordinal = (number: number): string => String(number).padStart(12, "0");

export const segmentsPartition = (day: string): string => `SEGMENTS#${day}`;
export const segmentSort = ({ from, number }: Pick<Segment, "from" | "number">): string =>
  `${from}#${ordinal(number)}`;
export const segmentKey = (segment: Pick<Segment, "from" | "number">): Key => ({
  pk: segmentsPartition(dayOf(segment.from)),
  sk: segmentSort(segment),
});
export const sealedKey = (number: number): Key => ({ pk: `SEALED#${ordinal(number)}`, sk: "ENTRIES" });

export const segmentItem = (segment: Segment): Item => ({ ...segmentKey(segment), ...segment });
/** A segment's entries, and where the segment itself is found. */
export const sealedItem = ({ number, from }: Segment, entries: readonly Sealed[]): Item => ({
  ...sealedKey(number),
  from,
  entries,
});

export function segmentOf({ pk: _pk, sk: _sk, ...segment }: Item): Segment {
  return segment as unknown as Segment;
}
export function headOf({ pk: _pk, sk: _sk, ...head }: Item): Head {
  return head as unknown as Head;
}

/** What stands before the first segment. */
export const beginning = (closing: Instant): Head => ({
  number: 0,
  hash: "",
  from: "",
  until: "",
  last: "",
  closing,
  numbers: {},
});

/** What a leaf of the tree says: an entry's image under its number. */
export const leafOf = ({ journalId, businessDate, number, hash }: Sealed): string =>
  `${periodOf(businessDate)} ${number} ${journalId} ${hash}`;

export const hashOfSegment = ({ hash: _, ...segment }: Segment): string => sha256Of(canonical(segment));

/** The most legs of one segment: what is folded at once, and a list that an item holds. */
const MOST_LEGS = 1_000;
/** The most late lines of one segment: they are recorded in the write that seals it. */
const MOST_LATE = 200;

/**
 * Whether a segment of so many legs must end before the next line. Where it ends follows from the lines alone, so
 * that a rebuild cuts at the same places.
 */
export const isFull = (legs: number, next: Line): boolean => legs > 0 && legs + next.legs.length > MOST_LEGS;

/** Late lines in segments of their own. */
export const cutLate = (lines: readonly Line[]): Line[][] =>
  Array.from({ length: Math.ceil(lines.length / MOST_LATE) }, (_, at) =>
    lines.slice(at * MOST_LATE, (at + 1) * MOST_LATE),
  );

export type Stretch = Pick<Segment, "from" | "until" | "late">;

/** The segment that follows, of lines in their order. */
export function nextSegment(
  chain: Pick<Head, "number" | "hash" | "numbers">,
  lines: readonly Line[],
  { from, until, late }: Stretch,
): { segment: Segment; sealed: Sealed[] } {
  const numbers: Record<Period, { first: number; count: number }> = {};
  const sealed = lines.map((line): Sealed => {
    const { journalId, postedAt, businessDate, hash } = line;
    const period = periodOf(businessDate);
    const run = numbers[period] ?? { first: (chain.numbers[period] ?? 0) + 1, count: 0 };
    numbers[period] = run;
    run.count += 1;
    const number = run.first + run.count - 1;
    return { journalId, postedAt, businessDate, number, hash };
  });
  const unhashed = {
    number: chain.number + 1,
    from,
    until,
    ...(late && { late }),
    count: lines.length,
    numbers,
    root: merkleRoot(sealed.map(leafOf)),
    previous: chain.hash,
  };
  return { segment: { ...unhashed, hash: hashOfSegment({ ...unhashed, hash: "" }) }, sealed };
}

/** The chain's end after a segment, whose stretch may go on in the next. */
export function headAfter(head: Head, segment: Segment, sealed: readonly Sealed[], ends: boolean): Head {
  const { number, hash, from, late, numbers } = segment;
  const until = ends ? segment.until : from;
  const given = Object.entries(numbers).map(([period, { first, count }]) => [period, first + count - 1]);
  const last = sealed.at(-1);
  return {
    ...head,
    number,
    hash,
    from,
    until: until > head.until ? until : head.until,
    last: late || !last ? head.last : lineSort(last),
    numbers: { ...head.numbers, ...(Object.fromEntries(given) as Record<Period, number>) },
  };
}

export const inOrder = (lines: readonly Line[]): Line[] =>
  lines.toSorted((a, b) => (lineSort(a) < lineSort(b) ? -1 : 1));
