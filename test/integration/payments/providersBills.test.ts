import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readFunds, readTrades } from "#shared/payments/bills/reading.ts";
import type { PaymentProvider } from "#shared/payments/port.ts";
import { merchantOf, type Outside, orderOf, saidNo, startOutside } from "../../support/outside.ts";

const DAY = "2026-06-10";
const NOON = new Date("2026-06-10T04:00:00.000Z");
const NEXT_MORNING = new Date("2026-06-11T02:00:00.000Z");
const A = "1900000201";
const B = "1900000202";

let outside: Outside;
let pay: PaymentProvider;
let now: Date;

const at = async (instant: Date) => {
  now = instant;
  await outside.setClock(instant);
};

/** A payment of the day; its order and transaction. */
async function paid(receiver: string, amountFen: number) {
  const order = orderOf({ now, receiver, amountFen });
  await pay.order(order);
  const { transactions } = await outside.provider<{ transactions: string[] }>("pay", {
    outTradeNo: order.paymentId,
    notify: "never",
  });
  return { ...order, transactionId: transactions[0] ?? "" };
}

beforeAll(async () => {
  outside = await startOutside();
  pay = await merchantOf(outside, { now: () => now });
});
afterAll(() => outside.stop());
beforeEach(async () => {
  await outside.provider("reset");
  await outside.provider("config", { refundSeconds: 0, delivers: "on-flush" });
  await at(NOON);
});

