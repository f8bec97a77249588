import { latest, momentAt, statement } from "#shared/ledger/asOf.ts";
import { entryOf, journalItem } from "#shared/ledger/journal.ts";
import { emitLines } from "#shared/ledger/lines.ts";
import { type Ledger, post } from "#shared/ledger/post.ts";
import { Sealer } from "#shared/ledger/seal.ts";
import { trialBalance } from "#shared/ledger/trialBalance.ts";
import type { Item } from "#shared/platform/database.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";
import { cardAccounts, hotAccounts, merchantOf, topUp } from "../ledger/entries.ts";
import { Past } from "./past.ts";

/** What something asks of the store where so many entries are in the ledger; for each of its entries where it has several. */
export interface LedgerCost {
  what: string;
  entries: number;
  readTrips: number;
  writeTrips: number;
  rcu: number;
  wcu: number;
}

export const HOT_PAGE = "a statement's page of 20, of an account that a hundred entries of a segment meet";

const MERCHANTS = 5;
/** Entries that are posted, and then sealed, to be counted; each is of another payer. */
const COUNTED = 1_000;
/** Entries for each payer, once there are more than are counted. */
const EACH = 10;
const AMOUNT_FEN = 12_345;
const PACE = { intervalMs: 60_000, delayMs: 120_000 } as const;
const MINUTE_MS = 60_000;

const merchantFor = (payer: number): string => merchantOf(payer % MERCHANTS);
const shared = (units: number, among: number): number => Math.round((units / among) * 10_000) / 10_000;

/** Everything of one size. Journal and books are in stores of their own: nothing that is counted asks for both. */
export async function ledgerCosts(entries: number): Promise<LedgerCost[]> {
  return [await postingCost(entries), ...(await bookCosts(entries))];
}

type Simulated = ReturnType<typeof simulatedDatabase>;

async function counted(
  what: string,
  entries: number,
  db: Simulated,
  among: number,
  work: () => Promise<unknown>,
): Promise<LedgerCost> {
  db.resetCosts();
  await work();
  const { reads, writes, transactions, rcu, wcu } = db.costs;
  return {
    what,
    entries,
    readTrips: shared(reads, among),
    writeTrips: shared(writes + transactions, among),
    rcu: shared(rcu, among),
    wcu: shared(wcu, among),
  };
}

const payersOf = (entries: number): number => Math.max(COUNTED, Math.floor(entries / EACH));

function postingCost(entries: number): Promise<LedgerCost> {
  const world = new World(1);
  const db = simulatedDatabase(world);
  const now = () => new Date(Math.floor(world.now()));
  const ledger: Ledger = { db, now, pace: world.pace, gate: async () => undefined };
  const payers = payersOf(entries);
  const image = (nth: number): Item => {
    const guarded = () => ({ balanceAfterFen: AMOUNT_FEN, version: 1 });
    const draft = topUp(nth, merchantFor(nth % payers), nth % payers, AMOUNT_FEN);
    return journalItem(entryOf(draft, { began: now(), postedAt: now().toISOString(), guarded }));
  };
  return world.run(async () => {
    for (let nth = 0; nth < entries; nth += 25)
      await db.writeHints(
        "journal",
        Array.from({ length: Math.min(25, entries - nth) }, (_, at) => image(nth + at)),
        [],
      );
    // Everybody's item stands, as their entries left it.
    for (let payer = 0; payer < payers; payer += 1)
      await post(ledger, topUp(entries + payer, merchantFor(payer), payer, AMOUNT_FEN));
    return counted("a posting", entries, db, COUNTED, async () => {
      for (let payer = 0; payer < COUNTED; payer += 1)
        await post(ledger, topUp(entries + payers + payer, merchantFor(payer), payer, AMOUNT_FEN));
    });
  });
}

function bookCosts(entries: number): Promise<LedgerCost[]> {
  const world = new World(1);
  const db = simulatedDatabase(world);
  const payers = payersOf(entries);
  return world.run(async () => {
    const past = new Past(db, (nth) => topUp(nth, merchantFor(nth % payers), nth % payers, AMOUNT_FEN));
    const until = await past.seal(entries, Math.floor(world.now()));
    await world.sleep(until - world.now());
    const postedAt = new Date(until).toISOString();
    const images = Array.from({ length: COUNTED }, (_, payer) => {
      const draft = topUp(entries + payer, merchantFor(payer), payer, AMOUNT_FEN);
      const guarded = () => ({ balanceAfterFen: AMOUNT_FEN, version: 2 });
      return journalItem(entryOf(draft, { began: new Date(until), postedAt, guarded }));
    });
    const lines = await counted("an entry's line, of 100 at once", entries, db, COUNTED, async () => {
      for (let first = 0; first < COUNTED; first += 100)
        await emitLines(db, images.slice(first, first + 100));
    });
    await world.sleep(4 * MINUTE_MS);
    const seal = () => new Sealer(db, PACE).run(new Date(Math.floor(world.now())));
    const sealing = await counted(
      "sealing an entry, of 1,000 in a minute",
      entries,
      db,
      COUNTED,
      async () => {
        const run = await seal();
        if (run.entries !== COUNTED) throw new Error(`${run.entries} were sealed`);
      },
    );
    const { watermark, ...closing } = await latest(db);
    const opening = await momentAt(db, postedAt, watermark);
    const reading = (what: string, work: () => Promise<unknown>) => counted(what, entries, db, 1, work);
    const [hot, payer] = [
      hotAccounts(merchantOf(0)).custody.id,
      cardAccounts(merchantOf(0), 0).unconsumed.id,
    ];
    const page = (account: string) => () => statement(db, account, watermark, { limit: 20 });
    return [
      lines,
      sealing,
      await reading("a trial balance of 10 accounts", () =>
        trialBalance(db, { opening, closing: { ...closing, watermark } }),
      ),
      await reading(HOT_PAGE, page(hot)),
      await reading("a statement's page of 20, of a payer", page(payer)),
    ];
  });
}
