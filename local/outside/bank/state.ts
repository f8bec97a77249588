import type { BankId } from "./banks.ts";
import type { Family } from "./returnCodes.ts";

export const accountKinds = ["custody", "fee-collection", "programme", "merchant", "citizen"] as const;
export const accountStates = ["open", "frozen", "dormant", "closed"] as const;

export interface Account {
  number: string;
  name: string;
  kind: (typeof accountKinds)[number];
  bank: BankId;
  state: (typeof accountStates)[number];
  balanceFen: number;
  /** The most that payout files may take from it in a day. */
  dailyLimitFen?: number;
}

export interface Counterparty {
  name: string;
  number: string;
  bank: string;
}

/** One side of a booking, as its account sees it. Never changed. */
export interface Transaction {
  /** 流水号: the day and a running number. */
  serial: string;
  account: string;
  at: string;
  valueDate: string;
  /** 借 is out of the customer's account, 贷 into it. */
  side: "debit" | "credit";
  amountFen: number;
  /** After it. */
  balanceFen: number;
  summary: string;
  counterparty: Counterparty;
}

export interface PayoutRow {
  /** Line of the file. */
  line: number;
  /** As it was written. */
  cells: { sequence: string; account: string; name: string; bankNumber: string; bankName: string };
  amount: string;
  amountFen: number;
  purpose: string;
  reference: string;
  /** `sent`: gone to another bank, which has not answered. */
  state: "waiting" | "sent" | "paid" | "failed" | "returned";
  family: Family;
  /** Why another bank sent it back. */
  cause?: Family;
  serial?: string;
  processedAt?: string;
}

export interface Batch {
  number: string;
  payer: string;
  bank: BankId;
  submittedAt: string;
  rows: PayoutRow[];
}

/** What the bank has still to do. */
export interface Due {
  at: string;
  what: "execute" | "clear" | "return";
  batch: string;
  row: number;
}

export const mistakeKinds = [
  "missing-line",
  "wrong-amount",
  "duplicate-line",
  "late-result",
  "returned-later",
  "cut-off",
  "wrong-total",
] as const;
export type MistakeKind = (typeof mistakeKinds)[number];

/** A mistake that the bank makes, and what is true instead. */
export interface Mistake {
  id: string;
  kind: MistakeKind;
  by: "request" | "seed";
  account?: string;
  /** The day whose statement is wrong. */
  date?: string;
  /** The transaction; missing until one comes that can be taken for it. */
  serial?: string;
  batch?: string;
  reference?: string;
  /** missing-line: the day in whose file the line appears after all. */
  laterDays?: number;
  appearsOn?: string;
  /** wrong-amount: what is true and what is written. */
  how?: "fen" | "digits";
  trueFen?: number;
  shownFen?: number;
  /** wrong-total: by how much. */
  byFen?: number;
  /** late-result: until when, and what the file says meanwhile. */
  hours?: number;
  until?: string;
  shows?: "processing" | "unknown";
  /** returned-later: after how many days, and the serial of the credit once it is there. */
  days?: number;
  returnSerial?: string;
  /** cut-off: which part of the file is left, in thousandths. */
  keeps?: number;
  /** When a file with the mistake in it was first given out. */
  givenOutAt?: string;
}

/** Mistakes by chance: so many of a hundred lines, files and batches. The same seed makes the same mistakes. */
export interface Chance {
  seed: string;
  percent: number;
  kinds: MistakeKind[];
}

export interface State {
  accounts: Record<string, Account>;
  transactions: Transaction[];
  batches: Batch[];
  agenda: Due[];
  mistakes: Mistake[];
  chance?: Chance;
  /** Serials of receipts by the sender's own id, so that one sent again is booked once. */
  receipts: Record<string, string>;
  /** Each payer's references, for ever. */
  references: Record<string, true>;
  lastNumber: number;
}

export const emptyState = (): State => ({
  accounts: {},
  transactions: [],
  batches: [],
  agenda: [],
  mistakes: [],
  receipts: {},
  references: {},
  lastNumber: 0,
});
