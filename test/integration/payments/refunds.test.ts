import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ledger } from "#shared/ledger/ledger.ts";
import { post } from "#shared/ledger/post.ts";
import { noticeRoutes } from "#shared/notices/contract.ts";
import type { Payment, Refund } from "#shared/payments/model.ts";
import { feeMadeGoodDraft, feeRefundDraft } from "#shared/payments/postings.ts";
import { refundHeard } from "#shared/payments/refunding.ts";
import { planPaymentRefund } from "#shared/payments/refunds.ts";
import { findPayment, findRefund, Moved } from "#shared/payments/store.ts";
import { letMoneyMove, stopMoneyFor } from "../../support/deciding.ts";
import {
  balances,
  casesAbout,
  control,
  decided,
  fees,
  heard,
  kindsAbout,
  owing,
  type Paying,
  pay,
  providersBooks,
  statusOf,
  sweep,
} from "../../support/payments.ts";
import { good, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let paid: ReturnType<typeof fees>;
let paying: Paying;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

/** Every test has a fee of 100.00 that is paid. */
beforeEach(async () => {
  paid = fees();
  paying = await owing(service, { for: paid });
  await pay(paying);
  await heard(service);
});

const of = (owner: string) => balances(service, new RegExp(`:${owner}(:|$)`));
const payment = async () => (await findPayment(paying.paymentId)) as Payment;

/** A context decides that a fee is given back, less a charge that the organiser keeps (F3). */
async function giveBack(amountFen: number, chargeFen = 0): Promise<Refund> {
  const { refund, parts } = await planPaymentRefund(await payment(), { amountFen, now: service.clock.now() });
  const draft = feeRefundDraft({ refundId: refund.refundId, for: paid, amountFen, chargeFen });
  await post(ledger, draft, parts);
  return refund;
}

/** Everything the provider was asked to give back of this refund. */
const atProvider = async ({ refundId }: Refund) =>
  (await providersBooks(service)).refunds.filter(({ outRefundNo }) => outRefundNo.startsWith(refundId));

describe("a refund by the original route", () => {
  it("goes to the payer, and what the rules keep goes to the organiser (F3, F4)", async () => {
    await giveBack(8_000, 2_000);
    expect(await of(paid.eventId)).toEqual({
      [`psp:sandbox:fees:${paid.eventId}`]: 10_000,
      [`refund-due:${paid.eventId}`]: 8_000,
    });
    await sweep(service);
    expect(await of(paid.eventId)).toMatchObject({ [`transit:${paid.eventId}`]: 8_000 });
    expect(await statusOf(paying)).toBe("refunding");
    await sweep(service, 120);
    expect(await statusOf(paying)).toBe("paid");
    expect(await of(paid.eventId)).toEqual({ [`psp:sandbox:fees:${paid.eventId}`]: 2_000 });
    expect(await balances(service, /^payable:org_1$/)).toEqual({ "payable:org_1": 2_000 });
  });

  it("is told by the provider, once however often", async () => {
    const refund = await giveBack(10_000);
    await sweep(service);
    service.clock.advance(60);
    await providersBooks(service);
    await control(service, "notifications/flush", {});
    await heard(service);
    await control(service, "notifications/replay", {});
    await heard(service);
    await sweep(service, 120);
    expect(await statusOf(paying)).toBe("refunded");
    expect(await kindsAbout(service, paid.eventId)).toEqual([
      "payment.received",
      "refund.decided",
      "refund.paid",
      "refund.sent",
    ]);
    expect(await findRefund(refund.refundId)).toMatchObject({ status: "paid", attempt: 1 });
  });

  it.each(["timeout-after", "500-after", "bad-signature"])(
    "whose answer is lost (%s) is read back, and the payer has it once",
    async (kind) => {
      await control(service, "config", { hangMs: 50 });
      await control(service, "faults", { next: [{ operation: "refund", kind }] });
      const refund = await giveBack(10_000);
      await sweep(service);
      expect(await findRefund(refund.refundId)).toMatchObject({ status: "sent" });
      await sweep(service, 60);
      await sweep(service, 120);
      expect(await findRefund(refund.refundId)).toMatchObject({ status: "paid", attempt: 1 });
      expect(await atProvider(refund)).toMatchObject([{ amountFen: 10_000, state: "SUCCESS" }]);
      expect(await of(paid.eventId)).toEqual({});
    },
  );

  it("that never reached the provider is sent under the same id", async () => {
    await control(service, "faults", { next: [{ operation: "refund", kind: "500" }] });
    const refund = await giveBack(10_000);
    await sweep(service);
    await sweep(service, 60);
    await sweep(service, 120);
    expect(await atProvider(refund)).toMatchObject([{ outRefundNo: refund.refundId, state: "SUCCESS" }]);
    expect(await of(paid.eventId)).toEqual({});
  });

  it("is not sent while money is read-only, and afterwards once", async () => {
    const refund = await giveBack(10_000);
    await stopMoneyFor(service, { fault: "test", place: "nowhere" });
    await sweep(service, 60);
    expect(await atProvider(refund)).toEqual([]);
    await letMoneyMove(service);
    await sweep(service);
    await sweep(service, 120);
    expect(await atProvider(refund)).toHaveLength(1);
  });

  it("of which two sweeps come to send it at once is sent once", async () => {
    const refund = await giveBack(10_000);
    await Promise.all([sweep(service), sweep(service), sweep(service)]);
    expect(await atProvider(refund)).toHaveLength(1);
    await sweep(service, 120);
    expect(await kindsAbout(service, paid.eventId)).toContain("refund.paid");
    expect(await of(paid.eventId)).toEqual({});
  });
});

describe("a refund that fails", () => {
  it("on the payer's side comes back, is owed as before, and goes to their account at a bank", async () => {
    await control(service, "refunds", { next: ["abnormal"] });
    const refund = await giveBack(10_000);
    await sweep(service);
    await sweep(service, 120);
    expect(await findRefund(refund.refundId)).toMatchObject({
      status: "due",
      route: "bank",
      failure: { reason: "abnormal" },
    });
    expect(await of(paid.eventId)).toEqual({
      [`psp:sandbox:fees:${paid.eventId}`]: 10_000,
      [`refund-due:${paid.eventId}`]: 10_000,
    });
  });

  it("for want of money with the provider goes by the bank", async () => {
    const no = { operation: "refund", kind: "refusal", status: 403, code: "NOT_ENOUGH" };
    await control(service, "faults", { next: [no] });
    const refund = await giveBack(10_000);
    await sweep(service);
    expect(await findRefund(refund.refundId)).toMatchObject({
      status: "due",
      route: "bank",
      failure: { reason: "not-enough-funds", code: "NOT_ENOUGH" },
    });
  });

  it("for a reason of ours is a person's, who has it sent again under another id", async () => {
    const no = { operation: "refund", kind: "refusal", status: 400, code: "PARAM_ERROR" };
    await control(service, "faults", { next: [no] });
    const refund = await giveBack(10_000);
    await sweep(service);
    expect(await findRefund(refund.refundId)).toMatchObject({ status: "failed" });
    const [open] = await casesAbout(service, paying.paymentId);
    expect(open).toMatchObject({ kind: "refund-failed", decisions: ["retry", "by-bank"] });
    await decided(service, open?.caseId ?? "", "retry");
    await sweep(service);
    // What is told late of the first sending says nothing of the second.
    await refundHeard(refund.refundId, { state: "abnormal" });
    expect(await findRefund(refund.refundId)).toMatchObject({ status: "sent", attempt: 2 });
    await sweep(service, 120);
    expect(await atProvider(refund)).toMatchObject([
      { outRefundNo: `${refund.refundId}-2`, state: "SUCCESS" },
    ]);
    expect(await of(paid.eventId)).toEqual({});
  });

  it("or of which nobody knows anything for a day is decided by two people", async () => {
    // It never ends at the provider, who so tells nothing of it either.
    await control(service, "refunds", { next: ["hang"] });
    await control(service, "faults", { next: [{ operation: "refund", kind: "500-after" }] });
    const refund = await giveBack(10_000);
    await sweep(service);
    await control(service, "faults", { next: Array(50).fill({ operation: "find-refund", kind: "500" }) });
    await sweep(service, 60);
    await sweep(service, 86_400);
    const [open] = await casesAbout(service, paying.paymentId);
    expect(open).toMatchObject({ kind: "unknown", refundId: refund.refundId });
    await decided(service, open?.caseId ?? "", "arrived");
    await control(service, "faults", { next: [], clear: true });
    expect(await findRefund(refund.refundId)).toMatchObject({ status: "paid" });
    expect(await of(paid.eventId)).toEqual({});
  });
});

describe("the payer of a refund", () => {
  const inbox = async () =>
    (await good(paying.call(noticeRoutes.listNotifications, { query: {} }))).items.map(({ text }) => text.zh);

  it("is told once that it has arrived, and how much", async () => {
    await giveBack(8_000, 2_000);
    await sweep(service);
    await sweep(service, 120);
    await sweep(service, 120);
    expect(await inbox()).toEqual(["“报名费”的退款80.00元已到账。"]);
  });

  it("is asked for an account when it could not go back the way it came, and not when the fault is ours", async () => {
    const no = (code: string, status: number) => ({ operation: "refund", kind: "refusal", status, code });
    await control(service, "faults", { next: [no("PARAM_ERROR", 400)] });
    await giveBack(5_000);
    await sweep(service);
    expect(await inbox()).toEqual([]);
    await control(service, "faults", { next: [no("NOT_ENOUGH", 403)] });
    await giveBack(5_000);
    await sweep(service);
    expect(await inbox()).toEqual([expect.stringContaining("请登录后填写本人名下的银行账户")]);
  });
});

describe("the route of a refund", () => {
  it("is the payer's account at a bank after 365 days, by the policy", async () => {
    const refund = await giveBack(10_000);
    service.clock.advance(366 * 86_400);
    await sweep(service);
    expect(await findRefund(refund.refundId)).toMatchObject({ status: "due", route: "bank", attempt: 0 });
    expect(await atProvider(refund)).toEqual([]);
    service.clock.advance(-366 * 86_400);
  });
});

describe("hard case 43: more than was paid", () => {
  it("is not given back at once, nor in parts", async () => {
    await expect(giveBack(10_001)).rejects.toMatchObject({
      problem: { slug: "refund-exceeds", status: 422 },
    });
    await giveBack(6_000);
    await expect(giveBack(4_001)).rejects.toMatchObject({ problem: { slug: "refund-exceeds" } });
    await giveBack(4_000);
    await expect(giveBack(1)).rejects.toMatchObject({ problem: { slug: "refund-exceeds" } });
  });

  it("is not given back by two who decide at once", async () => {
    const now = service.clock.now();
    const standing = await payment();
    const both = await Promise.all([1, 2].map(() => planPaymentRefund(standing, { amountFen: 6_000, now })));
    const posted = await Promise.allSettled(
      both.map(({ refund, parts }) =>
        post(
          ledger,
          feeRefundDraft({ refundId: refund.refundId, for: paid, amountFen: 6_000, chargeFen: 0 }),
          parts,
        ),
      ),
    );
    expect(posted.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(
      (posted.find(({ status }) => status === "rejected") as PromiseRejectedResult).reason,
    ).toBeInstanceOf(Moved);
  });

  it("and nothing of what is not paid", async () => {
    const other = await owing(service);
    const standing = (await findPayment(other.paymentId)) as Payment;
    await expect(
      planPaymentRefund(standing, { amountFen: 1, now: service.clock.now() }),
    ).rejects.toMatchObject({ problem: { slug: "payment-not-paid", status: 409 } });
  });
});

it("the provider's fee of a card is made good by the merchant, paid in or set off (C3)", async () => {
  const merchantId = "mer_fee";
  for (const how of ["paid-in", "set-off"] as const)
    await post(ledger, feeMadeGoodDraft({ journalId: `fee:${how}`, merchantId, feeFen: 60, how }));
  expect(await of(merchantId)).toEqual({
    "custody:mer_fee": 60,
    "payable:mer_fee:cards": -60,
    "due:mer_fee:cards": -120,
  });
});
