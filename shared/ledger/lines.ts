import { createHash } from "node:crypto";
import type { Database, Item, Key } from "#shared/platform/database.ts";
import type { BusinessDate, Instant } from "#shared/platform/time.ts";
import { entryOfItem, imageHash } from "./journal.ts";
import type { Leg } from "./model.ts";

/**
 * A journal entry as the sealer reads it: in the minute in which it was posted, over several partitions, since one
 * takes no more than 1,000 writes a second.
 */
export interface Line {
  journalId: string;
  postedAt: Instant;
  businessDate: BusinessDate;
  legs: readonly Leg[];
  /** Of the whole journal item. */
  hash: string;
}

/** Partitions of one minute's lines. */
export const LINE_SHARDS = 32;

export type Minute = string;
/** The UTC minute of an instant, `2026-05-01T00:00`. */
export const minuteOf = (instant: Instant): Minute => instant.slice(0, 16);

const shardOf = (journalId: string): number =>
  (createHash("sha256").update(journalId).digest()[0] ?? 0) % LINE_SHARDS;

export const linePartition = (minute: Minute, shard: number): string => `LINES#${minute}#${shard}`;
export const lineSort = ({ postedAt, journalId }: Pick<Line, "postedAt" | "journalId">): string =>
  `${postedAt}#${journalId}`;

export const lineKey = (line: Pick<Line, "postedAt" | "journalId">): Key => ({
  pk: linePartition(minuteOf(line.postedAt), shardOf(line.journalId)),
  sk: lineSort(line),
});

/** The line of a journal item: the same for the same item, however often it is made. */
export function lineOf(image: Item): Line {
  const { journalId, postedAt, businessDate, legs } = entryOfItem(image);
  return { journalId, postedAt, businessDate, legs, hash: imageHash(image) };
}

export const lineItem = (line: Line): Item => ({ ...lineKey(line), ...line });

export function lineOfItem({ pk: _pk, sk: _sk, ...line }: Item): Line {
  return line as unknown as Line;
}

/** The minutes of a day of which there are lines: what the sealer looks for. */
export const minutesPartition = (day: string): string => `MINUTES#${day}`;
export const dayOf = (instant: Instant | Minute): string => instant.slice(0, 10);

const minuteItem = (minute: Minute): Item => ({ pk: minutesPartition(dayOf(minute)), sk: minute });

/** Lines that came after the sealer had passed their minute, which it takes up on its next way. */
export const LATE_LINES = "LATE-LINES";
export const lateMarker = (line: Line): Item => ({ ...lineItem(line), pk: LATE_LINES });

/** Minutes of lines that came before anything was sealed: the first run begins with the earliest. */
export const BEGINNING = "BEGINNING";

export const headKey: Key = { pk: "HEAD", sk: "HEAD" };

/**
 * Writes the lines of journal items, in any order and any number of times. The sealer says how far it closes before
 * it reads, and this reads that after it wrote: a line that the sealer may not have seen is marked as late.
 */
export async function emitLines(db: Database, images: readonly Item[]): Promise<void> {
  const lines = images.map(lineOf);
  if (lines.length === 0) return;
  const minutes = [...new Set(lines.map(({ postedAt }) => minuteOf(postedAt)))];
  await db.writeHints("books", [...minutes.map(minuteItem), ...distinct(lines).map(lineItem)], []);
  let head = await db.get({ table: "books", key: headKey, consistent: true });
  if (!head) {
    await db.writeHints(
      "books",
      minutes.map((minute) => ({ pk: BEGINNING, sk: minute })),
      [],
    );
    head = await db.get({ table: "books", key: headKey, consistent: true });
  }
  const closing = String(head?.["closing"] ?? "");
  const late = lines.filter(({ postedAt }) => postedAt < closing);
  if (late.length > 0) await db.writeHints("books", distinct(late).map(lateMarker), []);
}

/** A batch names no item twice. */
const distinct = (lines: readonly Line[]): Line[] => [
  ...new Map(lines.map((line) => [line.journalId, line])).values(),
];

async function* pages(
  db: Database,
  asked: { partition: string; from: string; to: string },
): AsyncGenerator<Line[]> {
  let after: Item | undefined;
  do {
    const page = await db.query({
      table: "books",
      ...asked,
      limit: 500,
      consistent: true,
      ...(after && { after }),
    });
    yield page.items.map(lineOfItem);
    after = page.next;
  } while (after);
}

/** Lines posted from one instant up to, not including, another, which is in the same minute or ends it; in order. */
export async function* linesOf(
  db: Database,
  minute: Minute,
  from: Instant,
  until: Instant,
): AsyncGenerator<Line> {
  const readers = await Promise.all(
    Array.from({ length: LINE_SHARDS }, async (_, shard) => {
      // `until` sorts before every line of that instant, which has "#" and an id behind it.
      const reader = pages(db, { partition: linePartition(minute, shard), from, to: until });
      return { reader, at: 0, page: (await reader.next()).value ?? [] };
    }),
  );
  while (true) {
    let first: { line: Line; sort: string; from: (typeof readers)[number] } | undefined;
    for (const one of readers) {
      if (one.at === one.page.length) {
        if (one.page.length === 0) continue;
        one.page = (await one.reader.next()).value ?? [];
        one.at = 0;
      }
      const line = one.page[one.at];
      if (line && (!first || lineSort(line) < first.sort)) first = { line, sort: lineSort(line), from: one };
    }
    if (!first) return;
    first.from.at += 1;
    yield first.line;
  }
}
