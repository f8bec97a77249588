import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFen, writeYuan } from "#shared/bank/money.ts";

const fen = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

/** Independent of what is tested: BigInt and a loop. */
function grouped(amount: number): string {
  const digits = (BigInt(amount < 0 ? -amount : amount) / 100n).toString();
  let text = "";
  for (const [at, digit] of [...digits].entries())
    text += (at > 0 && (digits.length - at) % 3 === 0 ? "," : "") + digit;
  const cents = (BigInt(amount < 0 ? -amount : amount) % 100n).toString().padStart(2, "0");
  return `${text}.${cents}`;
}

describe("an amount", () => {
  it("is read to the fen as it was written, up to 2^53", () => {
    fc.assert(
      fc.property(fen, (amount) => {
        expect(parseFen(writeYuan(amount))).toBe(amount);
      }),
    );
  });

  it("means the same with thousands separated, and in brackets is below zero", () => {
    fc.assert(
      fc.property(fen, (amount) => {
        expect(parseFen((amount < 0 ? "-" : "") + grouped(amount))).toBe(amount);
        expect(parseFen(`(${grouped(amount)})`)).toBe(amount === 0 ? 0 : -Math.abs(amount));
      }),
    );
  });

  it.each([
    ["1,234.56", 123_456],
    ["-1234.5", -123_450],
    ["1234", 123_400],
    ["(12.00)", -1_200],
    ["0", 0],
    ["-0.00", 0],
    ["0.05", 5],
    ["0.29", 29],
    ["90,071,992,547,409.91", Number.MAX_SAFE_INTEGER],
  ])("%s is %i fen", (written, amount) => {
    expect(parseFen(written)).toBe(amount);
  });

  it.each([
    ...["", " ", "-", ".5", "5.", "1.234", "1,23.4", "12,34,567", "1234,567.00", ",123", "007", "00.5"],
    ...[
      "+1",
      "--1",
      "(-1)",
      "(1",
      "1)",
      "1-",
      "1e3",
      "0x10",
      "NaN",
      "Infinity",
      "¥1",
      "1元",
      "１２",
      "1 234",
    ],
    ...["1.2.3", "1,234,56", "90,071,992,547,409.92", "99999999999999999999"],
  ])("%j is none", (written) => {
    expect(parseFen(written)).toBeUndefined();
  });

  it("is never guessed: whatever text is read is written back as the same digits", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[-(]?[0-9,.]{1,12}\)?$/), (written) => {
        const amount = parseFen(written);
        if (amount === undefined) return;
        const digits = written.replace(/[-(),]/g, "");
        const [yuan = "", cents = ""] = digits.split(".");
        expect(writeYuan(Math.abs(amount))).toBe(`${yuan}.${cents.padEnd(2, "0")}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is written as 1234.56, and only whole fen are", () => {
    expect([0, 5, 123_456, -1_200].map(writeYuan)).toEqual(["0.00", "0.05", "1234.56", "-12.00"]);
    expect(() => writeYuan(0.5)).toThrow(RangeError);
  });
});
