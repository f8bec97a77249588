import { describe, expect, it } from "vitest";
import { ofSending, type Payment, sendingId } from "#shared/payments/model.ts";
import {
  askAgainAt,
  closesRoute,
  isOverdue,
  receiptOutcome,
  routeOf,
  statusAfter,
} from "#shared/payments/rules.ts";

const payment = (of: Partial<Payment> = {}): Payment => ({
  paymentId: "pay_1",
  provider: "sandbox",
  for: { purpose: "cards", merchantId: "m1", cardId: "c1" },
  payerId: "per_1",
  amountFen: 10_000,
  description: "健身卡",
  channel: { kind: "native" },
  status: "pending",
  createdAt: "2026-06-10T04:00:00.000Z",
  expiresAt: "2026-06-10T04:15:00.000Z",
  asked: 0,
  version: 1,
  ...of,
});
const told = (of: object = {}) => ({
  transactionId: "t1",
  amountFen: 10_000,
  paidAt: "2026-06-10T04:14:59.000Z",
  ...of,
});

describe("money that came", () => {
  it("is taken when it is what was asked for and was paid in time, whenever it is told", () => {
    expect(receiptOutcome(payment(), told())).toBe("taken");
    expect(receiptOutcome(payment(), told({ paidAt: "2026-06-10T04:15:00.000Z" }))).toBe("taken");
  });

  it("is late a second after, and of a payment that was closed", () => {
    expect(receiptOutcome(payment(), told({ paidAt: "2026-06-10T04:15:01.000Z" }))).toBe("late");
    expect(receiptOutcome(payment({ status: "closed" }), told())).toBe("late");
  });

  it("of another amount is for a person to decide, also when it is a fen more", () => {
    expect(receiptOutcome(payment(), told({ amountFen: 9_999 }))).toBe("wrong-amount");
    expect(receiptOutcome(payment(), told({ amountFen: 10_001 }))).toBe("wrong-amount");
    expect(statusAfter(payment(), "wrong-amount")).toBe("quarantined");
  });

  it("for what is paid already came twice, and the payment stays as it is", () => {
    for (const status of ["paid", "refunding", "refunded", "quarantined"] as const) {
      expect(receiptOutcome(payment({ status }), told())).toBe("double");
      expect(statusAfter(payment({ status }), "double")).toBe(status);
    }
  });
});

describe("a refund", () => {
  const paidAt = "2026-06-10T04:00:00.000Z";
  const on = (date: string, more: { settled?: boolean; withProviderFen?: number } = {}) =>
    routeOf(
      { paidAt, amountFen: 5_000 },
      { now: new Date(date), days: 365, settled: false, withProviderFen: 0, ...more },
    );

  it("goes the original route for 365 days, and to the payer's account from then on", () => {
    expect(on("2027-06-10T04:00:00.000Z")).toBe("provider");
    expect(on("2027-06-10T04:00:00.001Z")).toBe("bank");
  });

  it("goes by the bank when the provider has paid out what it held", () => {
    expect(on("2026-06-20T00:00:00.000Z", { settled: true, withProviderFen: 4_999 })).toBe("bank");
    expect(on("2026-06-20T00:00:00.000Z", { settled: true, withProviderFen: 5_000 })).toBe("provider");
  });

  it("goes another way once the payer's account or the provider's time has closed the first", () => {
    for (const reason of ["not-enough-funds", "too-late", "payer-account", "abnormal"] as const)
      expect(closesRoute(reason)).toBe(true);
    for (const reason of ["state", "request", "closed", "bank"] as const)
      expect(closesRoute(reason)).toBe(false);
  });

  it("has an id for each sending, of 32 characters at most, that names it again", () => {
    const refundId = "rfd_01J00000000000000000000000";
    for (const attempt of [1, 2, 9]) {
      const id = sendingId({ refundId, attempt });
      expect(id.length).toBeLessThanOrEqual(32);
      expect(ofSending(id)).toEqual({ refundId, attempt });
    }
  });
});

describe("an unknown outcome", () => {
  it("is asked after at 10 s and then less and less often, five minutes apart at most", () => {
    const now = new Date("2026-06-10T04:00:00.000Z");
    const seconds = [0, 1, 2, 3, 4, 99].map(
      (asked) => (Date.parse(askAgainAt(now, asked)) - now.getTime()) / 1_000,
    );
    expect(seconds).toEqual([10, 30, 60, 120, 300, 300]);
  });

  it("is a person's after 24 hours", () => {
    const since = "2026-06-10T04:00:00.000Z";
    expect(isOverdue(since, new Date("2026-06-11T03:59:59.999Z"))).toBe(false);
    expect(isOverdue(since, new Date("2026-06-11T04:00:00.000Z"))).toBe(true);
  });
});
