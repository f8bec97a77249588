import { describe, expect, it } from "vitest";
import { type Heard, type Stroke, WedgeReader } from "#shared/codes/wedge.ts";

const code = "1V01J0000000000000000000000ABC0123456789ABCDEF7";
const codeOf = (letter: string): string =>
  /\d/.test(letter) ? `Digit${letter}` : `Key${letter.toUpperCase()}`;

/** What is typed, a key every so many milliseconds, and Enter. */
function typed(
  text: string,
  everyMs: number,
  keyOf: (letter: string) => string = (letter) => letter,
): Heard[] {
  const reader = new WedgeReader();
  const strokes: Stroke[] = [...text].map((letter, at) => ({
    code: codeOf(letter),
    key: keyOf(letter),
    at: 1_000 + at * everyMs,
  }));
  const enter = { code: "Enter", key: "Enter", at: 1_000 + text.length * everyMs };
  return [...strokes, enter].map((stroke) => reader.take(stroke));
}
const scanned = (heard: readonly Heard[]) =>
  heard.flatMap((one) => (one.kind === "scanned" ? [one.text] : []));

describe("a scanner that types", () => {
  it.each([1, 7, 20])("every %s ms is told from a hand and read to its Enter", (everyMs) => {
    const heard = typed(code, everyMs);
    expect(scanned(heard)).toEqual([code]);
    expect(heard.filter(({ kind }) => kind === "typed")).toHaveLength(3);
  });

  it("is read by its keys, whatever Caps Lock or an input method makes of them", () => {
    expect(scanned(typed(code, 7, (letter) => letter.toLowerCase()))).toEqual([code]);
    expect(scanned(typed(code, 7, () => "Process"))).toEqual([code]);
    expect(
      scanned(typed(code, 7, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0))),
    ).toEqual([code]);
  });

  it("may hold Shift for its capitals", () => {
    const reader = new WedgeReader();
    const heard = [...code].flatMap((letter, at) => {
      const capital = { code: "ShiftLeft", key: "Shift", at: 1_000 + at * 7 };
      const key = { code: codeOf(letter), key: letter, at: 1_003 + at * 7 };
      return [reader.take(capital), reader.take(key)];
    });
    expect(
      scanned([...heard, reader.take({ code: "Tab", key: "Tab", at: 1_003 + code.length * 7 })]),
    ).toEqual([code]);
  });

  it("begins anew after a pause, so that what a hand typed before is not part of it", () => {
    const reader = new WedgeReader();
    for (const [at, letter] of [..."12"].entries())
      reader.take({ code: codeOf(letter), key: letter, at: 100 + at * 10 });
    const strokes = [...code].map((letter, at) => ({
      code: codeOf(letter),
      key: letter,
      at: 5_000 + at * 7,
    }));
    const heard = [...strokes, { code: "Enter", key: "Enter", at: 5_000 + code.length * 7 }];
    expect(scanned(heard.map((stroke) => reader.take(stroke)))).toEqual([code]);
  });
});

describe("a hand", () => {
  it("is never taken for a scanner, however fast it is", () => {
    expect(typed("12345678", 60).every(({ kind }) => kind === "typed")).toBe(true);
    expect(scanned(typed("99", 10))).toEqual([]);
  });
});
