import { createHash } from "node:crypto";
import { canonical } from "#shared/platform/canonical.ts";
import type { Database, Item, Key } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { type BusinessDate, businessDate, type Instant, isCalendarDate } from "#shared/platform/time.ts";
import type { Account, Draft, DraftLeg, Entry, Leg } from "./model.ts";
import { ledgerProblems } from "./problems.ts";

/** A fault of whoever drafts entries, which no caller of the service can mend. */
export class Misdrafted extends Error {
  override readonly name = "Misdrafted";
}

const ID = /^[A-Za-z0-9_.~-]+(:[A-Za-z0-9_.~-]+)*$/;
const MOST_LEGS = 200;

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Sum of debits less credits, for each book of which there is a leg. */
export function sumsByBook(legs: readonly Pick<Leg, "book" | "side" | "amountFen">[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { book, side, amountFen } of legs)
    sums.set(book, (sums.get(book) ?? 0) + (side === "debit" ? amountFen : -amountFen));
  return sums;
}

export const isBalanced = (legs: readonly Pick<Leg, "book" | "side" | "amountFen">[]): boolean =>
  [...sumsByBook(legs).values()].every((sum) => sum === 0);

/** Throws {@link Misdrafted}, or refuses amounts that are none and legs that do not balance. */
export function checkDraft({ journalId, legs, reverses }: Draft): void {
  if (!ID.test(journalId) || journalId.length > 200) throw new Misdrafted(`the id ${journalId}`);
  if (legs.length < 2 || legs.length > MOST_LEGS) throw new Misdrafted(`${legs.length} legs`);
  const seen = new Set<string>();
  for (const { account, side, amountFen } of legs) {
    if (!ID.test(account.id) || account.id.length > 120) throw new Misdrafted(`the account ${account.id}`);
    const sign = reverses === undefined ? amountFen : -amountFen;
    if (!Number.isSafeInteger(amountFen) || sign <= 0) throw new Refusal(ledgerProblems.invalidAmount);
    if (seen.has(`${side} ${account.id}`)) throw new Misdrafted(`two legs on one side of ${account.id}`);
    seen.add(`${side} ${account.id}`);
  }
  const flat = legs.map(({ account, side, amountFen }) => ({ book: account.book, side, amountFen }));
  const total = flat.reduce((sum, { amountFen }) => sum + Math.abs(amountFen), 0);
  if (!Number.isSafeInteger(total)) throw new Refusal(ledgerProblems.invalidAmount);
  if (!isBalanced(flat)) throw new Refusal(ledgerProblems.unbalanced);
}

/** What a repetition must have in common with what it repeats. */
export const contentOf = ({ kind, legs, reverses, businessDate: dated, originalDate }: Draft): string =>
  hash(
    canonical({
      kind,
      legs: legs.map(({ account, side, amountFen }) => [account.id, side, amountFen]),
      reverses,
      dated,
      originalDate,
    }),
  )
    .subarray(0, 16)
    .toString("base64url");

const plainLeg = ({ account, side, amountFen }: DraftLeg): Leg => ({
  account: account.id,
  book: account.book,
  normal: account.normal,
  side,
  amountFen,
  ...(account.control !== undefined && { control: account.control }),
});

/** The day it is dated with: that on which posting began, or an earlier one that was asked for. */
export function datedOf({ businessDate: asked }: Draft, began: Date): BusinessDate {
  const today = businessDate(began);
  if (asked === undefined) return today;
  if (!isCalendarDate(asked) || asked > today) throw new Refusal(ledgerProblems.dateNotOpen);
  return asked;
}

/**
 * The entry of a draft: the one place where entries come from. `guarded` is what a guarded account's leg leaves
 * behind, after all legs of the entry.
 */
export function entryOf(
  draft: Draft,
  of: {
    began: Date;
    postedAt: Instant;
    guarded(account: Account): { balanceAfterFen: number; version: number };
  },
): Entry {
  checkDraft(draft);
  const { journalId, kind, source, memo, originalDate, reverses } = draft;
  return {
    journalId,
    kind,
    legs: draft.legs.map((leg) => {
      const { guard } = leg.account;
      return guard ? { ...plainLeg(leg), guard, ...of.guarded(leg.account) } : plainLeg(leg);
    }),
    source,
    postedAt: of.postedAt,
    businessDate: datedOf(draft, of.began),
    content: contentOf(draft),
    ...(memo !== undefined && { memo }),
    ...(originalDate !== undefined && { originalDate }),
    ...(reverses !== undefined && { reverses }),
  };
}

export const journalKey = (journalId: string): Key => ({ pk: journalId, sk: "ENTRY" });

export function journalItem({ journalId, ...entry }: Entry): Item {
  return { ...journalKey(journalId), ...entry };
}

export function entryOfItem({ pk, sk: _sk, ...entry }: Item): Entry {
  return { journalId: pk, ...entry } as unknown as Entry;
}

/** SHA-256 of everything a journal item says, as base64url: what a segment seals. */
export const imageHash = (item: Item): string => hash(canonical(item)).toString("base64url");

/** The stored entry when it is what the draft asks for. Refuses `journal-id-reused` when it is another. */
export function sameEntry(draft: Draft, item: Item): Entry {
  const entry = entryOfItem(item);
  if (entry.content !== contentOf(draft)) throw new Refusal(ledgerProblems.journalIdReused);
  return entry;
}

export async function findEntry(db: Database, journalId: string): Promise<Entry | undefined> {
  const item = await db.get({ table: "journal", key: journalKey(journalId), consistent: true });
  return item && entryOfItem(item);
}