describe("a day's bills", () => {
  it("are not there before the day is over, and of a day without trade there is none", async () => {
    await paid(A, 10_000);
    expect(await saidNo(pay.bill("trades", DAY))).toBe("Unavailable");
    await at(NEXT_MORNING);
    expect(await pay.bill("trades", DAY)).toContain("交易时间");
    expect(await pay.bill("trades", "2026-06-09")).toBeUndefined();
    expect(await pay.bill("funds", "2026-06-09")).toBeUndefined();
  });

  it("list every payment and refund with its fee, which goes back with the whole", async () => {
    const first = await paid(A, 12_800);
    const second = await paid(B, 10);
    const refund = { transactionId: first.transactionId, paidFen: 12_800, reason: "退款", receiver: A };
    await pay.refund({ ...refund, refundId: "re_1", amountFen: 2_800 });
    await pay.refund({ ...refund, refundId: "re_2", amountFen: 10_000 });
    await at(NEXT_MORNING);
    const { rows, faults } = readTrades((await pay.bill("trades", DAY)) ?? "");
    expect(faults).toEqual([]);
    expect(
      rows.map(({ kind, paymentId, receiver, amountFen, feeFen }) => ({
        kind,
        paymentId,
        receiver,
        amountFen,
        feeFen,
      })),
    ).toEqual([
      // 0.6 % of 128.00 is 76.8 fen; the least is one.
      { kind: "payment", paymentId: first.paymentId, receiver: A, amountFen: 12_800, feeFen: 77 },
      { kind: "payment", paymentId: second.paymentId, receiver: B, amountFen: 10, feeFen: 1 },
      { kind: "refund", paymentId: first.paymentId, receiver: A, amountFen: 2_800, feeFen: -16 },
      { kind: "refund", paymentId: first.paymentId, receiver: A, amountFen: 10_000, feeFen: -61 },
    ]);
    expect(rows[2]).toMatchObject({ refundId: "re_1", refundState: "succeeded" });
  });

  it("list the platform's own sales without a receiver", async () => {
    const order = orderOf({ now });
    await pay.order(order);
    await outside.provider("pay", { outTradeNo: order.paymentId, notify: "never" });
    await at(NEXT_MORNING);
    const { rows } = readTrades((await pay.bill("trades", DAY)) ?? "");
    const { rows: funds } = readFunds((await pay.bill("funds", DAY)) ?? "");
    expect(rows.map(({ receiver }) => receiver)).toEqual([undefined]);
    expect(funds.map(({ receiver }) => receiver)).toEqual([undefined, undefined]);
  });

  it("of funds run to the balance of each merchant, and show what is paid out the next day", async () => {
    const first = await paid(A, 12_800);
    await paid(B, 5_000);
    await pay.refund({
      refundId: "re_1",
      transactionId: first.transactionId,
      amountFen: 2_800,
      paidFen: 12_800,
      reason: "退款",
      receiver: A,
    });
    await at(NEXT_MORNING);
    await paid(A, 100);
    const { settlements } = await outside.provider<{ settlements: object[] }>("settle", { date: DAY });
    const net = 12_800 - 77 - 2_800 + 16;
    expect(settlements).toMatchObject([
      { receiver: A, amountFen: net, bank: "none" },
      { receiver: B, amountFen: 5_000 - 30, bank: "none" },
    ]);
    const again = await outside.provider<{ settlements: object[] }>("settle", { date: DAY });
    expect(again.settlements).toEqual(settlements);

    await at(new Date("2026-06-12T02:00:00.000Z"));
    const { rows, faults } = readFunds((await pay.bill("funds", DAY)) ?? "");
    expect(faults).toEqual([]);
    expect(
      rows
        .filter(({ receiver }) => receiver === A)
        .map(({ kind, direction, amountFen, balanceFen }) => [kind, direction, amountFen, balanceFen]),
    ).toEqual([
      ["payment", "in", 12_800, 12_800],
      ["fee", "out", 77, 12_723],
      ["fee-return", "in", 16, 12_739],
      ["refund", "out", 2_800, net],
    ]);
    const next = readFunds((await pay.bill("funds", "2026-06-11")) ?? "");
    expect(next.rows.filter(({ kind }) => kind === "settlement")).toMatchObject([
      {
        receiver: A,
        direction: "out",
        amountFen: net,
        balanceFen: 99,
        reference: expect.stringMatching(/^7100/),
      },
      { receiver: B, direction: "out", amountFen: 4_970, balanceFen: 0 },
    ]);
  });

  it("of a refund that was given up show the money come back", async () => {
    const { transactionId } = await paid(A, 10_000);
    await outside.provider("refunds", { next: ["closed"] });
    const refund = {
      refundId: "re_1",
      transactionId,
      amountFen: 10_000,
      paidFen: 10_000,
      reason: "退款",
      receiver: A,
    };
    await pay.refund(refund);
    expect(await pay.findRefund(refund)).toMatchObject({ state: "closed" });
    await at(NEXT_MORNING);
    const { rows } = readFunds((await pay.bill("funds", DAY)) ?? "");
    expect(rows.map(({ kind, direction }) => `${kind} ${direction}`)).toEqual([
      "payment in",
      "fee out",
      "fee-return in",
      "refund out",
      "refund in",
      "fee out",
    ]);
    expect(rows.at(-1)?.balanceFen).toBe(10_000 - 60);
    const { rows: trades } = readTrades((await pay.bill("trades", DAY)) ?? "");
    expect(trades.at(-1)).toMatchObject({ kind: "refund", refundState: "failed" });
  });

  it("that are not what the provider signed are none", async () => {
    await paid(A, 10_000);
    await at(NEXT_MORNING);
    await outside.provider("faults", { next: [{ operation: "bill", kind: "wrong-hash" }] });
    expect(await saidNo(pay.bill("trades", DAY))).toBe("Unavailable");
    const altering: typeof fetch = async (url, init) => {
      const answer = await fetch(url, init);
      if (!String(url).includes("billdownload")) return answer;
      return new Response((await answer.text()).replace("100.00", "900.00"));
    };
    const merchant = await merchantOf(outside, { now: () => now, fetch: altering });
    expect(await saidNo(merchant.bill("trades", DAY))).toBe("Unavailable");
    expect(await pay.bill("trades", DAY)).toContain("100.00");
  });

  it.each([
    ["bill", "timeout-before"],
    ["bill", "500"],
    ["bill", "bad-signature"],
    ["bill", "broken"],
    ["download", "500"],
    ["download", "dropped-after"],
    ["download", "refusal"],
  ])("whose %s fails by %s are none yet", async (operation, kind) => {
    await paid(A, 10_000);
    await at(NEXT_MORNING);
    await outside.provider("faults", { next: [{ operation, kind }] });
    const merchant = await merchantOf(outside, { now: () => now, timeoutMs: 300 });
    expect(await saidNo(merchant.bill("funds", DAY))).toBe("Unavailable");
    expect(await merchant.bill("funds", DAY)).toContain("记账时间");
  });

  it("may be wrong, and then say so of themselves in nothing", async () => {
    const [left, changed, doubled] = [await paid(A, 100), await paid(A, 200), await paid(A, 300)];
    const wrong = (row: string, mistake: string, more = {}) => ({
      kind: "trades",
      date: DAY,
      row,
      mistake,
      ...more,
    });
    await outside.provider("bills", {
      mistakes: [
        wrong(left.paymentId, "leave-out"),
        wrong(changed.transactionId, "amount", { amountFen: 199 }),
        wrong(doubled.paymentId, "double"),
        { ...wrong(`交易 ${changed.transactionId}`, "amount"), kind: "funds" },
      ],
    });
    await at(NEXT_MORNING);
    const { rows, faults } = readTrades((await pay.bill("trades", DAY)) ?? "");
    expect(faults).toEqual([]);
    expect(rows.map(({ amountFen }) => amountFen)).toEqual([199, 300, 300]);
    const { rows: funds } = readFunds((await pay.bill("funds", DAY)) ?? "");
    expect(funds.filter(({ kind }) => kind === "payment").map(({ amountFen }) => amountFen)).toEqual([
      100, 201, 300,
    ]);
  });
});
