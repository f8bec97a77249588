import { addDays, atShanghai, wallClock } from "../shanghai.ts";
import { banks, CLEARS_AFTER_SECONDS, EXECUTES_AFTER_SECONDS, hours } from "./banks.ts";
import type { Books } from "./books.ts";
import type { Mistakes } from "./mistakes.ts";
import { bankOf, readPayoutFile } from "./payoutFile.ts";
import type { Family } from "./returnCodes.ts";
import type { Account, Batch, Due, PayoutRow, State } from "./state.ts";

const isOpen = (at: Date) => {
  const { time } = wallClock(at);
  return time >= hours.opens && time < hours.closes;
};

/** The moment itself, or the next opening after it. */
function whenOpen(at: Date): Date {
  if (isOpen(at)) return at;
  const { date, time } = wallClock(at);
  return atShanghai(time < hours.opens ? date : addDays(date, 1), hours.opens);
}

const later = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000);

/** Why an account takes no money, from what the payer says of it. */
function refusedBy(account: Account | undefined, name: string): Family | undefined {
  if (!account) return "accountMissing";
  if (account.name !== name) return "nameMismatch";
  if (account.state === "closed") return "accountClosed";
  if (account.state === "dormant") return "accountDormant";
  return account.state === "frozen" ? "accountFrozen" : undefined;
}

/** Executes payout files, at the bank's own times. */
export class Payouts {
  readonly #state: State;
  readonly #books: Books;
  readonly #mistakes: Mistakes;

  constructor(state: State, books: Books, mistakes: Mistakes) {
    this.#state = state;
    this.#books = books;
    this.#mistakes = mistakes;
  }

  submit(bytes: Buffer, payer: Account, now: Date): Batch {
    const rows = readPayoutFile(bytes, payer.bank);
    const number = this.#books.nextNumber(wallClock(now).date);
    const batch = { number, payer: payer.number, bank: payer.bank, submittedAt: now.toISOString(), rows };
    const due = whenOpen(later(whenOpen(now), EXECUTES_AFTER_SECONDS));
    for (const [at, row] of rows.entries()) {
      const name = `${payer.number}/${row.reference}`;
      if (row.state === "waiting" && Object.hasOwn(this.#state.references, name))
        this.#fail(row, "duplicate", now);
      else if (row.state === "failed") row.processedAt = now.toISOString();
      else {
        this.#state.references[name] = true;
        row.family = isOpen(now) ? "processing" : "nightly";
        this.#state.agenda.push({ at: due.toISOString(), what: "execute", batch: number, row: at });
      }
    }
    this.#state.batches.push(batch);
    this.#mistakes.submitted(batch);
    return batch;
  }

  /** Does what has become due, in its order and at its own time. */
  run(now: Date): boolean {
    const { agenda } = this.#state;
    let done = false;
    for (;;) {
      const next = agenda.reduce<Due | undefined>(
        (first, due) => (first === undefined || due.at < first.at ? due : first),
        undefined,
      );
      if (!next || new Date(next.at) > now) return done;
      agenda.splice(agenda.indexOf(next), 1);
      this.#do(next);
      done = true;
    }
  }

  #do({ at, what, batch: number, row: index }: Due): void {
    const batch = this.#state.batches.find((one) => one.number === number);
    const row = batch?.rows[index];
    if (!batch || !row) return;
    const due = { at, batch: number, row: index };
    if (what === "execute") this.#execute(batch, row, due);
    else if (what === "clear") this.#clear(batch, row, new Date(at));
    else this.#mistakes.returned(row, this.#giveBack(batch, row, new Date(at)));
  }

  #fail(row: PayoutRow, family: Family, at: Date): void {
    Object.assign(row, { state: "failed", family, processedAt: at.toISOString() });
  }

  /** Why a payout is not made at all; a payee at another bank is that bank's to judge. */
  #refusal(batch: Batch, row: PayoutRow, payer: Account): Family | undefined {
    if (payer.state !== "open") return "payerState";
    if (row.amountFen > (payer.dailyLimitFen ?? row.amountFen)) return "overLimit";
    const bank = bankOf(row.cells.bankNumber);
    if (!bank) return "bankMissing";
    return bank === batch.bank ? refusedBy(this.#payee(row), row.cells.name) : undefined;
  }

