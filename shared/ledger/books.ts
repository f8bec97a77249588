import type { Database, Item, Key } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import type { Instant } from "#shared/platform/time.ts";
import {
  LATE_ENTRIES,
  lateKey,
  type Point,
  pointOf,
  pointsPartition,
  strayOf,
  type Watermark,
  watermarkKey,
  watermarkOf,
} from "./fold.ts";
import {
  dayOf,
  headKey,
  LATE_LINES,
  type Line,
  lineKey,
  lineOfItem,
  type Minute,
  minuteOf,
  minutesPartition,
} from "./lines.ts";
import type { Leg } from "./model.ts";
import {
  type Head,
  headOf,
  ordinal,
  type Sealed,
  type Segment,
  sealedKey,
  segmentOf,
  segmentsPartition,
} from "./segments.ts";

const DAY_MS = 86_400_000;

export const readOne = (db: Database, key: Key) => db.get({ table: "books", key, consistent: true });

export async function readHead(db: Database): Promise<Head | undefined> {
  const item = await readOne(db, headKey);
  return item && headOf(item);
}

export async function readWatermark(db: Database): Promise<Watermark | undefined> {
  const item = await readOne(db, watermarkKey);
  return item && watermarkOf(item);
}

/** All items of a partition, within bounds. */
export async function* itemsOf(
  db: Database,
  partition: string,
  bounds: { from?: string; to?: string; descending?: true; limit?: number } = {},
  table: TableName = "books",
): AsyncGenerator<Item> {
  const { limit = 500, ...rest } = bounds;
  let after: Item | undefined;
  do {
    const page = await db.query({
      table,
      partition,
      ...rest,
      limit,
      consistent: true,
      ...(after && { after }),
    });
    yield* page.items;
    after = page.next;
  } while (after);
}

const days = (from: Instant, until: Instant): string[] => {
  const found: string[] = [];
  for (
    let day = dayOf(from);
    day <= dayOf(until);
    day = dayOf(new Date(Date.parse(`${day}T00:00Z`) + DAY_MS).toISOString())
  )
    found.push(day);
  return found;
};

/** Minutes of which there are lines, among those from one instant until another. */
export async function* minutesWithLines(db: Database, from: Instant, until: Instant): AsyncGenerator<Minute> {
  const bounds = { from: minuteOf(from), to: minuteOf(until) };
  for (const day of days(from, until))
    for await (const { sk } of itemsOf(db, minutesPartition(day), bounds)) yield String(sk);
}

/** The last point of an account before a segment. */
export async function pointBefore(
  db: Database,
  account: string,
  segment: number,
): Promise<Point | undefined> {
  const { items } = await db.query({
    table: "books",
    partition: pointsPartition(account),
    to: ordinal(segment - 1),
    descending: true,
    limit: 1,
    consistent: true,
  });
  return items[0] && pointOf(items[0]);
}

/** Lines by the keys a segment names, in its order. */
export async function readLines(
  db: Database,
  sealed: readonly Pick<Line, "journalId" | "postedAt">[],
): Promise<(Line | undefined)[]> {
  const items = await getAll(db, "books", sealed.map(lineKey));
  return items.map((item) => item && lineOfItem(item));
}

/** Segments whose stretch of time an instant is in, first to last. */
export async function* segmentsAt(db: Database, instant: Instant): AsyncGenerator<Segment> {
  const found: Segment[] = [];
  const bounds = { to: `${instant}~`, descending: true, limit: 20 } as const;
  for await (const item of itemsOf(db, segmentsPartition(dayOf(instant)), bounds)) {
    const segment = segmentOf(item);
    if (segment.until <= instant && !segment.late) break;
    if (segment.from <= instant && instant < segment.until) found.unshift(segment);
  }
  yield* found;
}

/** Where the first segment begins: nothing was posted before it. */
export async function firstInstant(db: Database): Promise<Instant | undefined> {
  const list = await readOne(db, sealedKey(1));
  return list && String(list["from"]);
}

/** Items by their keys, any number of them, in the order asked. */
export async function getAll(
  db: Database,
  table: "journal" | "books" | "accounts",
  keys: readonly { pk: string; sk: string }[],
): Promise<(Item | undefined)[]> {
  const pages: Promise<(Item | undefined)[]>[] = [];
  for (let first = 0; first < keys.length; first += 100)
    pages.push(db.getMany(keys.slice(first, first + 100).map((key) => ({ table, key, consistent: true }))));
  return (await Promise.all(pages)).flat();
}

/** Where an entry is sealed, in its turn or late. */
export async function sealedPlace(
  db: Database,
  { journalId, postedAt }: Pick<Line, "journalId" | "postedAt">,
): Promise<(Sealed & { segment: number }) | undefined> {
  const inSegment = async (segment: number) => {
    const list = (await readOne(db, sealedKey(segment)))?.["entries"] as readonly Sealed[] | undefined;
    const sealed = list?.find((entry) => entry.journalId === journalId);
    return sealed && { ...sealed, segment };
  };
  const late = await readOne(db, lateKey(journalId));
  if (late) return inSegment(Number(late["segment"]));
  for await (const { number } of segmentsAt(db, postedAt)) {
    const found = await inSegment(number);
    if (found) return found;
  }
  return undefined;
}

export const isSealed = async (db: Database, line: Pick<Line, "journalId" | "postedAt">): Promise<boolean> =>
  (await sealedPlace(db, line)) !== undefined;

/** The legs of what the sealer was told of and has not sealed up to a segment: it comes late. */
export async function legsAfter(db: Database, segment: number): Promise<Leg[]> {
  // By entry: it may be sealed between the two readings.
  const found = new Map<string, readonly Leg[]>();
  for await (const item of itemsOf(db, LATE_LINES)) {
    const line = lineOfItem(item);
    if (!(await isSealed(db, line))) found.set(line.journalId, line.legs);
  }
  for await (const item of itemsOf(db, LATE_ENTRIES, { from: ordinal(segment + 1) })) {
    const { journalId, legs } = strayOf(item);
    found.set(journalId, legs);
  }
  return [...found.values()].flat();
}
