import { describe, expect, it } from "vitest";
import { exportView, reversalInput } from "#shared/accounting/schemas.ts";
import {
  bookTotals,
  described,
  entryAsShown,
  numberText,
  periodAsShown,
  trialLine,
} from "#shared/accounting/views.ts";
import type { Registered } from "#shared/ledger/fold.ts";
import type { Entry } from "#shared/ledger/model.ts";
import type { TrialLine } from "#shared/ledger/trialBalance.ts";

const card: Registered = {
  account: "card:c1:unconsumed",
  book: "money",
  normal: "credit",
  guard: "card:c1",
  control: "cards:m1:unconsumed",
};

describe("a number (凭证号)", () => {
  it("is its month and six digits, and more when there are more", () => {
    expect(numberText("2026-05", 1)).toBe("2026-05-000001");
    expect(numberText("2026-05", 999_999)).toBe("2026-05-999999");
    expect(numberText("2026-05", 1_000_000)).toBe("2026-05-1000000");
  });
});

describe("an account as it is shown", () => {
  it("has its kind and title, and says nothing of what guards it", () => {
    expect(described(card)).toEqual({
      accountId: "card:c1:unconsumed",
      book: "money",
      normal: "credit",
      kind: "unconsumed",
      title: { zh: "预付卡未消费余额", en: "Unconsumed prepaid money" },
      control: "cards:m1:unconsumed",
    });
  });

  it("that totals others says so, and one that is in no chart is shown all the same", () => {
    expect(
      described({ account: "cards:m1:unconsumed", book: "money", normal: "credit", totals: true }),
    ).toMatchObject({
      kind: "unconsumed",
      totals: true,
    });
    expect(described({ account: "odd", book: "points", normal: "debit" })).toEqual({
      accountId: "odd",
      book: "points",
      normal: "debit",
    });
  });
});

const line = (
  of: Registered,
  openingFen: number,
  debitFen: number,
  creditFen: number,
  net: number,
): TrialLine => ({
  of,
  openingFen,
  turnover: { debitFen, creditFen },
  closing: { debitFen: Math.max(net, 0), creditFen: Math.max(-net, 0) },
});

describe("a trial balance as it is shown", () => {
  const custody: Registered = { account: "custody:m1", book: "money", normal: "debit" };
  const budget: Registered = { account: "available:a1", book: "budget", normal: "credit" };
  const lines = [line(card, 5, 1, 3, -7), line(custody, 5, 3, 1, 7), line(budget, 0, 0, 9, -9)];

  it("has its balance at the end on the side on which it stands", () => {
    expect(lines.map(trialLine)).toMatchObject([
      { openingFen: 5, turnoverDebitFen: 1, turnoverCreditFen: 3, debitFen: 0, creditFen: 7 },
      { debitFen: 7, creditFen: 0 },
      { book: "budget", creditFen: 9 },
    ]);
  });

  it("adds up each book that has an account, and no book with another", () => {
    expect(bookTotals(lines)).toEqual([
      { book: "money", debitFen: 7, creditFen: 7, turnoverDebitFen: 4, turnoverCreditFen: 4 },
      { book: "budget", debitFen: 0, creditFen: 9, turnoverDebitFen: 0, turnoverCreditFen: 9 },
    ]);
    expect(bookTotals([])).toEqual([]);
  });
});

describe("an entry as it is shown", () => {
  const entry: Entry = {
    journalId: "p:1",
    kind: "purchase",
    legs: [
      { account: "custody:m1", book: "money", normal: "debit", side: "debit", amountFen: 10 },
      {
        account: card.account,
        book: "money",
        normal: "credit",
        side: "credit",
        amountFen: 10,
        guard: "card:c1",
        balanceAfterFen: 0,
        version: 7,
      },
    ],
    source: { operation: "test" },
    postedAt: "2026-06-01T00:00:00.000Z",
    businessDate: "2026-05-31",
    content: "x",
  };

  it("says how much of each leg was taken back and by what, and a balance of 0 too", () => {
    const shown = entryAsShown(entry, { version: 2, sumsFen: [4, 4], by: ["r:1", "r:2"] }, undefined);
    expect(shown).toEqual({
      journalId: "p:1",
      kind: "purchase",
      source: { operation: "test" },
      postedAt: entry.postedAt,
      businessDate: "2026-05-31",
      legs: [
        expect.objectContaining({ account: "custody:m1", reversedFen: 4 }),
        expect.objectContaining({ account: card.account, reversedFen: 4, balanceAfterFen: 0 }),
      ],
      reversedBy: ["r:1", "r:2"],
    });
    expect(shown.legs[0]).not.toHaveProperty("balanceAfterFen");
    expect(shown.legs[1]).not.toHaveProperty("version");
  });

  it("has its number in the month of its day, not of the instant at which it was posted", () => {
    const none = { version: 0, sumsFen: [0, 0], by: [] };
    const { journalId, postedAt, businessDate } = entry;
    const sealed = { journalId, postedAt, businessDate, number: 12, hash: "h", segment: 3 };
    expect(entryAsShown(entry, none, sealed).sealed).toEqual({
      segment: 3,
      number: "2026-05-000012",
      hash: "h",
    });
  });
});

describe("a month as it is shown", () => {
  it("says as much of its close as there is, and not by whom", () => {
    expect(periodAsShown({ period: "2026-05", state: "open" })).toEqual({
      period: "2026-05",
      status: "open",
    });
    const closing = {
      period: "2026-05",
      state: "closing",
      closingSince: "2026-06-01T00:00:00.000Z",
      by: "act_x",
    } as const;
    expect(periodAsShown(closing)).toEqual({
      period: "2026-05",
      status: "closing",
      closingSince: closing.closingSince,
    });
    const close = { segment: 1, entries: 2, totals: { money: { debitFen: 3, creditFen: 3 } } };
    expect(
      periodAsShown({ ...closing, state: "closed", closedAt: closing.closingSince, close }),
    ).toMatchObject({
      status: "closed",
      closedAt: closing.closingSince,
      close,
    });
  });
});

describe("what is read", () => {
  it("a reversal's amounts are whole fen of at least two legs", () => {
    const amounts = (amountsFen: unknown) => reversalInput.safeParse({ reason: "x", amountsFen }).success;
    expect(amounts([1, 0])).toBe(true);
    for (const none of [[1], [], [1, -1], [1, 0.5], [1, "1"], Array(201).fill(1), [1, 2 ** 53]])
      expect([none, amounts(none)]).toEqual([none, false]);
    expect(reversalInput.safeParse({ reason: " " }).success).toBe(false);
  });

  it("an export is shown without what its record keeps beside", () => {
    const shown = { exportId: `exp_${"0".repeat(26)}`, format: "jsonl", status: "queued" };
    expect(exportView.parse({ pk: "x", sk: "y", ...shown })).toEqual(shown);
  });
});
