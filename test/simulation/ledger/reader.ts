import {
  type Moment,
  momentAt,
  momentOfPeriod,
  type StatementPosition,
  statement,
  turnoverAt,
} from "#shared/ledger/asOf.ts";
import type { Watermark } from "#shared/ledger/fold.ts";
import type { Entry, Leg, Turnover } from "#shared/ledger/model.ts";
import { startOfBusinessDay } from "#shared/platform/time.ts";
import type { BookOracle } from "./bookOracle.ts";
import { same, textOf } from "./oracle.ts";
import type { Scene } from "./scene.ts";
import { isAway } from "./stream.ts";

const periods = ["2026-05", "2026-06"];
const nextOf: Readonly<Record<string, string>> = { "2026-05": "2026-06", "2026-06": "2026-07" };

const isOf = (account: string, leg: Leg): boolean => leg.account === account || leg.control === account;

/** What an account comes to by going through all that is sealed and asking of each entry whether it counts. */
function naive(
  books: BookOracle,
  account: string,
  segment: number,
  counts: (entry: Entry) => boolean,
): Turnover {
  const total = { debitFen: 0, creditFen: 0 };
  for (const { entry } of books.entriesThrough(segment)) {
    if (!counts(entry)) continue;
    for (const leg of entry.legs)
      if (isOf(account, leg)) total[leg.side === "debit" ? "debitFen" : "creditFen"] += leg.amountFen;
  }
  return total;
}

/** Reads the books as their readers do, and holds what they say against a sum over the journal. */
export class Reader {
  readonly #scene: Scene;
  /** Who reads page after page goes on under the watermark it began with, whatever was sealed since. */
  readonly #seen: Watermark[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  #oneOf<T>(of: readonly T[]): T | undefined {
    return of[Math.floor(this.#scene.world.random() * of.length)];
  }

  get #accounts(): string[] {
    const found = new Set<string>();
    for (const { legs } of this.#scene.oracle.entries.values())
      for (const { account, control } of legs) found.add(account).add(control ?? account);
    return [...found];
  }

  /** Any instant, with those at which something turns among them more often than chance has it. */
  #instant(): string {
    const { world, oracle, books } = this.#scene;
    const entry = this.#oneOf([...oracle.entries.values()]);
    const segment = this.#oneOf(books.segments)?.segment;
    const any = new Date(Math.floor(world.now() - world.random() * 600_000 + 30_000)).toISOString();
    return this.#oneOf([any, any, entry?.postedAt, segment?.from, segment?.until]) ?? any;
  }

  /** Some accounts as of some instant, and in some period, up to the watermark as it is or as it was. */
  async look(): Promise<void> {
    const { db, books, world } = this.#scene;
    if (books.watermark.segment === 0) return;
    this.#seen.push(books.watermark);
    const watermark = (world.random() < 0.3 && this.#oneOf(this.#seen)) || books.watermark;
    try {
      const instant = this.#instant();
      const moment = await momentAt(db, instant, watermark);
      const expected = instant < watermark.until ? instant : watermark.until;
      this.#scene.oracle.tell(moment.asOf === expected, () => `as of ${instant} is as of ${moment.asOf}`);
      await this.#compare(moment, `as of ${instant}`, ({ postedAt }) => postedAt < moment.asOf);
      const period = this.#oneOf(periods) ?? "";
      const end = startOfBusinessDay(`${nextOf[period]}-01`);
      await this.#compare(
        await momentOfPeriod(db, period, watermark),
        `of ${period}`,
        ({ postedAt, businessDate }) =>
          businessDate.slice(0, 7) <= period && (postedAt < watermark.until || postedAt >= end),
      );
    } catch (error) {
      if (!isAway(error)) throw error;
    }
  }

  async #compare(moment: Moment, what: string, counts: (entry: Entry) => boolean): Promise<void> {
    const { db, books, oracle } = this.#scene;
    for (let nth = 0; nth < 3; nth += 1) {
      const account = this.#oneOf(this.#accounts) ?? "";
      const found = await turnoverAt(db, account, moment);
      const expected = naive(books, account, moment.watermark.segment, counts);
      oracle.tell(
        same(found, expected),
        () => `${account} ${what} (${textOf(moment)}) is ${textOf(found)}, not ${textOf(expected)}`,
      );
    }
  }

  /** Every account's statement, page by page, is its entries in the order in which they were sealed. */
  async statements(): Promise<void> {
    const { books, oracle, world } = this.#scene;
    for (const account of this.#accounts) {
      const limit = 1 + Math.floor(world.random() * 5);
      const found = await this.#pages(account, books.watermark, limit);
      const expected: unknown[] = [];
      const total = { debitFen: 0, creditFen: 0 };
      for (const { entry, sealed, segment } of books.entriesThrough(books.watermark.segment)) {
        const legs = entry.legs.filter((leg) => isOf(account, leg));
        if (legs.length === 0) continue;
        const moved = { debitFen: 0, creditFen: 0 };
        for (const { side, amountFen } of legs) moved[`${side}Fen`] += amountFen;
        total.debitFen += moved.debitFen;
        total.creditFen += moved.creditFen;
        const { journalId, postedAt, businessDate } = entry;
        const { number } = sealed;
        const totals = { totalDebitFen: total.debitFen, totalCreditFen: total.creditFen };
        expected.push({ journalId, postedAt, businessDate, number, segment, ...moved, ...totals });
      }
      oracle.tell(same(found, expected), () => `the statement of ${account} is ${textOf(found)}`);
    }
  }

  async #pages(account: string, watermark: Watermark, limit: number): Promise<unknown[]> {
    const lines: unknown[] = [];
    let after: StatementPosition | undefined;
    do {
      const page = await statement(this.#scene.db, account, watermark, { limit, ...(after && { after }) });
      lines.push(...page.lines);
      after = page.next;
    } while (after);
    return lines;
  }
}
