import type { Database, Item, Part } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import { mapAtOnce } from "./atOnce.ts";
import {
  isSealed,
  itemsOf,
  minutesWithLines,
  pointBefore,
  readHead,
  readLines,
  readWatermark,
} from "./books.ts";
import {
  accountItem,
  movesOf,
  pointAfter,
  pointItem,
  registerItem,
  straysOf,
  type Watermark,
  watermarkKey,
} from "./fold.ts";
import { isBalanced } from "./journal.ts";
import { LATE_RECORDS, type LateRecord, lateRecord } from "./lateRecords.ts";
import { BEGINNING, headKey, LATE_LINES, type Line, lineOfItem, lineSort, linesOf } from "./lines.ts";
import type { Turnover } from "./model.ts";
import {
  beginning,
  cutLate,
  type Head,
  headAfter,
  inOrder,
  isFull,
  nextSegment,
  ordinal,
  type Sealed,
  type Segment,
  type Stretch,
  sealedItem,
  sealedKey,
  segmentItem,
  segmentKey,
  segmentOf,
} from "./segments.ts";

/** Another sealer went on meanwhile: what it did stands, and this one ends. */
class Overtaken extends Error {
  override readonly name = "Overtaken";
}

/** A line whose legs do not balance: it did not come from the one constructor of entries. */
export class Unbalanced extends Error {
  override readonly name = "Unbalanced";
  readonly journalId: string;
  constructor(journalId: string) {
    super(`the legs of ${journalId} do not balance`);
    this.journalId = journalId;
  }
}

const MINUTE_MS = 60_000;
/** Accounts whose sums a run remembers; about 100 MB. */
const REMEMBERED = 200_000;
/** Items of one batch write. */
const BATCH = 25;

const at = (milliseconds: number): Instant => new Date(milliseconds).toISOString();

export interface Sealing {
  /** Length of the stretches of time that segments hold. */
  intervalMs: number;
  /** Age at which a stretch is closed: by then its lines are expected to have come. */
  delayMs: number;
}

/** What one run did. */
export interface SealRun {
  segments: number;
  entries: number;
  watermark: Watermark | undefined;
}

async function write(db: Database, parts: readonly Part[]): Promise<void> {
  if ((await db.attempt(parts)).size > 0) throw new Overtaken("another sealer went on meanwhile");
}

const recordPart = (segment: Segment, lines: readonly Line[]): Part => {
  const Item = { pk: LATE_RECORDS, sk: ordinal(segment.number), ...lateRecord(segment, lines) };
  return { table: "accounts", write: { Put: { Item } } };
};

/** A condition that holds as long as no other sealer wrote the head. */
const headPart = (was: Head | undefined, is: Head): Part => ({
  table: "books",
  write: {
    Put: {
      Item: { ...headKey, ...is },
      ConditionExpression: was
        ? "#number = :number AND #until = :until AND closing = :closing"
        : "attribute_not_exists(pk)",
      ...(was && {
        ExpressionAttributeNames: { "#number": "number", "#until": "until" },
        ExpressionAttributeValues: { ":number": was.number, ":until": was.until, ":closing": was.closing },
      }),
    },
  },
});

/**
 * Seals what was posted, one stretch of time after the other, and folds it into the accounts' points. The head of
 * the chain is written with every segment, on condition that it is the one this run knows: of two sealers at work
 * one goes on and the other ends, and what a run left undone the next begins with.
 */
export class Sealer {
  readonly #db: Database;
  readonly #sealing: Sealing;
  /** Late segments that stand recorded and are not sealed: the books are being rebuilt. */
  #replay = new Map<number, LateRecord>();
  readonly #recorded = new Set<string>();
  /** What accounts come to, as this run wrote it last. */
  readonly #totals = new Map<string, Turnover>();
  readonly #run: SealRun = { segments: 0, entries: 0, watermark: undefined };
  #head: Head | undefined;

  constructor(db: Database, sealing: Sealing) {
    this.#db = db;
    this.#sealing = sealing;
  }

