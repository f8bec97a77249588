import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { post } from "#shared/ledger/post.ts";
import { paymentRoutes } from "#shared/payments/contract.ts";
import type { Payment } from "#shared/payments/model.ts";
import { feeRefundDraft } from "#shared/payments/postings.ts";
import { planPaymentRefund } from "#shared/payments/refunds.ts";
import { findPayment } from "#shared/payments/store.ts";
import { businessDate } from "#shared/platform/time.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import { finance } from "../../support/ledger.ts";
import {
  balances,
  cards,
  control,
  fees,
  heard,
  journal,
  owing,
  pay,
  statusOf,
  sweep,
} from "../../support/payments.ts";
import { good, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  await control(service, "config", { feeBasisPoints: 60 });
});
afterAll(() => service.stop());

const today = () => businessDate(service.clock.now());
const nextDay = () => service.clock.advance(86_400);

/** The provider pays out what it holds of a day. */
const settle = (date: string) => control(service, "settle", { date });
const imported = () => runJob("importBills");
const days = async () =>
  (
    await good(
      finance(service)(paymentRoutes.listProviderDays, { query: { provider: "sandbox", limit: 100 } }),
    )
  ).items;
const day = async (date: string) => (await days()).find((one) => one.date === date);
const breaksOf = async (date: string) =>
  (await day(date))?.breaks.map(({ kind, reference }) => `${kind} ${reference}`);

async function paid(of: Parameters<typeof owing>[1] = {}, how: Parameters<typeof pay>[1] = {}) {
  const paying = await owing(service, of);
  await pay(paying, how);
  await heard(service);
  return paying;
}
const transactionOf = async (paymentId: string) => (await findPayment(paymentId))?.transactionId ?? "";

describe("a provider's bills", () => {
  const event = fees();
  const other = fees();
  const card = cards("crd_bill", "mer_bill");
  let first = "";

  it("agree with our books, and what the provider held is 0 once it has paid out (F1-F4, F6)", async () => {
    first = today();
    const paying = await paid({ for: event, amountFen: 10_000 });
    await paid({ for: other, amountFen: 5_000 });
    await paid({ for: other, amountFen: 5_000 }, { times: 2 });
    const { refund, parts } = await planPaymentRefund((await findPayment(paying.paymentId)) as Payment, {
      amountFen: 4_000,
      now: service.clock.now(),
    });
    const refunded = { refundId: refund.refundId, for: event, amountFen: 4_000, chargeFen: 1_000 };
    await post(ledger, feeRefundDraft(refunded), parts);
    await sweep(service);
    await sweep(service, 120);
    nextDay();
    await settle(first);
    nextDay();
    expect(await imported()).toBe(true);
    expect(await day(first)).toMatchObject({
      payments: 4,
      refunds: 2,
      receivedFen: 25_000,
      refundedFen: 9_000,
      breaks: [],
    });
    expect((await days()).flatMap(({ breaks }) => breaks)).toEqual([]);
    const standing = await balances(service, /^(psp|fees-bank|due|event-fees|refund-due|transit|payable)/);
    expect(Object.keys(standing).filter((account) => /^(psp|refund-due|transit)/.test(account))).toEqual([]);
    const { feeFen = 0 } = (await day(first)) ?? {};
    expect(standing).toEqual({
      "fees-bank": 16_000 - feeFen,
      "due:org_1": feeFen,
      [`event-fees:${event.eventId}`]: 5_000,
      [`event-fees:${other.eventId}`]: 10_000,
      "payable:org_1": 1_000,
    });
  });

  it("read again book nothing again, also when the job was missed, doubled or late (hard case 56)", async () => {
    const before = await journal(service);
    await Promise.all([imported(), imported(), imported()]);
    for (let late = 0; late < 3; late += 1) nextDay();
    await imported();
    expect(await journal(service)).toHaveLength(before.length);
  });

  it("of a merchant's own receipts fill its custody account, less the fee that it owes (C1, C2)", async () => {
    const date = today();
    await paid({ for: card, amountFen: 100_000, receiver: "1900000200" });
    nextDay();
    await settle(date);
    nextDay();
    await imported();
    expect(await breaksOf(date)).toEqual([]);
    expect(await balances(service, /mer_bill|crd_bill/)).toEqual({
      "custody:mer_bill": 99_400,
      "due:mer_bill:cards": 600,
      "card:crd_bill:unconsumed": 100_000,
    });
  });

  it("find what was told to nobody, and it is booked", async () => {
    const date = today();
    const paying = await owing(service, { amountFen: 2_000 });
    await pay(paying, { notify: "never" });
    nextDay();
    await settle(date);
    nextDay();
    await imported();
    expect(await statusOf(paying)).toBe("paid");
    expect(await breaksOf(date)).toEqual([]);
    expect(await balances(service, /^psp/)).toEqual({});
  });

  it("whose reading breaks off after it booked are read again, and booked once", async () => {
    const date = today();
    await paid({ amountFen: 7_000 });
    nextDay();
    await settle(date);
    const paidOutOn = today();
    nextDay();
    const breaking = withFault(async (command, input, next) => {
      if (command.startsWith("TransactWrite") && JSON.stringify(input).includes(`"sk":"${paidOutOn}"`))
        throw sdkError("InternalServerError", { $fault: "server", $metadata: { httpStatusCode: 500 } });
      return next();
    }, imported);
    expect(await breaking).toBe(false);
    const before = await journal(service);
    service.clock.advance(900);
    expect(await imported()).toBe(true);
    expect(await journal(service)).toHaveLength(before.length);
    expect(await breaksOf(paidOutOn)).toEqual([]);
    expect(await balances(service, /^psp/)).toEqual({});
  });

  it("of several days that were paid out together, or missed, are read in their order", async () => {
    const dates: string[] = [];
    for (let one = 0; one < 3; one += 1) {
      dates.push(today());
      await paid({ amountFen: 1_000 });
      nextDay();
    }
    await settle(dates[2] ?? "");
    nextDay();
    await imported();
    expect(await Promise.all(dates.map(breaksOf))).toEqual([[], [], []]);
    expect(await balances(service, /^psp/)).toEqual({});
  });
});

describe("a mistake of the provider's bill is named", () => {
  it.each([
    ["leave-out", "missing-there", 3_000],
    ["amount", "amount-differs", 4_000],
    ["double", "missing-here", 5_000],
  ])("%s: %s, and so is what was paid out on it", async (mistake, kind, amountFen) => {
    const date = today();
    const { paymentId } = await paid({ amountFen });
    const row = await transactionOf(paymentId);
    await control(service, "bills", {
      mistakes: [
        { kind: "trades", date, row, mistake, ...(mistake === "amount" && { amountFen: amountFen - 100 }) },
      ],
    });
    nextDay();
    await settle(date);
    const paidOutOn = today();
    nextDay();
    await imported();
    expect((await breaksOf(date))?.filter((one) => !one.startsWith("unreadable"))).toEqual([
      `${kind} ${row}`,
    ]);
    const differs = (await breaksOf(paidOutOn)) ?? [];
    expect(differs.some((one) => one.startsWith("payout-differs"))).toBe(mistake !== "double");
  });
});
