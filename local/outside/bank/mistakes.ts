import { createHash } from "node:crypto";
import { addDays, wallClock } from "../shanghai.ts";
import { BankRefusal } from "./refusal.ts";
import type { Account, Batch, Mistake, MistakeKind, PayoutRow, State, Transaction } from "./state.ts";

/** A mistake as it is ordered; what it needs by kind is in requests.ts. */
export type Order = Omit<Mistake, "id" | "by">;

const lineKinds: readonly MistakeKind[] = ["missing-line", "wrong-amount", "duplicate-line"];
const isOfLine = ({ kind }: { kind: MistakeKind }) => lineKinds.includes(kind);

/** Accounts whose files somebody reconciles. */
const reconciled = new Set<Account["kind"]>(["custody", "fee-collection", "programme"]);

/** One fen more, or the first two neighbouring digits that differ changed over. */
function misread(fen: number, how: "fen" | "digits"): number {
  const digits = String(fen);
  for (let at = 0; how === "digits" && at + 1 < digits.length; at += 1) {
    const [left = "", right = ""] = digits.slice(at, at + 2);
    if (left !== right && !(at === 0 && right === "0"))
      return Number(digits.slice(0, at) + right + left + digits.slice(at + 2));
  }
  return fen + 1;
}

/** The mistakes that the bank makes in its files, while its books are right. */
export class Mistakes {
  readonly #state: State;
  readonly #find: (account: string) => Account | undefined;

  constructor(state: State, find: (account: string) => Account | undefined) {
    this.#state = state;
    this.#find = find;
  }

  get all(): readonly Mistake[] {
    return this.#state.mistakes;
  }

  /** Plants a mistake on what is there, or on the next that comes where the order names nothing. */
  plant(order: Order, by: Mistake["by"], today: string): Mistake {
    const mistake: Mistake = { ...order, id: `m${this.#state.mistakes.length + 1}`, by };
    if (isOfLine(mistake) && mistake.serial !== undefined) {
      const { serial, account } = mistake;
      const line = this.#state.transactions.find((one) => one.serial === serial && one.account === account);
      if (!line) throw new BankRefusal(404, "transaction-missing", { serial });
      this.#place(mistake, line);
    }
    const row = this.#state.batches
      .flatMap(({ rows }) => rows)
      .find((one) => one.reference === mistake.reference);
    if (mistake.reference !== undefined && row?.serial !== undefined)
      throw new BankRefusal(409, "already-paid", { reference: mistake.reference });
    if (mistake.batch !== undefined && !this.#state.batches.some(({ number }) => number === mistake.batch))
      throw new BankRefusal(404, "batch-missing", { batch: mistake.batch });
    const ofFile =
      mistake.kind === "wrong-total" || (mistake.kind === "cut-off" && mistake.batch === undefined);
    if (ofFile) mistake.date ??= today;
    this.#state.mistakes.push(mistake);
    return mistake;
  }

  #place(mistake: Mistake, line: Transaction): void {
    const { date } = wallClock(line.at);
    Object.assign(mistake, { serial: line.serial, date });
    if (mistake.kind === "missing-line") mistake.appearsOn = addDays(date, mistake.laterDays ?? 1);
    if (mistake.kind !== "wrong-amount") return;
    mistake.trueFen = line.amountFen;
    mistake.shownFen = misread(line.amountFen, mistake.how ?? "fen");
  }

  /** By chance, always the same for a seed and a name. */
  #chosen(kind: MistakeKind, name: string): boolean {
    const { chance } = this.#state;
    if (!chance?.kinds.includes(kind)) return false;
    const drawn = createHash("sha256").update(`${chance.seed}/${kind}/${name}`).digest().readUInt32BE();
    return drawn % 10_000 < chance.percent * 100;
  }

  /** A transaction was booked: the next of its account that somebody waits for, or one by chance. */
  posted(line: Transaction): void {
    const armed = this.#state.mistakes.find(
      (one) => isOfLine(one) && one.serial === undefined && one.account === line.account,
    );
    if (armed) this.#place(armed, line);
    const account = this.#find(line.account);
    if (!account || !reconciled.has(account.kind)) return;
    const { date } = wallClock(line.at);
    const kind = lineKinds.find((one) => this.#chosen(one, line.serial));
    if (!armed && kind) {
      const how = Number(line.serial.at(-1)) % 2 === 0 ? "fen" : "digits";
      this.plant({ kind, account: line.account, serial: line.serial, laterDays: 1, how }, "seed", date);
    }
    for (const ofFile of ["cut-off", "wrong-total"] as const) {
      const known = this.ofStatement(line.account, date).some((one) => one.kind === ofFile);
      if (!known && this.#chosen(ofFile, `${line.account}/${date}`))
        this.plant({ kind: ofFile, account: line.account, date, keeps: 500, byFen: 1 }, "seed", date);
    }
  }

  /** A payout file came. */
  submitted({ number, payer, submittedAt }: Batch): void {
    const { date } = wallClock(submittedAt);
    if (this.#chosen("late-result", number))
      this.plant({ kind: "late-result", batch: number, hours: 24, shows: "processing" }, "seed", date);
    if (this.#chosen("cut-off", number))
      this.plant({ kind: "cut-off", batch: number, keeps: 500 }, "seed", date);
    for (const mistake of this.#state.mistakes) {
      if (mistake.kind !== "late-result") continue;
      if (mistake.batch === undefined && mistake.account === payer) mistake.batch = number;
      if (mistake.batch === number) this.#delay(mistake, submittedAt);
    }
  }

  #delay(mistake: Mistake, since: string): void {
    mistake.until ??= new Date(new Date(since).getTime() + (mistake.hours ?? 0) * 3_600_000).toISOString();
  }

  /** A payout left the account: when it will be sent back although it is told as paid. */
  paid({ payer }: Batch, row: PayoutRow, at: Date): Date | undefined {
    const waiting = this.#state.mistakes.find(
      ({ kind, account, reference, serial }) =>
        kind === "returned-later" &&
        account === payer &&
        serial === undefined &&
        (reference ?? row.reference) === row.reference,
    );
    const { reference, serial } = row;
    const chosen = !waiting && this.#chosen("returned-later", reference);
    const order: Order = { kind: "returned-later", account: payer, days: 3 };
    const mistake = chosen ? this.plant(order, "seed", wallClock(at).date) : waiting;
    if (!mistake) return undefined;
    Object.assign(mistake, { reference, serial });
    return new Date(at.getTime() + (mistake.days ?? 3) * 86_400_000);
  }

  returned({ reference }: PayoutRow, { serial }: Transaction): void {
    const mistake = this.#state.mistakes.find(
      (one) => one.kind === "returned-later" && one.reference === reference && one.returnSerial === undefined,
    );
    if (mistake) mistake.returnSerial = serial;
  }

  /** What is wrong with the statement of an account's day. */
  ofStatement(account: string, date: string): Mistake[] {
    return this.#state.mistakes.filter((one) => {
      if (one.account !== account || one.batch !== undefined) return false;
      if (isOfLine(one)) return one.serial !== undefined && (one.date === date || one.appearsOn === date);
      return one.date === date;
    });
  }

  /** What is wrong with the result file of a batch at a moment. */
  ofResults(batch: Batch, now: Date): Mistake[] {
    return this.#state.mistakes.filter((one) => {
      if (one.batch !== batch.number) return false;
      if (one.kind !== "late-result") return true;
      this.#delay(one, batch.submittedAt);
      return now.toISOString() < (one.until ?? "");
    });
  }
}
