import {
  accountItem,
  movesOf,
  pointAfter,
  pointItem,
  registerItem,
  watermarkKey,
} from "#shared/ledger/fold.ts";
import { entryOf, journalItem } from "#shared/ledger/journal.ts";
import { headKey, type Line, lineOf, lineSort } from "#shared/ledger/lines.ts";
import type { Draft, Turnover } from "#shared/ledger/model.ts";
import {
  beginning,
  type Head,
  headAfter,
  nextSegment,
  sealedItem,
  segmentItem,
} from "#shared/ledger/segments.ts";
import type { Database, Item } from "#shared/platform/database.ts";

/** Entries of a segment with two legs each, as many as the sealer puts into one. */
const IN_SEGMENT = 500;
const MINUTE_MS = 60_000;

/**
 * Books as the sealer leaves them, made without reading: the kernel's own segments and points, but for the lines,
 * which nobody reads again. A million entries in minutes and not in hours.
 */
export class Past {
  readonly #db: Database;
  readonly #draftOf: (nth: number) => Draft;
  readonly #totals = new Map<string, Turnover>();

  constructor(db: Database, draftOf: (nth: number) => Draft) {
    this.#db = db;
    this.#draftOf = draftOf;
  }

  /** Seals so many, two segments a minute from an instant on; answers when the minute after them begins. */
  async seal(entries: number, from: number): Promise<number> {
    let head: Head = beginning(new Date(from).toISOString());
    const minutes = Math.ceil(entries / (2 * IN_SEGMENT));
    for (let first = 0; first < entries; first += IN_SEGMENT) {
      const opens = from + Math.floor(first / (2 * IN_SEGMENT)) * MINUTE_MS;
      const count = Math.min(IN_SEGMENT, entries - first);
      head = await this.#segment(head, this.#lines(first, count, opens), opens);
    }
    const until = new Date(from + minutes * MINUTE_MS).toISOString();
    const { number, hash } = head;
    await this.#db.writeHints(
      "books",
      [
        { ...headKey, ...head, until, closing: until },
        { ...watermarkKey, segment: number, hash, until },
      ],
      [],
    );
    return Date.parse(until);
  }

  /** In the order of their instants and ids. */
  #lines(first: number, count: number, opens: number): Line[] {
    const half = first % (2 * IN_SEGMENT) === 0 ? 0 : MINUTE_MS / 2;
    const lines = Array.from({ length: count }, (_, at) => {
      const postedAt = new Date(opens + half + at).toISOString();
      const guarded = () => ({ balanceAfterFen: 12_345, version: 1 });
      return lineOf(
        journalItem(entryOf(this.#draftOf(first + at), { began: new Date(opens), postedAt, guarded })),
      );
    });
    return lines.sort((a, b) => (lineSort(a) < lineSort(b) ? -1 : 1));
  }

  async #segment(head: Head, lines: readonly Line[], opens: number): Promise<Head> {
    const [from, until] = [opens, opens + MINUTE_MS].map((at) => new Date(at).toISOString());
    const { segment, sealed } = nextSegment(head, lines, { from: String(from), until: String(until) });
    const items: Item[] = [segmentItem(segment), sealedItem(segment, sealed)];
    for (const { of, moves } of movesOf(lines, sealed).values()) {
      const before = this.#totals.get(of.account);
      const point = pointAfter(before, of.account, segment.number, moves);
      this.#totals.set(of.account, { debitFen: point.debitFen, creditFen: point.creditFen });
      items.push(pointItem(point));
      if (!before) items.push(registerItem(of), accountItem(of));
    }
    await this.#db.writeHints("books", items, []);
    return headAfter(head, segment, sealed, true);
  }
}
