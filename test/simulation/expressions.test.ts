import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Item } from "#shared/platform/database.ts";
import { clausesOf, conditionOf, withoutClause } from "#simulation/expressions.ts";
import { updated, updateOf } from "#simulation/updates.ts";
import { compareText, sizeOf, stored, storedItem } from "#simulation/values.ts";

const lane: Item = {
  pk: "LANE#1",
  sk: "LANE",
  places: 3,
  waiting: 0,
  label: "平望镇",
  detail: { kind: "run", count1: 2 },
  marks: ["a", { kind: "b" }],
  seal: Uint8Array.of(1, 2, 3),
  nothing: null,
};

const holds = (text: string, values: Item = {}, names: Record<string, string> = {}, item = lane) =>
  conditionOf(text).test({ item, names, values: storedItem(values) });

describe("a condition", () => {
  it("orders numbers as numbers, texts by their UTF-8 bytes, and nothing else", () => {
    expect(holds("places < :v", { ":v": 10 })).toBe(true);
    expect(holds("places < :v", { ":v": "10" })).toBe(false);
    expect(holds("label > :v", { ":v": "\u{1F600}" })).toBe(false);
    expect(holds("places >= :v AND places <= :v", { ":v": 3 })).toBe(true);
    expect(() => holds("places < :v", { ":v": true })).toThrow("wrong type");
  });

  it("compares texts as their UTF-8 bytes compare", () => {
    const any = fc.string({ unit: "binary", maxLength: 4 });
    const sign = (order: number) => Math.sign(order);
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(sign(compareText(a, b))).toBe(sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 5_000 },
    );
    expect(compareText("\uffee", "\u{1F600}")).toBeLessThan(0);
  });

  it("holds of a missing attribute only as differing or as not existing", () => {
    for (const operator of ["=", "<", "<=", ">", ">="])
      expect([operator, holds(`absent1 ${operator} :v`, { ":v": 1 })]).toEqual([operator, false]);
    expect(holds("absent1 = absent2")).toBe(false);
    expect(holds("absent1 <> :v", { ":v": 1 })).toBe(true);
    expect(holds("absent1 BETWEEN :v AND :v", { ":v": 1 })).toBe(false);
    expect(holds("absent1 IN (:v)", { ":v": 1 })).toBe(false);
    expect(holds("attribute_not_exists(detail.absent1) AND attribute_exists(detail.kind)")).toBe(true);
    expect(holds("attribute_exists(nothing)")).toBe(true);
    expect(holds("attribute_exists(toString)")).toBe(false);
  });

  it("compares maps, lists and bytes by what is in them", () => {
    expect(holds("detail = :v", { ":v": { count1: 2, kind: "run" } })).toBe(true);
    expect(holds("detail = :v", { ":v": { kind: "run" } })).toBe(false);
    expect(holds("marks = :v", { ":v": ["a", { kind: "b" }] })).toBe(true);
    expect(holds("seal = :v", { ":v": Buffer.from([1, 2, 3]) })).toBe(true);
  });

  it("knows its functions", () => {
    expect(holds("begins_with(label, :v)", { ":v": "平望" })).toBe(true);
    expect(holds("begins_with(seal, :v)", { ":v": Uint8Array.of(1, 2) })).toBe(true);
    expect(holds("contains(marks, :v)", { ":v": { kind: "b" } })).toBe(true);
    expect(holds("contains(label, :v)", { ":v": "望" })).toBe(true);
    expect(holds("size(marks) = :v AND size(detail) = :v", { ":v": 2 })).toBe(true);
    expect(holds("#d.#k IN (:a, :b)", { ":a": "x", ":b": "run" }, { "#d": "detail", "#k": "kind" })).toBe(
      true,
    );
  });

  /** A condition over three truths, as text and as what it means. */
  const { logic } = fc.letrec<{ logic: [text: string, truth: boolean] }>((tie) => ({
    logic: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<[string, boolean]>(["places = :three", true], ["waiting = :three", false]),
      tie("logic").map(([text, truth]): [string, boolean] => [`NOT (${text})`, !truth]),
      fc
        .tuple(tie("logic"), tie("logic"))
        .map(([[a, x], [b, y]]): [string, boolean] => [`(${a}) AND (${b})`, x && y]),
      fc
        .tuple(tie("logic"), tie("logic"))
        .map(([[a, x], [b, y]]): [string, boolean] => [`(${a}) OR (${b})`, x || y]),
    ),
  }));

  it("joins by NOT, AND and OR as it is written", () => {
    fc.assert(
      fc.property(logic, ([text, truth]) => {
        expect(holds(text, { ":three": 3 })).toBe(truth);
      }),
    );
  });

  it("binds NOT before AND and AND before OR", () => {
    const values = { ":n": 3, ":m": 0 };
    expect(holds("places = :n OR places = :m AND waiting = :n", values)).toBe(true);
    expect(holds("NOT places = :m AND waiting = :m", values)).toBe(true);
    expect(holds("NOT (places = :n OR waiting = :n)", values)).toBe(false);
    expect(holds("places BETWEEN :m AND :n AND waiting = :m", values)).toBe(true);
  });

  it.each([
    "",
    "places",
    "places =",
    "places = :v AND",
    "places == :v",
    "places = :v)",
    "(places = :v",
    "places ! :v",
    "places[0] = :v",
    "attribute_type(places, :v)",
    "state = :v",
    "places = 1",
    ":v",
  ])("that reads %j is an error", (text) => {
    expect(() => holds(text, { ":v": 1 })).toThrow(expect.objectContaining({ name: "ValidationException" }));
  });
});

