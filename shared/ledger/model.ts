import type { BusinessDate, Instant } from "#shared/platform/time.ts";

/** Entries balance within each book; `money` and `budget` count in fen, `points` in points. */
export const books = ["money", "budget", "points"] as const;
export type Book = (typeof books)[number];

export type Side = "debit" | "credit";

/** An account as whoever posts to it knows it. */
export interface Account {
  /** Parts of letters, digits, `_`, `-` and `.`, joined by colons: `custody:mer_01J…`. */
  id: string;
  book: Book;
  /** The side on which it grows: its balance is this side less the other. */
  normal: Side;
  /** The account that totals it with others of its kind; nothing is posted to that one itself. */
  control?: string;
  /**
   * The item that keeps its balance, which then never falls below 0. An item may keep several accounts, which change
   * in one write.
   */
  guard?: string;
}

export interface DraftLeg {
  account: Account;
  side: Side;
  /** Whole fen, above 0; below 0 in a reversal, which shows on the side of what it takes back (红字). */
  amountFen: number;
}

/** Where an entry comes from; nothing in it is personal data. */
export interface Source {
  /** The operation, job or message that posted it. */
  operation: string;
  /** The request, message or approval by whose id it can be found. */
  request?: string;
  /** Pseudonym of who asked for it. */
  actor?: string;
}

/** An amount set aside earlier from a guarded account, which the entry now spends. */
export interface Capture {
  holdId: string;
  account: Account;
}

/** A cap over what many entries add up to, such as what one merchant may owe in all. */
export interface Ceiling {
  name: string;
  limitFen: number;
  /** What this entry adds; below 0 gives room back. */
  byFen: number;
}

/** What shall be posted. */
export interface Draft {
  /** Names what happened, once and for ever: the idempotency key and the entry's id. */
  journalId: string;
  kind: string;
  legs: readonly DraftLeg[];
  source: Source;
  memo?: string;
  /** A day of an earlier period that is still open; without it the day on which posting began. */
  businessDate?: BusinessDate;
  /** The day it belongs to, when that day's period was closed before it was known. */
  originalDate?: BusinessDate;
  /** The entry that it takes back in whole or in part, leg by leg. */
  reverses?: string;
  captures?: readonly Capture[];
  ceilings?: readonly Ceiling[];
}

export interface Leg {
  account: string;
  book: Book;
  normal: Side;
  side: Side;
  amountFen: number;
  control?: string;
  /** The guarded item that it changed, the balance it left, and the item's version from then on. */
  guard?: string;
  balanceAfterFen?: number;
  version?: number;
}

/** An entry as the journal keeps it. */
export interface Entry {
  journalId: string;
  kind: string;
  legs: readonly Leg[];
  source: Source;
  memo?: string;
  /** Decides what balances as of an instant contain. Rises with every entry of a guarded item. */
  postedAt: Instant;
  /** Decides the period; a day in Asia/Shanghai. */
  businessDate: BusinessDate;
  originalDate?: BusinessDate;
  reverses?: string;
  /** Fingerprint of what was asked, by which a repetition is told from another use of the same id. */
  content: string;
}

export interface Hold {
  account: string;
  amountFen: number;
  /** From this instant on it holds nothing. */
  until: Instant;
}

/** Balances that no entry may take below their floor. */
export interface Guarded {
  item: string;
  /** Rises with every write of the item. */
  version: number;
  balances: Readonly<Record<string, number>>;
  holds: Readonly<Record<string, Hold>>;
  /** Nothing leaves while it is set; a flag by decision, never a posting. */
  frozen?: Frozen;
  lastPostedAt: Instant;
  /** The entry that changed the balances last, by which they can be checked before anything is sealed. */
  lastEntry: string;
}

export interface Frozen {
  at: Instant;
  by: string;
  reason: string;
}

/** A month, `2026-05`. */
export type Period = string;

export const periodOf = (date: BusinessDate): Period => date.slice(0, 7);

/** What a leg adds to its account's balance. */
export const effectFen = ({ normal, side, amountFen }: Pick<Leg, "normal" | "side" | "amountFen">): number =>
  side === normal ? amountFen : -amountFen;

/** Sums of both sides since the first entry. */
export interface Turnover {
  debitFen: number;
  creditFen: number;
}

export const balanceFen = (normal: Side, { debitFen, creditFen }: Turnover): number =>
  normal === "debit" ? debitFen - creditFen : creditFen - debitFen;
