import * as z from "zod";
import { json, type OutsideAnswer, type OutsideModule, type OutsideRequest, type Save } from "../module.ts";
import { addDays, atShanghai, isDay, wallClock } from "../shanghai.ts";
import { banks } from "./banks.ts";
import { Books } from "./books.ts";
import { writeResults, writeStatement } from "./files.ts";
import { Mistakes, type Order } from "./mistakes.ts";
import { Payouts } from "./payouts.ts";
import { BankRefusal } from "./refusal.ts";
import {
  accountChange,
  accountRequest,
  interestRequest,
  mistakeRequest,
  receiptRequest,
} from "./requests.ts";
import { returnCodes } from "./returnCodes.ts";
import { type Account, type Batch, emptyState, type Mistake, type State } from "./state.ts";

/**
 * A bank with branches of two conventions (banks.ts), its own books and its own mistakes. Everything it has to do by
 * itself is done at its due time, when the next request comes.
 */
export function createBank({ clock, save }: { clock: { now(): Date }; save: Save }): OutsideModule {
  const state = (save.read() as State | undefined) ?? emptyState();
  const find = (number: string) => books.find(number);
  const mistakes = new Mistakes(state, find);
  const books: Books = new Books(state, (line) => mistakes.posted(line));
  const payouts = new Payouts(state, books, mistakes);

  const openAccount = (body: unknown): OutsideAnswer => {
    const { depositFen, number: asked, ...of } = accountRequest.parse(body);
    const number = asked ?? `${banks[of.bank].accountPrefix}${books.nextNumber("").padStart(11, "0")}`;
    if (books.find(number)) throw new BankRefusal(409, "account-exists", { account: number });
    const account: Account = { ...of, number, state: "open", balanceFen: 0 } as Account;
    state.accounts[number] = account;
    const counterparty = { name: "", number: "", bank: "" };
    const booking = { account: number, side: "credit", summary: "现金存入", counterparty } as const;
    if (depositFen !== undefined) books.post({ ...booking, amountFen: depositFen, at: clock.now() });
    return json(201, account);
  };

  const takeReceipt = (body: unknown): OutsideAnswer => {
    const { id, account: number, amountFen, summary, payer } = receiptRequest.parse(body);
    const before = id !== undefined && Object.hasOwn(state.receipts, id) ? state.receipts[id] : undefined;
    const known = state.transactions.find(({ serial }) => serial === before);
    if (known && (known.account !== number || known.amountFen !== amountFen))
      throw new BankRefusal(409, "receipt-differs", { id });
    if (known) return json(200, known);
    const { state: condition } = books.account(number);
    if (condition === "closed" || condition === "dormant")
      throw new BankRefusal(409, `account-${condition}`, { account: number });
    const booking = { account: number, side: "credit", amountFen, summary, counterparty: payer } as const;
    const booked = books.post({ ...booking, at: clock.now() });
    if (id !== undefined) state.receipts[id] = booked.serial;
    return json(201, booked);
  };

  const payInterest = (body: unknown): OutsideAnswer => {
    const { account, amountFen, valueDate } = interestRequest.parse(body);
    const counterparty = { name: "", number: "", bank: "" };
    const booking = { account, side: "credit", amountFen, summary: "结息", counterparty } as const;
    return json(
      201,
      books.post({ ...booking, at: clock.now(), ...(valueDate !== undefined && { valueDate }) }),
    );
  };

  const submit = ({ query, body }: OutsideRequest): OutsideAnswer => {
    const batch = payouts.submit(body, books.account(query.get("account") ?? ""), clock.now());
    const refused = batch.rows.filter((row) => row.state === "failed");
    return json(201, {
      batch: batch.number,
      accepted: batch.rows.length - refused.length,
      refused: refused.map(({ line, reference, family }) => ({
        row: line,
        reference,
        code: returnCodes[family][batch.bank],
        message: returnCodes[family].message,
      })),
    });
  };

  const batchOf = (number: string): Batch => {
    const batch = state.batches.find((one) => one.number === number);
    if (!batch) throw new BankRefusal(404, "batch-missing", { batch: number });
    return batch;
  };

  const givingOut = (
    file: { bytes: Buffer; shown: readonly Mistake[] },
    name: string,
    bank: Account["bank"],
  ) => {
    for (const mistake of file.shown) mistake.givenOutAt ??= clock.now().toISOString();
    const headers = {
      "content-type": `text/csv; charset=${banks[bank].encoding}`,
      "content-disposition": `attachment; filename="${name}.csv"`,
    };
    return { status: 200, headers, body: file.bytes };
  };

  const statement = (number: string, date: string): OutsideAnswer => {
    const account = books.account(number);
    if (!isDay(date)) throw new BankRefusal(400, "bad-request", { date });
    const readyAt = atShanghai(addDays(date, 1), "00:00:00");
    if (clock.now() < readyAt) throw new BankRefusal(404, "not-ready", { readyAt: readyAt.toISOString() });
    const file = writeStatement(account, date, books, mistakes.ofStatement(number, date));
    return givingOut(file, `${number}-${date}`, account.bank);
  };

  const plant = (body: unknown): OutsideAnswer => {
    const order = mistakeRequest.parse(body);
    if (order.kind === "seed") {
      const { kind, ...chance } = order;
      state.chance = chance;
      return json(201, chance);
    }
    if ("account" in order && order.account !== undefined) books.account(order.account);
    return json(201, mistakes.plant(order as Order, "request", wallClock(clock.now()).date));
  };

  const routes: [pattern: RegExp, answer: (request: OutsideRequest, ...names: string[]) => OutsideAnswer][] =
    [
      [/^POST \/accounts$/, ({ body }) => openAccount(parsed(body))],
      [/^GET \/accounts$/, () => json(200, Object.values(state.accounts))],
      [/^GET \/accounts\/(\d+)$/, (_, number) => json(200, books.account(number ?? ""))],
      [
        /^PATCH \/accounts\/(\d+)$/,
        ({ body }, number) =>
          json(200, Object.assign(books.account(number ?? ""), accountChange.parse(parsed(body)))),
      ],
      [/^POST \/receipts$/, ({ body }) => takeReceipt(parsed(body))],
      [/^POST \/interest$/, ({ body }) => payInterest(parsed(body))],
      [
        /^GET \/transactions$/,
        ({ query }) =>
          json(200, query.has("account") ? books.ofAccount(query.get("account") ?? "") : state.transactions),
      ],
      [/^GET \/statements\/(\d+)\/([\d-]+)$/, (_, number = "", date = "") => statement(number, date)],
      [/^POST \/payouts$/, submit],
      [
        /^GET \/payouts$/,
        () =>
          json(
            200,
            state.batches.map(({ rows, ...batch }) => ({ ...batch, rows: rows.length })),
          ),
      ],
      [/^GET \/payouts\/(\d+)$/, (_, number = "") => json(200, batchOf(number))],
      [
        /^GET \/payouts\/(\d+)\/results$/,
        (_, number = "") => {
          const batch = batchOf(number);
          return givingOut(writeResults(batch, mistakes, clock.now()), `${number}-results`, batch.bank);
        },
      ],
      [/^POST \/mistakes$/, ({ body }) => plant(parsed(body))],
      [/^GET \/mistakes$/, () => json(200, mistakes.all)],
    ];

  const dispatch = (request: OutsideRequest): OutsideAnswer => {
    const at = `${request.method} ${request.path}`;
    for (const [pattern, answer] of routes) {
      const [, ...names] = pattern.exec(at) ?? [];
      if (pattern.test(at)) return answer(request, ...names);
    }
    throw new BankRefusal(404, "unknown-address", { at });
  };

  return {
    // Without a pause, so that no other request moves clock or books meanwhile.
    async handle(request) {
      payouts.run(clock.now());
      try {
        return dispatch(request);
      } catch (error) {
        if (error instanceof BankRefusal) return json(error.status, { error: error.error, ...error.more });
        if (error instanceof z.ZodError || error instanceof SyntaxError)
          return json(400, { error: "bad-request", message: error.message });
        throw error;
      } finally {
        save.write(state);
      }
    },
  };
}

const parsed = (body: Buffer): unknown => JSON.parse(body.toString() || "{}");
