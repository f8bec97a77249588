import {
  Contended,
  type Database,
  type Failed,
  type Item,
  type Part,
  Unavailable,
} from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate, type Instant } from "#shared/platform/time.ts";
import { backOff, type Pace, refuseFailed } from "#shared/platform/transact.ts";
import { ceilingPart } from "./ceilings.ts";
import { type Change, changeOf, changePart, guardedKey, guardedOf, Stale, untouched } from "./guarded.ts";
import { capturePart } from "./holdRecord.ts";
import { checkDraft, datedOf, entryOf, journalItem, journalKey, Misdrafted, sameEntry } from "./journal.ts";
import type { Account, Draft, Entry, Guarded } from "./model.ts";
import { openPeriodParts, POSTING_SECONDS } from "./periods.ts";
import { reversalPart } from "./reversals.ts";

/** What the ledger works with: a store, and the time and chance of whoever runs it. */
export interface Ledger {
  db: Database;
  now(): Date;
  pace: Pace;
  /** Refuses `money-read-only` while the books are checked; see moneyMode.ts. */
  gate(): Promise<void>;
}

export interface Posted {
  entry: Entry;
  /** `stood`: the same was posted before. */
  outcome: "posted" | "stood";
}

/** An entry as parts of a transaction; `journal` is the part that says whether it stood already. */
export interface Plan {
  entry: Entry;
  parts: readonly Part[];
}

const ATTEMPTS = 10;

const guardItems = (draft: Draft): string[] => [
  ...new Set(draft.legs.flatMap(({ account }) => account.guard ?? [])),
];

/** Later than the clock when a guarded item was posted to in the same millisecond, or the clock went back. */
function postedAfter(guards: Iterable<Guarded>, now: Date): Instant {
  let at = now.getTime();
  for (const { lastPostedAt } of guards)
    if (lastPostedAt !== "") at = Math.max(at, Date.parse(lastPostedAt) + 1);
  return new Date(at).toISOString();
}

/**
 * Plans an entry on the guarded items as they were read. Pure: refuses what the balances do not allow; the parts
 * are refused with {@link Stale} where an item is not as it was read.
 */
export function planOn(draft: Draft, standing: ReadonlyMap<string, Guarded>, began: Date, now: Date): Plan {
  checkDraft(draft);
  const postedAt = postedAfter(standing.values(), now);
  for (const { holdId, account } of draft.captures ?? [])
    if (!standing.has(account.guard ?? "")) throw new Misdrafted(`the hold ${holdId} on ${account.id}`);
  const changes = new Map<string, Change>();
  for (const [item, before] of standing) {
    const legs = draft.legs.filter(({ account }) => account.guard === item);
    const captures = (draft.captures ?? []).filter(({ account }) => account.guard === item);
    const held = captures.map(({ holdId }) => holdId);
    changes.set(
      item,
      changeOf(before, legs, held, now.toISOString(), { journalId: draft.journalId, postedAt }),
    );
  }
  const after = ({ guard = "" }: Account): Guarded | undefined => changes.get(guard)?.after;
  const entry = entryOf(draft, {
    began,
    postedAt,
    guarded: (account) => ({
      balanceAfterFen: after(account)?.balances[account.id] ?? 0,
      version: after(account)?.version ?? 0,
    }),
  });
  const journal: Part = {
    table: "journal",
    write: { Put: { Item: journalItem(entry), ConditionExpression: "attribute_not_exists(pk)" } },
    refused: (item) => new Stood(item ?? {}),
  };
  return {
    entry,
    parts: [
      journal,
      ...openPeriodParts(entry.businessDate, businessDate(began)),
      ...(draft.captures ?? []).map(capturePart),
      ...[...changes.values()].map(changePart),
      ...(draft.ceilings ?? []).map(ceilingPart),
    ],
  };
}

/** The journal had an entry of this id. */
class Stood extends Error {
  readonly item: Item;
  constructor(item: Item) {
    super("the entry stood already");
    this.item = item;
  }
}

/** The guarded items of a draft, as they stand. */
export async function readGuards({ db }: Ledger, draft: Draft): Promise<Map<string, Guarded>> {
  const items = guardItems(draft);
  if (items.length === 0) return new Map();
  const found = await db.getMany(
    items.map((item) => ({ table: "accounts", key: guardedKey(item), consistent: true })),
  );
  return new Map(
    items.map((item, at) => [item, found[at] ? guardedOf(found[at]) : untouched(item)] as const),
  );
}

async function stoodBefore({ db }: Ledger, draft: Draft): Promise<Posted | undefined> {
  const key = journalKey(draft.journalId);
  const item = await db.get({ table: "journal", key, consistent: true });
  return item && { entry: sameEntry(draft, item), outcome: "stood" };
}

/** One attempt: what became of the parts, or what was refused before anything was sent. */
async function attempt(
  ledger: Ledger,
  draft: Draft,
  also: readonly Part[],
  began: Date,
): Promise<{ plan: Plan; parts: readonly Part[]; failed: Failed }> {
  const [standing, reversal] = await Promise.all([readGuards(ledger, draft), reversalPart(ledger.db, draft)]);
  const plan = planOn(draft, standing, began, ledger.now());
  const [journal, ...rest] = plan.parts;
  const parts = [journal as Part, ...also, ...reversal, ...rest];
  // Who meets another at a guarded item decides anew: sent again, it would be sent with a version that is gone.
  return { plan, parts, failed: await ledger.db.attempt(parts, standing.size > 0 ? 1 : undefined) };
}

/**
 * Posts an entry, with further parts in the same write, once and for ever: a repetition answers the stored entry
 * and writes nothing, the further parts neither. Refuses what rules and further parts refuse; `money-read-only`;
 * throws {@link Contended} or {@link Unavailable}, after which a repetition finds out what became of it.
 */
export async function post(ledger: Ledger, draft: Draft, also: readonly Part[] = []): Promise<Posted> {
  await ledger.gate();
  const began = ledger.now();
  datedOf(draft, began);
  for (let tries = 1; tries <= ATTEMPTS; tries += 1) {
    if (ledger.now().getTime() - began.getTime() > POSTING_SECONDS * 1_000)
      throw new Unavailable("the posting took longer than its day allows");
    try {
      const { plan, parts, failed } = await attempt(ledger, draft, also, began);
      refuseFailed(parts, failed);
      return { entry: plan.entry, outcome: "posted" };
    } catch (error) {
      if (error instanceof Stood) return { entry: sameEntry(draft, error.item), outcome: "stood" };
      if (error instanceof Refusal || error instanceof Unavailable) {
        // What refuses it now may be the very entry that was posted before.
        const stood = await stoodBefore(ledger, draft);
        if (stood) return stood;
        throw error;
      }
      if (!(error instanceof Stale || error instanceof Contended)) throw error;
      await backOff(ledger.pace, tries);
    }
  }
  throw new Contended("others kept posting to the same accounts");
}
