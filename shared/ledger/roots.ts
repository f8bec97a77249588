import { canonical } from "#shared/platform/canonical.ts";
import type { Database, Item, Key } from "#shared/platform/database.ts";
import { type BusinessDate, businessDate, daysAfter, startOfBusinessDay } from "#shared/platform/time.ts";
import { firstInstant, itemsOf, readOne } from "./books.ts";
import { dayOf } from "./lines.ts";
import { merkleRoot, sha256Of } from "./merkle.ts";
import { type Segment, segmentOf, segmentsPartition } from "./segments.ts";

/** What the ledger commits itself to at the end of a day, before anybody asks. */
export interface DailyRoot {
  date: BusinessDate;
  /** Its segments, whose stretches begin on that day in Asia/Shanghai; 0 of both where there is none. */
  firstSegment: number;
  lastSegment: number;
  entries: number;
  /** Merkle root over the hashes of its segments. */
  root: string;
  /** The hash of the last segment up to the end of the day. */
  chain: string;
  /** Hash of the day before. */
  previous: string;
  hash: string;
}

export const ROOTS = "ROOTS";
const rootKey = (date: BusinessDate): Key => ({ pk: ROOTS, sk: date });

const rootOfItem = ({ pk: _pk, sk: _sk, ...root }: Item): DailyRoot => root as unknown as DailyRoot;

export const hashOfRoot = ({ hash: _, ...root }: DailyRoot): string => sha256Of(canonical(root));

export async function findRoot(db: Database, date: BusinessDate): Promise<DailyRoot | undefined> {
  const item = await readOne(db, rootKey(date));
  return item && rootOfItem(item);
}

export async function lastRoot(db: Database): Promise<DailyRoot | undefined> {
  for await (const item of itemsOf(db, ROOTS, { descending: true, limit: 1 })) return rootOfItem(item);
  return undefined;
}

/** The segments of a day, first to last. */
async function segmentsOfDay(db: Database, date: BusinessDate): Promise<Segment[]> {
  const from = startOfBusinessDay(date);
  const until = startOfBusinessDay(daysAfter(date, 1));
  const segments: Segment[] = [];
  for (const day of new Set([dayOf(from), dayOf(until)]))
    for await (const item of itemsOf(db, segmentsPartition(day), { from, to: until }))
      segments.push(segmentOf(item));
  return segments;
}

/** The root that follows from a day's segments and the day before. */
export function makeRoot(
  date: BusinessDate,
  segments: readonly Segment[],
  before: Pick<DailyRoot, "hash" | "chain" | "lastSegment"> | undefined,
): DailyRoot {
  const unhashed = {
    date,
    firstSegment: segments[0]?.number ?? 0,
    lastSegment: segments.at(-1)?.number ?? 0,
    entries: segments.reduce((sum, { count }) => sum + count, 0),
    root: merkleRoot(segments.map(({ hash }) => hash)),
    chain: segments.at(-1)?.hash ?? before?.chain ?? "",
    previous: before?.hash ?? "",
  };
  return { ...unhashed, hash: hashOfRoot({ ...unhashed, hash: "" }) };
}

/** The day the first segment belongs to. */
export async function firstDay(db: Database): Promise<BusinessDate | undefined> {
  const instant = await firstInstant(db);
  return instant && businessDate(instant);
}

/** The days that are over, sealed to their end, and have no root yet, with their roots; in their order. */
export async function* dueRoots(db: Database, sealedUntil: string): AsyncGenerator<DailyRoot> {
  let before = await lastRoot(db);
  let date = before ? daysAfter(before.date, 1) : await firstDay(db);
  while (date !== undefined && startOfBusinessDay(daysAfter(date, 1)) <= sealedUntil) {
    before = makeRoot(date, await segmentsOfDay(db, date), before);
    yield before;
    date = daysAfter(date, 1);
  }
}

/** A day's root as its segments and the day before make it. */
export async function recomputeRoot(db: Database, date: BusinessDate): Promise<DailyRoot> {
  const before = daysAfter(date, -1);
  return makeRoot(date, await segmentsOfDay(db, date), await findRoot(db, before));
}

export async function keepRoot(db: Database, root: DailyRoot): Promise<void> {
  await db.attempt([
    {
      table: "books",
      write: {
        Put: { Item: { ...rootKey(root.date), ...root }, ConditionExpression: "attribute_not_exists(pk)" },
      },
    },
  ]);
}

/** Where the object with a day's root is kept. */
export const rootObject = (date: BusinessDate): string => `roots/${date.slice(0, 4)}/${date}.json`;
