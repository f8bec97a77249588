import { wallClock } from "../shanghai.ts";
import { BankRefusal } from "./refusal.ts";
import type { Account, Counterparty, State, Transaction } from "./state.ts";

export interface Booking {
  account: string;
  side: "debit" | "credit";
  amountFen: number;
  summary: string;
  counterparty: Counterparty;
  at: Date;
  valueDate?: string;
}

/** Accounts and an append-only list of transactions. */
export class Books {
  readonly #state: State;
  readonly #posted: (transaction: Transaction) => void;

  constructor(state: State, posted: (transaction: Transaction) => void) {
    this.#state = state;
    this.#posted = posted;
  }

  find(number: string): Account | undefined {
    return Object.hasOwn(this.#state.accounts, number) ? this.#state.accounts[number] : undefined;
  }

  account(number: string): Account {
    const found = this.find(number);
    if (!found) throw new BankRefusal(404, "account-missing", { account: number });
    return found;
  }

  /**
   * Books one side. Books never go back: a clock set back books at the time of the transaction before, so that a day
   * that has been told in a statement stays as it was told.
   */
  post({ account: number, side, amountFen, summary, counterparty, at, valueDate }: Booking): Transaction {
    const account = this.account(number);
    const balanceFen = account.balanceFen + (side === "credit" ? amountFen : -amountFen);
    if (balanceFen < 0) throw new BankRefusal(409, "insufficient-funds", { account: number });
    const last = this.#state.transactions.at(-1)?.at ?? "";
    // Files tell seconds, so books have no more.
    const asked = new Date(Math.floor(at.getTime() / 1000) * 1000).toISOString();
    const booked = asked > last ? asked : last;
    const { date } = wallClock(booked);
    const transaction: Transaction = {
      serial: this.nextNumber(date),
      account: number,
      at: booked,
      valueDate: valueDate ?? date,
      side,
      amountFen,
      balanceFen,
      summary,
      counterparty,
    };
    account.balanceFen = balanceFen;
    this.#state.transactions.push(transaction);
    this.#posted(transaction);
    return transaction;
  }

  /** A number that the bank gives once: the day and a running number. */
  nextNumber(date: string): string {
    this.#state.lastNumber += 1;
    return `${date.replaceAll("-", "")}${String(this.#state.lastNumber).padStart(8, "0")}`;
  }

  ofAccount(number: string): Transaction[] {
    return this.#state.transactions.filter(({ account }) => account === number);
  }

  /** The day's transactions, and the balances before and after them. */
  day(number: string, date: string): { opening: number; closing: number; transactions: Transaction[] } {
    const dated = this.ofAccount(number).map((one) => ({ one, on: wallClock(one.at).date }));
    const opening = dated.findLast(({ on }) => on < date)?.one.balanceFen ?? 0;
    const closing = dated.findLast(({ on }) => on <= date)?.one.balanceFen ?? 0;
    return { opening, closing, transactions: dated.filter(({ on }) => on === date).map(({ one }) => one) };
  }
}