  #execute(batch: Batch, row: PayoutRow, due: Omit<Due, "what">): void {
    const at = new Date(due.at);
    const payer = this.#books.account(batch.payer);
    const refusal = this.#refusal(batch, row, payer);
    if (refusal) this.#fail(row, refusal, at);
    else if (this.#isOverToday(row, payer, at)) {
      row.family = "tomorrow";
      const next = atShanghai(addDays(wallClock(at).date, 1), hours.opens);
      this.#state.agenda.push({ ...due, at: next.toISOString(), what: "execute" });
    } else if (payer.balanceFen < row.amountFen) this.#fail(row, "insufficient", at);
    else this.#pay(batch, row, payer, due);
  }

  #pay(batch: Batch, row: PayoutRow, payer: Account, due: Omit<Due, "what">): void {
    const at = new Date(due.at);
    const { name, account: number, bankName } = row.cells;
    const debit = this.#books.post({
      account: payer.number,
      side: "debit",
      amountFen: row.amountFen,
      summary: row.purpose || "批量转账",
      counterparty: { name, number, bank: bankName },
      at,
    });
    row.serial = debit.serial;
    const returnAt = this.#mistakes.paid(batch, row, at);
    if (returnAt) this.#state.agenda.push({ ...due, at: returnAt.toISOString(), what: "return" });
    if (returnAt) Object.assign(row, { state: "paid", family: "success", processedAt: debit.at });
    else if (bankOf(row.cells.bankNumber) === batch.bank) this.#arrive(batch, row, at);
    else {
      Object.assign(row, { state: "sent", family: "processing" });
      this.#state.agenda.push({ ...due, at: later(at, CLEARS_AFTER_SECONDS).toISOString(), what: "clear" });
    }
  }

  #clear(batch: Batch, row: PayoutRow, at: Date): void {
    const refused = refusedBy(this.#payee(row), row.cells.name);
    if (!refused) {
      this.#arrive(batch, row, at);
      return;
    }
    const credit = this.#giveBack(batch, row, at);
    Object.assign(row, { state: "returned", family: "returned", cause: refused, processedAt: credit.at });
  }

  /** Where the 联行号 says it is: another bank's account of the same number is none. */
  #payee({ cells }: PayoutRow): Account | undefined {
    const found = this.#books.find(cells.account);
    return found && banks[found.bank].number === cells.bankNumber ? found : undefined;
  }

  #arrive(batch: Batch, row: PayoutRow, at: Date): void {
    const payer = this.#books.account(batch.payer);
    const credit = this.#books.post({
      account: row.cells.account,
      side: "credit",
      amountFen: row.amountFen,
      summary: row.purpose || "批量转账",
      counterparty: { name: payer.name, number: payer.number, bank: banks[payer.bank].name },
      at,
    });
    Object.assign(row, { state: "paid", family: "success", processedAt: credit.at });
  }

  #giveBack(batch: Batch, row: PayoutRow, at: Date) {
    const { name, account: number, bankName } = row.cells;
    return this.#books.post({
      account: batch.payer,
      side: "credit",
      amountFen: row.amountFen,
      summary: batch.bank === "a" ? `退汇 原流水号${row.serial}` : `退汇/原流水${row.serial}`,
      counterparty: { name, number, bank: bankName },
      at,
    });
  }

  #isOverToday(row: PayoutRow, { number, dailyLimitFen }: Account, at: Date): boolean {
    if (dailyLimitFen === undefined) return false;
    const today = wallClock(at).date.replaceAll("-", "");
    const paid = this.#state.batches
      .filter(({ payer }) => payer === number)
      .flatMap(({ rows }) => rows)
      .filter(({ serial }) => serial?.startsWith(today))
      .reduce((sum, { amountFen }) => sum + amountFen, 0);
    return paid + row.amountFen > dailyLimitFen;
  }
}
