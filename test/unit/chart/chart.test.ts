import { describe, expect, it } from "vitest";
import { type AccountKind, type AccountType, account, chart, kindOf } from "#shared/chart/chart.ts";
import { checkDraft } from "#shared/ledger/journal.ts";

const types = Object.entries(chart as Record<string, AccountType>) as [AccountKind, AccountType][];
/** A pattern without the names of its parts: `custody:{}`. */
const shapeOf = (pattern: string): string => pattern.replaceAll(/\{\w+\}/g, "{}");
const namesOf = (pattern: string): string[] =>
  [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");

/** The chart of accounts as it was designed: account, book and normal side. */
const designed = [
  ["psp:{provider}:{purpose}:{merchant|event}", "money", "debit"],
  ["custody:{merchant}", "money", "debit"],
  ["fees-bank", "money", "debit"],
  ["fiscal:{fund}", "money", "debit"],
  ["advance:{merchant}", "money", "debit"],
  ["due:{merchant}:{cards|vouchers}", "money", "debit"],
  ["due:{organiser}", "money", "debit"],
  ["card:{card}:unconsumed", "money", "credit"],
  ["card:{card}:held", "money", "credit"],
  ["payable:{merchant}:{cards|vouchers}", "money", "credit"],
  ["retention:{merchant}:{cards|vouchers}", "money", "credit"],
  ["refund-due:{merchant|event}", "money", "credit"],
  ["transit:{merchant}:{cards|vouchers}", "money", "credit"],
  ["transit:{organiser|event}", "money", "credit"],
  ["custody-interest:{merchant}", "money", "credit"],
  ["event-fees:{event}", "money", "credit"],
  ["payable:{organiser}", "money", "credit"],
  ["suspense:{bank account}", "money", "credit"],
  ["fund:{appropriation}", "money", "credit"],
  ["subsidy:{campaign}", "money", "debit"],
  ["authority:{appropriation}", "budget", "debit"],
  ["available:{appropriation}", "budget", "credit"],
  ["available:{campaign}", "budget", "credit"],
  ["reserved:{round}", "budget", "credit"],
  ["issued:{campaign}", "budget", "credit"],
  ["redeemed:{campaign}", "budget", "credit"],
  ["recycled:{campaign}", "budget", "credit"],
  ["returned:{appropriation}", "budget", "credit"],
] as const;

/** Owners of all names that any pattern has. */
const owners = Object.fromEntries(
  types
    .flatMap(([, { pattern, control, guard }]) => [pattern, control ?? "", guard ?? ""])
    .flatMap(namesOf)
    .map((name) => [name, `${name}-1`]),
);
const made = (kind: AccountKind, of: Record<string, string> = owners) => account(kind, of as never);

describe("the chart of accounts", () => {
  it("has every account of the design in its book and on its side, and no other", () => {
    const rows = designed.map(
      ([pattern, book, normal]) => `${pattern.replaceAll(/\{[^}]+\}/g, "{}")} ${book} ${normal}`,
    );
    const there = types.map(([, { pattern, book, normal }]) => `${shapeOf(pattern)} ${book} ${normal}`);
    expect(there.toSorted()).toEqual(rows.toSorted());
  });

  it("guards what never falls below 0: what cards hold, and what budgets have left", () => {
    const guarded = types.filter(([, { guard }]) => guard !== undefined);
    expect(guarded.map(([kind]) => kind).toSorted()).toEqual([
      "appropriationAvailable",
      "campaignAvailable",
      "held",
      "unconsumed",
    ]);
    // The two accounts of a card change in one write.
    expect(made("held").guard).toBe(made("unconsumed").guard);
  });

  it("totals what there are many of by whom they are with, in an account of its own", () => {
    expect(made("unconsumed")).toEqual({
      id: "card:card-1:unconsumed",
      book: "money",
      normal: "credit",
      guard: "card:card-1",
      control: "cards:merchant-1:unconsumed",
    });
    const ids = types.map(([kind]) => made(kind).id);
    for (const [kind] of types) expect(ids).not.toContain(made(kind).control);
  });

  it("has a name in both languages for each", () => {
    for (const [kind, { title }] of types)
      expect([kind, /\p{Script=Han}/u.test(title.zh), /^[A-Z][a-z]/.test(title.en)]).toEqual([
        kind,
        true,
        true,
      ]);
    expect(new Set(types.map(([, { title }]) => title.zh)).size).toBe(types.length);
  });
});

describe("an account of the chart", () => {
  it.each(types.map(([kind]) => kind))("%s can be posted to", (kind) => {
    const to = made(kind);
    const [debit, credit] = [to, { ...to, id: "other" }].map((one) => ({ account: one, amountFen: 1 }));
    const legs = [
      { ...debit, side: "debit" },
      { ...credit, side: "credit" },
    ];
    expect(() =>
      checkDraft({ journalId: "x", kind: "x", source: { operation: "x" }, legs } as never),
    ).not.toThrow();
  });

  it.each(types.filter(([, { pattern }]) => pattern.includes("{")))(
    "%s is refused without each of its owners",
    (kind, { pattern, guard = "", control = "" }) => {
      for (const name of new Set([pattern, guard, control].flatMap(namesOf))) {
        const { [name]: _, ...others } = owners;
        expect(() => made(kind, others)).toThrow(`needs its ${name}`);
        expect(() => made(kind, { ...others, [name]: "" })).toThrow(`needs its ${name}`);
      }
    },
  );

  it("is refused for an owner that would make another kind of it", () => {
    expect(() => made("organiserDue", { organiser: "m1:cards" })).toThrow("needs its organiser");
    expect(() => made("unconsumed", { card: "c1", merchant: "m1:x" })).toThrow("needs its merchant");
  });

  it("is another for another owner, whatever the kind", () => {
    const shapes = types.map(([, { pattern }]) => shapeOf(pattern));
    // An appropriation and a campaign are told apart by their ids alone.
    expect(shapes.filter((one, at) => shapes.indexOf(one) !== at)).toEqual(["available:{}"]);
  });
});

describe("what an id names", () => {
  it.each(types.filter(([kind]) => kind !== "campaignAvailable"))("is known again: %s", (kind, { title }) => {
    const { id, control } = made(kind);
    expect(kindOf(id)).toEqual({ kind, title });
    if (control !== undefined) expect(kindOf(control)).toEqual({ kind, title });
  });

  it("is unknown where the chart has no such shape", () => {
    for (const none of [
      "",
      "card",
      "card:c1",
      "card:c1:lost",
      "custody:",
      "custody:a:b",
      "xcustody:a",
      "fees-bank:x",
    ])
      expect([none, kindOf(none)]).toEqual([none, undefined]);
  });
});