describe("clauses of a condition", () => {
  it("are what AND joins outside parentheses, and not what BETWEEN does", () => {
    expect(clausesOf("places BETWEEN :a AND :b AND (x = :a AND y = :b) and #open = :t")).toEqual([
      "places BETWEEN :a AND :b",
      "(x = :a AND y = :b)",
      "#open = :t",
    ]);
    expect(clausesOf("x = :a OR y = :b AND z = :c")).toEqual(["x = :a OR y = :b AND z = :c"]);
    expect(clausesOf("version = :v")).toEqual(["version = :v"]);
  });

  it("joined again mean what the condition means", () => {
    const clause = fc.constantFrom(
      "places = :n",
      "NOT waiting = :n",
      "places BETWEEN :m AND :n",
      "(waiting = :n OR places = :n)",
      "attribute_exists(absent1)",
    );
    fc.assert(
      fc.property(fc.array(clause, { minLength: 1, maxLength: 5 }), (clauses) => {
        const text = clauses.join(" AND ");
        expect(clausesOf(text)).toEqual(clauses);
        expect(holds(text, { ":n": 3, ":m": 0 })).toBe(
          clauses.every((one) => holds(one, { ":n": 3, ":m": 0 })),
        );
      }),
    );
  });

  it("that match are dropped, and with the last of them the condition", () => {
    expect(withoutClause("places >= :one AND waiting = :none AND #open = :true", /waiting/)).toBe(
      "places >= :one AND #open = :true",
    );
    expect(withoutClause("version = :v", /version/g)).toBeUndefined();
    expect(withoutClause("version = :v", /places/)).toBe("version = :v");
  });
});

const update = (text: string, values: Item = {}, names: Record<string, string> = {}, item = lane) =>
  updated(updateOf(text), { item: storedItem(item), names, values: storedItem(values) });

describe("an update", () => {
  it("judges all its assignments on the item as it was", () => {
    expect(update("SET places = waiting, waiting = places")).toMatchObject({ places: 0, waiting: 3 });
    expect(update("SET detail.kind = label REMOVE label")).toMatchObject({ detail: { kind: "平望镇" } });
  });

  it("adds, takes away, gives a first value, appends and removes", () => {
    const values = { ":one": 1, ":list": ["c"] };
    expect(update("SET places = places - :one", values)["places"]).toBe(2);
    expect(update("SET total1 = if_not_exists(total1, :one) + places", values)["total1"]).toBe(4);
    expect(update("SET nothing = if_not_exists(nothing, :one)", values)["nothing"]).toBeNull();
    expect(update("SET marks = list_append(:list, marks)", values)["marks"]).toEqual([
      "c",
      "a",
      { kind: "b" },
    ]);
    expect(update("ADD places :one, served :one", values)).toMatchObject({ places: 4, served: 1 });
    expect(update("REMOVE #d.kind, label", {}, { "#d": "detail" })).toEqual({
      ...lane,
      detail: { count1: 2 },
      label: undefined,
    });
  });

  it("leaves the item alone of which it makes another", () => {
    const before = storedItem(lane);
    updated(updateOf("SET detail.count1 = :n REMOVE places"), {
      item: before,
      names: {},
      values: { ":n": 9 },
    });
    expect(before).toEqual(lane);
  });

  it.each([
    ["SET places = absent1 + :n", "does not exist"],
    ["SET places = label + :n", "no number"],
    ["ADD label :n", "no number"],
    ["ADD nothing :n", "no number"],
    ["SET places = places + :half", "not whole numbers"],
    ["SET marks = list_append(marks, :n)", "two lists"],
    ["SET absent1.kind = :n", "no map"],
    ["REMOVE label.kind", "no map"],
    ["SET detail = :n, detail.kind = :n", "overlap"],
    ["SET detail.kind = :n REMOVE detail", "overlap"],
    ["SET pk = :n", "part of the key"],
    ["DELETE marks :n", "begins no section"],
    ["SET places = :n SET waiting = :n", "stands twice"],
    ["SET owner = :n", "reserved word"],
    ["places = :n", "begins no section"],
  ])("that reads %j is an error", (text, why) => {
    expect(() => update(text, { ":n": 1, ":half": 0.5 })).toThrow(why);
  });
});

describe("what is stored", () => {
  it("is a copy without undefined attributes, and frozen", () => {
    const given = { list: [1, undefined, { gone: undefined, kept: -0 }], bytes: Buffer.from([1]) };
    const kept = storedItem(given);
    expect(kept).toStrictEqual({ list: [1, { kept: 0 }], bytes: Uint8Array.of(1) });
    expect(Object.isFrozen(kept) && Object.isFrozen(kept["list"])).toBe(true);
  });

  it.each([Number.NaN, 2 ** 53, () => 1, new Date(0), new Set([1]), Symbol("x"), 1n])(
    "cannot be %s",
    (value) => {
      expect(() => stored(value)).toThrow("cannot keep");
    },
  );

  it("weighs what DynamoDB says: names and texts in UTF-8, elements one more each", () => {
    expect(sizeOf({ pk: "ab", 名: "平" })).toBe(2 + 2 + 3 + 3);
    expect(sizeOf({ a: true, b: null, c: Uint8Array.of(1, 2) })).toBe(2 + 2 + 3);
    expect(sizeOf({ l: ["ab", { x: true }] })).toBe(1 + 3 + (1 + 2) + (1 + 3 + 1 + 1 + 1));
    expect(sizeOf({ n: 1_234 })).toBe(1 + 1 + 2);
  });
});
