import type { Bilingual } from "#shared/platform/problem.ts";
import type { Source } from "#shared/policies/model.ts";
import type { Encoding } from "./encoding.ts";

/** How a bank writes a day and a time of the day in Asia/Shanghai. */
export type DateStyle = "YYYY-MM-DD" | "YYYYMMDD";
export type TimeStyle = "HH:mm:ss" | "HHmmss";

/** Why a payout was not made. */
export type FailureReason =
  | "account-missing"
  | "name-mismatch"
  | "account-closed"
  | "account-frozen"
  | "bank-unknown"
  | "over-limit"
  | "payer-funds"
  | "payer-account"
  | "format";

/**
 * What a return code says of a payout. `unknown` is no failure: the money may have gone. A reference that the bank
 * has had before is unknown for the same reason: what became of it stands in the earlier file's results.
 */
export type CodeMeaning =
  | { outcome: "paid" | "returned" | "pending" }
  | { outcome: "unknown"; reason?: "duplicate-reference" }
  | { outcome: "failed"; reason: FailureReason };

/** Where the amount and its direction stand: in two columns, or in a signed one beside a word. */
export type AmountStyle =
  | { kind: "two-columns"; out: string; in: string }
  | { kind: "signed"; amount: string; direction: string; out: string; in: string };

export interface StatementMapping {
  /** Before the table: each value stands in the cell after its label. Dates may share a cell: the first is `from`. */
  labels: {
    account: string;
    name: string;
    from: string;
    to: string;
    opening?: string;
    closing?: string;
    /** The number of lines. */
    count?: string;
  };
  columns: {
    date: string;
    time: string;
    /** The day of the transaction where there is none. */
    valueDate?: string;
    serial: string;
    summary: string;
    balance: string;
    counterpartyName: string;
    counterpartyAccount: string;
    counterpartyBank: string;
  };
  amounts: AmountStyle;
  /** The row after the last line, known by a word in one of its columns. */
  totals?: { column: string; word: string; out: string; in: string };
  /** A summary of this form (a regular expression) says that a payout came back; its first group is its serial. */
  returned?: string;
}

export interface PayoutMapping {
  /** Titles in the bank's order, and what stands below each. */
  columns: readonly (readonly [title: string, holds: PayoutField])[];
  /** Labels of a first row with number and sum of the payouts. */
  totals?: { count: string; amount: string };
  /** Whether the bank's upload reads quoted cells (RFC 4180); of one that does not, no cell may need quotes. */
  quotes: boolean;
  maxRows: number;
  /** In characters. */
  maxNameLength: number;
  maxPurposeLength: number;
}

/** What a payout line holds; `sequence` counts the rows from 1. */
export type PayoutField = "sequence" | Exclude<keyof PayoutLine, "amountFen"> | "amount";

export interface PayoutLine {
  /** Ours, by which the result is found again: letters, digits, `-` and `_`, at most 32. */
  reference: string;
  payeeAccount: string;
  /** As the payee's bank has it. */
  payeeName: string;
  /** 联行号, 12 digits. */
  payeeBankNumber: string;
  payeeBankName: string;
  amountFen: number;
  purpose: string;
}

export interface ResultsMapping {
  columns: {
    reference: string;
    amount: string;
    status: string;
    code: string;
    message: string;
    bankSerial: string;
    processedAt: string;
  };
  /** Label of the number of rows, before the table. */
  count?: string;
  /** Each code, the word for the status that goes with it, and what they mean. */
  codes: Readonly<Record<string, CodeMeaning & { status: string }>>;
}

/** How one bank writes its files, as data. A bank's change of format is a new version. */
export interface BankMapping {
  id: string;
  version: number;
  bank: Bilingual;
  source: Source;
  encoding: Encoding;
  date: DateStyle;
  time: TimeStyle;
  /** Between day and time where they share a cell. */
  dateTimeSeparator: string;
  statement: StatementMapping;
  payout: PayoutMapping;
  results: ResultsMapping;
}