  async run(now: Date): Promise<SealRun> {
    try {
      await this.#seal(now.getTime());
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
    this.#run.watermark = await readWatermark(this.#db);
    return this.#run;
  }

  async #seal(now: number): Promise<void> {
    const { intervalMs, delayMs } = this.#sealing;
    const limit = at(Math.floor((now - delayMs) / intervalMs) * intervalMs);
    this.#head = await readHead(this.#db);
    if (!this.#head) await this.#begin(limit);
    if (this.#head?.until === "") await this.#lookForFirst();
    await this.#finishLast();
    await this.#readRecorded();
    if (limit > this.#now.closing) await this.#advance({ closing: limit });
    await this.#sealLate();
    if (limit > this.#now.until) await this.#sealUntil(limit);
    if (limit > this.#now.until) await this.#advance({ until: limit });
    await this.#publish(this.#now);
  }

  /** The head as this run knows it. */
  get #now(): Head {
    if (!this.#head) throw new Error("nothing was begun");
    return this.#head;
  }

  /** First says that it has begun, then looks for what came before: see `emitLines`. */
  async #begin(limit: Instant): Promise<void> {
    const head = beginning(limit);
    await write(this.#db, [headPart(undefined, head)]);
    this.#head = head;
  }

  async #lookForFirst(): Promise<void> {
    const { closing } = this.#now;
    for await (const { sk } of itemsOf(this.#db, BEGINNING, { limit: 1 })) {
      const first = this.#stretchOf({ postedAt: `${sk}:00.000Z` }).from;
      return this.#advance({ until: first < closing ? first : closing });
    }
    return this.#advance({ until: closing });
  }

  async #advance(to: Partial<Head>): Promise<void> {
    const was = this.#now;
    const is = { ...was, ...to };
    await write(this.#db, [headPart(was, is)]);
    this.#head = is;
  }

  /** Folds the last segment again when the run that wrote it did not come to publish it. */
  async #finishLast(): Promise<void> {
    const { number, from } = this.#now;
    if (number === 0 || ((await readWatermark(this.#db))?.segment ?? 0) >= number) return;
    const [segment, entries] = await this.#db.getMany(
      [segmentKey({ from, number }), sealedKey(number)].map((key) => ({
        table: "books",
        key,
        consistent: true,
      })),
    );
    const sealed = (entries?.["entries"] ?? []) as readonly Sealed[];
    const lines = await readLines(this.#db, sealed);
    if (!segment || lines.includes(undefined)) throw new Error(`segment ${number} cannot be read whole`);
    await this.#fold(segmentOf(segment), lines as Line[], sealed);
  }

  /**
   * Lines that came when their stretch was closed; each is sealed once, however often it comes. What is still ahead
   * of the last line sealed is met in its turn.
   */
  async #sealLate(): Promise<void> {
    const markers: Line[] = [];
    for await (const item of itemsOf(this.#db, LATE_LINES)) markers.push(lineOfItem(item));
    if (markers.length === 0) return;
    const { last, until } = this.#now;
    const behind = markers.filter((line) => line.postedAt < until || lineSort(line) <= last);
    const unsealed: Line[] = [];
    await mapAtOnce(behind, async (line) => {
      if (!(await isSealed(this.#db, line))) unsealed.push(line);
    });
    const stretch = { from: until, until, late: true } as const;
    for (const lines of cutLate(inOrder(unsealed))) await this.#sealOne(lines, stretch);
    // The others' markers stay: whether they are met in their turn is known when they are behind it.
    await this.#db.writeHints(
      "books",
      [],
      behind.map((line) => ({ pk: LATE_LINES, sk: lineSort(line) })),
    );
  }

  async #sealUntil(limit: Instant): Promise<void> {
    const { until: begun, last } = this.#now;
    for await (const minute of minutesWithLines(this.#db, begun, limit)) {
      const opens = `${minute}:00.000Z`;
      const ends = at(Date.parse(opens) + MINUTE_MS);
      const [from, until] = [opens > begun ? opens : begun, ends < limit ? ends : limit];
      let lines: Line[] = [];
      const sealLines = async (next: Instant) => {
        const [first] = lines;
        if (!first) return;
        const stretch = this.#stretchOf(first);
        // What of a stretch comes when all of it was read is late, also when this run ends here.
        await this.#sealOne(lines, stretch, next >= stretch.until);
        lines = [];
      };
      let legs = 0;
      for await (const line of linesOf(this.#db, minute, from, until)) {
        if (lineSort(line) <= last || this.#recorded.has(line.journalId)) continue;
        const [first] = lines;
        const crosses = first && this.#stretchOf(first).from !== this.#stretchOf(line).from;
        if (crosses || isFull(legs, line)) {
          await sealLines(line.postedAt);
          legs = 0;
        }
        lines.push(line);
        legs += line.legs.length;
      }
      await sealLines(until);
    }
    await this.#replayLate();
  }

  #stretchOf({ postedAt }: Pick<Line, "postedAt">): Stretch {
    const { intervalMs } = this.#sealing;
    const from = Math.floor(Date.parse(postedAt) / intervalMs) * intervalMs;
    return { from: at(from), until: at(from + intervalMs) };
  }

  /**
   * What came late is known of no journal item: it is recorded beside the books, in the write that seals it. Records
   * of segments that are not sealed tell a rebuild to leave those entries to where they were.
   */
  async #readRecorded(): Promise<void> {
    const from = ordinal(this.#now.number + 1);
    for await (const item of itemsOf(this.#db, LATE_RECORDS, { from }, "accounts")) {
      const record = item as unknown as LateRecord;
      this.#replay.set(record.segment, record);
      for (const { journalId } of record.lines) this.#recorded.add(journalId);
    }
  }

  /** Seals again the late segments that come next. */
  async #replayLate(): Promise<void> {
    let record = this.#replay.get(this.#now.number + 1);
    while (record) {
      this.#replay.delete(record.segment);
      const lines = await readLines(this.#db, record.lines);
      if (lines.includes(undefined))
        throw new Error(`segment ${record.segment} lacks lines to be rebuilt of`);
      const { from } = record;
      await this.#write(lines as Line[], { from, until: from, late: true });
      record = this.#replay.get(this.#now.number + 1);
    }
  }

  /** @param ends the stretch ends with these lines */
  async #sealOne(lines: readonly Line[], stretch: Stretch, ends = false): Promise<void> {
    await this.#replayLate();
    await this.#write(lines, stretch, ends);
  }

  async #write(lines: readonly Line[], stretch: Stretch, ends = false): Promise<void> {
    const wrong = lines.find(({ legs }) => !isBalanced(legs));
    if (wrong) throw new Unbalanced(wrong.journalId);
    const was = this.#now;
    const { segment, sealed } = nextSegment(was, lines, stretch);
    const is = headAfter(was, segment, sealed, ends);
    await write(this.#db, [
      { table: "books", write: { Put: { Item: segmentItem(segment) } } },
      { table: "books", write: { Put: { Item: sealedItem(segment, sealed) } } },
      headPart(was, is),
      ...(stretch.late ? [recordPart(segment, lines)] : []),
    ]);
    this.#head = is;
    await this.#fold(segment, lines, sealed);
    this.#run.segments += 1;
    this.#run.entries += lines.length;
  }

  /** Points are the same whoever writes them, and however often. */
  async #fold(segment: Segment, lines: readonly Line[], sealed: readonly Sealed[]): Promise<void> {
    const { number, hash } = segment;
    const items: Item[] = straysOf(segment, lines);
    await mapAtOnce([...movesOf(lines, sealed).values()], async ({ of, moves }) => {
      const before = this.#totals.get(of.account) ?? (await pointBefore(this.#db, of.account, number));
      const point = pointAfter(before, of.account, number, moves);
      if (this.#totals.size >= REMEMBERED) this.#totals.clear();
      this.#totals.set(of.account, point);
      items.push(pointItem(point));
      if (!before) items.push(registerItem(of), accountItem(of));
    });
    const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, at) =>
      items.slice(at * BATCH, (at + 1) * BATCH),
    );
    await mapAtOnce(batches, (batch) => this.#db.writeHints("books", batch, []));
    await this.#publish({ number, hash, until: this.#now.until });
  }

  /** Lets readers read up to a segment; never back. */
  async #publish({ number, hash, until }: Pick<Head, "number" | "hash" | "until">): Promise<void> {
    await this.#db.attempt([
      {
        table: "books",
        write: {
          Put: {
            Item: { ...watermarkKey, segment: number, hash, until },
            ConditionExpression:
              "attribute_not_exists(pk) OR #segment < :segment OR (#segment = :segment AND #until < :until)",
            ExpressionAttributeNames: { "#segment": "segment", "#until": "until" },
            ExpressionAttributeValues: { ":segment": number, ":until": until },
          },
        },
      },
    ]);
  }
}
