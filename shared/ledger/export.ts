import type { Database, Item } from "#shared/platform/database.ts";
import { atTheBeginning, latest } from "./asOf.ts";
import { mapAtOnce } from "./atOnce.ts";
import { itemsOf, readOne } from "./books.ts";
import { type Registered, registeredOf, registerPartition } from "./fold.ts";
import { entryOfItem, journalKey } from "./journal.ts";
import { type Book, books, type Entry, type Turnover } from "./model.ts";
import { type Sealed, type Segment, sealedKey, segmentKey, segmentOf } from "./segments.ts";
import { trialLine } from "./trialBalance.ts";

/** A ledger as it is written into a file: every segment with its entries, then every account. */
export type Exported =
  | { type: "ledger"; format: 1; through: { segment: number; until: string; hash: string } }
  | ({ type: "segment" } & Segment)
  | { type: "entry"; segment: number; number: number; hash: string; item: Item }
  | ({ type: "account"; book: Book; account: string } & Pick<Registered, "normal" | "control" | "totals"> &
      Turnover)
  | { type: "end"; segments: number; entries: number; accounts: number };

async function segmentAndEntries(
  db: Database,
  number: number,
): Promise<{ segment: Segment; entries: { sealed: Sealed; item: Item }[] }> {
  const list = await readOne(db, sealedKey(number));
  const header = list && (await readOne(db, segmentKey({ from: String(list["from"]), number })));
  if (!header) throw new Error(`segment ${number} is not in the books`);
  const sealed = list?.["entries"] as readonly Sealed[];
  const entries: { sealed: Sealed; item: Item }[] = [];
  for (let first = 0; first < sealed.length; first += 100) {
    const some = sealed.slice(first, first + 100);
    const keys = some.map(({ journalId }) => ({ table: "journal" as const, key: journalKey(journalId) }));
    for (const [at, item] of (await db.getMany(keys)).entries()) {
      const one = some[at] as Sealed;
      if (!item) throw new Error(`the journal lacks ${one.journalId}`);
      entries.push({ sealed: one, item });
    }
  }
  return { segment: segmentOf(header), entries };
}

async function* registeredAccounts(db: Database, under: string): AsyncGenerator<Registered> {
  const controls: string[] = [];
  for await (const item of itemsOf(db, registerPartition(under))) {
    const of = registeredOf(item);
    if (of.totals) controls.push(of.account);
    yield of;
  }
  for (const control of controls) yield* registeredAccounts(db, control);
}

/** The whole ledger up to the watermark, in constant memory. */
export async function* exportLedger(db: Database): AsyncGenerator<Exported> {
  const moment = await latest(db);
  const { segment: through, until, hash } = moment.watermark;
  yield { type: "ledger", format: 1, through: { segment: through, until, hash } };
  let entries = 0;
  for (let number = 1; number <= through; number += 1) {
    const { segment, entries: within } = await segmentAndEntries(db, number);
    yield { type: "segment", ...segment };
    for (const { sealed, item } of within)
      yield { type: "entry", segment: number, number: sealed.number, hash: sealed.hash, item };
    entries += within.length;
  }
  let accounts = 0;
  for (const book of books) {
    let page: Registered[] = [];
    const tell = async function* () {
      const lines = await mapAtOnce(page, (of) =>
        trialLine(db, of, { opening: atTheBeginning, closing: moment }),
      );
      for (const { of, turnover } of lines) {
        const { account, normal, control, totals } = of;
        const kept = { ...(control !== undefined && { control }), ...(totals && { totals }) };
        yield { type: "account" as const, book, account, normal, ...kept, ...turnover };
      }
      accounts += lines.length;
      page = [];
    };
    for await (const of of registeredAccounts(db, book)) {
      page.push(of);
      if (page.length === 200) yield* tell();
    }
    yield* tell();
  }
  yield { type: "end", segments: through, entries, accounts };
}

/** One object a line: what `npm run ledger:verify` reads. */
export async function* jsonLines(exported: AsyncIterable<Exported>): AsyncGenerator<string> {
  for await (const one of exported) yield `${JSON.stringify(one)}\n`;
}

/** hledger has one kind of amount per commodity, so that it checks each book by itself. */
const commodities: Readonly<Record<Book, string>> = { money: "CNY", budget: "BUDGET", points: "POINTS" };

/** Fen as yuan; points as they are. */
export function amountText(book: Book, fen: number): string {
  if (book === "points") return `${commodities[book]} ${fen}`;
  const sign = fen < 0 ? "-" : "";
  const digits = String(Math.abs(fen)).padStart(3, "0");
  return `${commodities[book]} ${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function transaction({ journalId, kind, businessDate, postedAt, legs }: Entry, number: number): string {
  const head = `${businessDate} (${businessDate.slice(0, 7)}-${String(number).padStart(6, "0")}) ${kind}`;
  const postings = legs.map(
    ({ account, book, side, amountFen }) =>
      `    ${account}  ${amountText(book, side === "debit" ? amountFen : -amountFen)}\n`,
  );
  return `${head}  ; id:${journalId}, posted:${postedAt}\n${postings.join("")}\n`;
}

/**
 * The plain text of hledger (https://hledger.org/hledger.html#journal): debits above 0, credits below. The balances
 * at its end are assertions, so that `hledger check` itself says whether the entries come to them.
 */
export async function* hledgerText(exported: AsyncIterable<Exported>): AsyncGenerator<string> {
  const assertions: string[] = [];
  let last = "";
  for await (const one of exported) {
    if (one.type === "ledger") {
      yield `; Leyun ledger through segment ${one.through.segment}, posted before ${one.through.until}\n`;
      yield `commodity CNY 1000.00\ncommodity BUDGET 1000.00\ncommodity POINTS 1000.\n\n`;
    } else if (one.type === "entry") {
      const entry = entryOfItem(one.item);
      if (entry.businessDate > last) last = entry.businessDate;
      yield transaction(entry, one.number);
    } else if (one.type === "account" && !one.totals)
      assertions.push(
        `    ${one.account}  ${amountText(one.book, 0)} = ${amountText(one.book, one.debitFen - one.creditFen)}\n`,
      );
  }
  if (assertions.length > 0) yield `${last} balances at the end\n${assertions.join("")}\n`;
}
