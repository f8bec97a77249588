import type { BusinessDate, Instant } from "#shared/platform/time.ts";
import type { Fault } from "./faults.ts";

/** A line of an account's statement. */
export interface StatementLine {
  /** Line of the file, counted from 1. */
  lineNo: number;
  /** The bank's own number of the transaction (流水号). */
  serial: string;
  bookedAt: Instant;
  valueDate: BusinessDate;
  /** Seen from the account: a credit (贷) is money in. */
  direction: "in" | "out";
  /** Above zero. */
  amountFen: number;
  balanceFen: number;
  counterparty: { name: string; account: string; bank: string };
  summary: string;
  /** The serial of our payout that came back with this line (退汇). */
  returns?: string;
}

export interface BankStatement {
  /** The mapping by which it was read. */
  mapping: { id: string; version: number };
  /** Empty where the file names none. */
  account: string;
  name: string;
  from?: BusinessDate;
  to?: BusinessDate;
  /** What could be read, each serial once. A line that a fault only doubts (balance, period) is among them. */
  lines: StatementLine[];
  /** As the file states it, or else what the first line's balance says. */
  openingFen?: number;
  /** As the file states it, or else the last line's balance. */
  closingFen?: number;
  faults: Fault[];
  /** Of the file's bytes. */
  sha256: string;
}

/** What a line does to the balance. */
export const change = ({ direction, amountFen }: StatementLine): number =>
  direction === "in" ? amountFen : -amountFen;
