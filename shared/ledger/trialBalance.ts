import type { Database, Item } from "#shared/platform/database.ts";
import { type Moment, turnoverAt } from "./asOf.ts";
import { mapAtOnce } from "./atOnce.ts";
import { itemsOf } from "./books.ts";
import { minus, type Registered, registeredOf, registerPartition } from "./fold.ts";
import { type Book, balanceFen, books, type Turnover } from "./model.ts";

/** An account between two moments. A balance on the other side than its normal one is shown on that other side. */
export interface TrialLine {
  of: Registered;
  /** On the normal side. */
  openingFen: number;
  turnover: Turnover;
  /** At the end, on the side on which it stands. */
  closing: Turnover;
}

export interface TrialTotals {
  turnover: Turnover;
  closing: Turnover;
}

/** The accounts under a book or a control, in the order of their ids. */
export async function listRegistered(
  db: Database,
  under: string,
  { after, limit }: { after?: Item; limit: number },
): Promise<{ accounts: Registered[]; next?: Item }> {
  const { items, next } = await db.query({
    table: "books",
    partition: registerPartition(under),
    limit,
    consistent: true,
    ...(after && { after }),
  });
  return { accounts: items.map(registeredOf), ...(next && { next }) };
}

export async function trialLine(
  db: Database,
  of: Registered,
  { opening, closing }: { opening: Moment; closing: Moment },
): Promise<TrialLine> {
  const [before, after] = await Promise.all([
    turnoverAt(db, of.account, opening),
    turnoverAt(db, of.account, closing),
  ]);
  const net = after.debitFen - after.creditFen;
  return {
    of,
    openingFen: balanceFen(of.normal, before),
    turnover: minus(after, before),
    closing: { debitFen: Math.max(net, 0), creditFen: Math.max(-net, 0) },
  };
}

/** Every account that nothing totals, controls in place of what they total: 科目余额表. */
export async function trialBalance(
  db: Database,
  between: { opening: Moment; closing: Moment },
): Promise<TrialLine[]> {
  const accounts: Registered[] = [];
  for (const book of books)
    for await (const item of itemsOf(db, registerPartition(book))) accounts.push(registeredOf(item));
  return mapAtOnce(accounts, (of) => trialLine(db, of, between));
}

/** Totals of one book. */
export function totalsOf(lines: readonly TrialLine[], book: Book): TrialTotals {
  const within = lines.filter(({ of }) => of.book === book);
  const add = (pick: (line: TrialLine) => Turnover): Turnover => ({
    debitFen: within.reduce((total, line) => total + pick(line).debitFen, 0),
    creditFen: within.reduce((total, line) => total + pick(line).creditFen, 0),
  });
  return { turnover: add(({ turnover }) => turnover), closing: add(({ closing }) => closing) };
}
