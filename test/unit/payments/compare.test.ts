import { describe, expect, it } from "vitest";
import { compare } from "#shared/payments/bills/compare.ts";
import type { TradeRow } from "#shared/payments/bills/reading.ts";
import type { Receipt, Refund } from "#shared/payments/model.ts";
import { settledDraft } from "#shared/payments/postings.ts";

const fees = (eventId: string) =>
  ({ purpose: "fees", eventId, organiserId: "o1", registrationId: "r1" }) as const;

const receipt = (transactionId: string, amountFen: number, of: Partial<Receipt> = {}): Receipt => ({
  provider: "sandbox",
  transactionId,
  paymentId: `pay_${transactionId}`,
  for: fees("e1"),
  amountFen,
  paidAt: "2026-06-10T04:00:00.000Z",
  outcome: "taken",
  refundedFen: 0,
  version: 1,
  ...of,
});

const refund = (refundId: string, amountFen: number, of: Partial<Refund> = {}): Refund => ({
  refundId,
  provider: "sandbox",
  transactionId: "t1",
  paymentId: "pay_t1",
  for: fees("e1"),
  amountFen,
  paidFen: amountFen,
  paidAt: "2026-06-10T04:00:00.000Z",
  cause: "late",
  status: "paid",
  route: "provider",
  attempt: 1,
  decidedAt: "2026-06-10T05:00:00.000Z",
  refundedAt: "2026-06-10T06:00:00.000Z",
  asked: 0,
  version: 1,
  ...of,
});

const paid = (transactionId: string, amountFen: number, feeFen: number, receiver?: string): TradeRow => ({
  at: "2026-06-10T04:00:00.000Z",
  transactionId,
  paymentId: `pay_${transactionId}`,
  kind: "payment",
  amountFen,
  feeFen,
  ...(receiver !== undefined && { receiver }),
});

const given = (refundId: string, amountFen: number, of: Partial<TradeRow> = {}): TradeRow => ({
  ...paid("t1", amountFen, 0),
  kind: "refund",
  refundId,
  refundState: "succeeded",
  ...of,
});

describe("a provider's bill against our books", () => {
  it("that agree leave no break, and what the provider holds is added up by owner", () => {
    const { breaks, shares, totals } = compare(
      [paid("t1", 10_000, 60), paid("t2", 5_000, 30), given("rfd_a", 2_000)],
      {
        receipts: [receipt("t1", 10_000), receipt("t2", 5_000, { for: fees("e2") })],
        refunds: [refund("rfd_a", 2_000)],
      },
    );
    expect(breaks).toEqual([]);
    expect(totals).toEqual({ payments: 2, refunds: 1, receivedFen: 15_000, refundedFen: 2_000, feeFen: 90 });
    expect(shares.get("own")).toMatchObject([
      { for: { eventId: "e1" }, netFen: 8_000, feeFen: 60 },
      { for: { eventId: "e2" }, netFen: 5_000, feeFen: 30 },
    ]);
  });

  it("name what only one of them has, and what both have differently", () => {
    const { breaks } = compare([paid("t1", 10_001, 60), paid("t9", 1, 1), given("rfd_x", 5)], {
      receipts: [receipt("t1", 10_000), receipt("t2", 5_000)],
      refunds: [refund("rfd_b", 700)],
    });
    expect(breaks.map(({ kind, reference }) => `${kind} ${reference}`)).toEqual([
      "amount-differs t1",
      "missing-here t9",
      "missing-here rfd_x",
      "missing-there t2",
      "missing-there rfd_b",
    ]);
  });

  it("a row that is listed twice is a break, and is owed once", () => {
    const { breaks, shares } = compare([paid("t1", 10_000, 60), paid("t1", 10_000, 60)], {
      receipts: [receipt("t1", 10_000)],
      refunds: [],
    });
    expect(breaks).toMatchObject([{ kind: "missing-here", reference: "t1" }]);
    expect(shares.get("own")).toMatchObject([{ netFen: 10_000, feeFen: 60 }]);
  });

  it("a refund that is still on its way stands in both; one that failed there and arrived here does not", () => {
    const on = (status: Refund["status"], refundState: "processing" | "succeeded" | "failed") =>
      compare([given("rfd_a", 2_000, { refundState })], {
        receipts: [],
        refunds: [refund("rfd_a", 2_000, { status })],
      }).breaks.map(({ kind }) => kind);
    expect(on("sent", "processing")).toEqual([]);
    expect(on("paid", "succeeded")).toEqual([]);
    expect(on("sent", "succeeded")).toEqual(["status-differs"]);
    expect(on("paid", "failed")).toEqual(["status-differs"]);
  });

  it("a second sending of a refund is the same refund", () => {
    const { breaks } = compare([given("rfd_a-2", 2_000)], {
      receipts: [],
      refunds: [refund("rfd_a", 2_000, { attempt: 2 })],
    });
    expect(breaks).toEqual([]);
  });

  it("what was billed on an earlier day is not missing on this one", () => {
    const billedOn = "2026-06-09";
    const { breaks } = compare([], {
      receipts: [receipt("t1", 1, { billedOn })],
      refunds: [refund("rfd_a", 1, { billedOn })],
    });
    expect(breaks).toEqual([]);
  });

  it("what different merchants of the provider received is held apart", () => {
    const cards = { purpose: "cards", merchantId: "m1", cardId: "c1" } as const;
    const { shares } = compare([paid("t1", 10_000, 60), paid("t2", 5_000, 30, "1900000109")], {
      receipts: [receipt("t1", 10_000), receipt("t2", 5_000, { for: cards })],
      refunds: [],
    });
    expect([...shares.keys()]).toEqual(["own", "1900000109"]);
  });
});

describe("a payout of the provider", () => {
  const shares = [
    { for: fees("e1"), netFen: 8_000, feeFen: 60 },
    { for: fees("e2"), netFen: -500, feeFen: 0 },
  ];

  it("is booked as what reached the bank, the fees that organisers bear, and what the provider held (F6)", () => {
    const { legs } = settledDraft({
      provider: "sandbox",
      receiver: "own",
      date: "2026-06-11",
      reference: "w1:1",
      shares,
    });
    expect(legs.map(({ account, side, amountFen }) => [account.id, side, amountFen])).toEqual([
      ["fees-bank", "debit", 7_440],
      ["due:o1", "debit", 60],
      ["psp:sandbox:fees:e1", "credit", 8_000],
      ["psp:sandbox:fees:e2", "debit", 500],
    ]);
  });
});
