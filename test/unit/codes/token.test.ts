import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CODE_LENGTH,
  type CodeKind,
  makeCode,
  normalised,
  readCode,
  STEP_SECONDS,
  stepOf,
} from "#shared/codes/token.ts";
import { idFromBytes } from "#shared/platform/ids.ts";

const secret = new Uint8Array(32).fill(7);
const NOW = new Date("2026-06-10T04:00:10.000Z");
const id = idFromBytes("vch", new Uint8Array(16).fill(9));
const code = makeCode(secret, { kind: "V", id, step: stepOf(NOW) });
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

/** QR version 3 at level Q in its alphanumeric mode (ISO/IEC 18004, table 7). */
const QR_3Q = { characters: 47, alphabet: /^[0-9A-Z $%*+\-./:]+$/ };

describe("a code", () => {
  it("fits a QR code of version 3 with a quarter of it lost", () => {
    expect(code).toHaveLength(CODE_LENGTH);
    expect(code.length).toBeLessThanOrEqual(QR_3Q.characters);
    expect(code).toMatch(QR_3Q.alphabet);
  });

  it("stands for its id and its half minute", () => {
    expect(readCode(secret, code, NOW)).toEqual({ kind: "V", id, step: stepOf(NOW), fresh: true });
  });

  it("is good half a minute before and after its own, and old from then on, for days", () => {
    const fresh = (seconds: number) => readCode(secret, code, later(seconds))?.fresh;
    expect([-STEP_SECONDS, 0, STEP_SECONDS].map(fresh)).toEqual([true, true, true]);
    expect([-2 * STEP_SECONDS, 2 * STEP_SECONDS, 3_600, 5 * 86_400].map(fresh)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("is nothing when any letter of it is another", () => {
    for (let at = 0; at < code.length; at += 1)
      for (const letter of "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        if (letter !== code[at])
          expect([
            at,
            letter,
            readCode(secret, code.slice(0, at) + letter + code.slice(at + 1), NOW),
          ]).toEqual([at, letter, undefined]);
  });

  it("is nothing under another secret, and another month has another key", () => {
    expect(readCode(new Uint8Array(32).fill(8), code, NOW)).toBeUndefined();
    const inJuly = new Date("2026-07-10T04:00:10.000Z");
    const macs = [NOW, inJuly].map((at) => makeCode(secret, { kind: "V", id, step: stepOf(at) }).slice(-16));
    expect(new Set(macs).size).toBe(2);
  });

  it("of one kind never passes for another kind", () => {
    const card = makeCode(secret, { kind: "C", id: id.replace("vch", "crd"), step: stepOf(NOW) });
    expect(readCode(secret, `1V${card.slice(2)}`, NOW)).toBeUndefined();
  });

  it("is read back, whatever id and instant it is for", () => {
    const kinds = { V: "vch", C: "crd", R: "reg" } as const;
    fc.assert(
      fc.property(
        fc.constantFrom<CodeKind>("V", "C", "R"),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.date({ min: new Date("2024-01-01"), max: new Date("2090-01-01"), noInvalidDate: true }),
        fc.integer({ min: -STEP_SECONDS, max: STEP_SECONDS }),
        (kind, bytes, at, apart) => {
          const of = { kind, id: idFromBytes(kinds[kind], bytes), step: stepOf(at) };
          const read = readCode(secret, makeCode(secret, of), new Date(at.getTime() + apart * 1_000));
          expect(read).toEqual({ ...of, fresh: true });
        },
      ),
      { numRuns: 500 },
    );
  });

  it("no text that is typed makes the reader stumble", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 120 }), (typed) => {
        expect(readCode(secret, typed, NOW)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});

/** A scanner that types: seven milliseconds a key, Shift for capitals, Enter at the end. */
function* keys(text: string): Generator<{ at: number; key: string; shift: boolean }> {
  for (const [index, letter] of [...text, "\r"].entries())
    yield { at: index * 7, key: letter.toLowerCase(), shift: /[A-Z]/.test(letter) };
}

/** What a keyboard makes of keys when Caps Lock is on: Shift then gives small letters. */
const withCapsLock = (text: string): string =>
  [...keys(text)].map(({ key, shift }) => (shift ? key : key.toUpperCase())).join("");

const fullWidth = (text: string): string =>
  [...text].map((letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join("");

describe("a scanned code survives", () => {
  const scans = {
    "Caps Lock": withCapsLock(code),
    "an input method that types full-width letters": `${fullWidth(code)}\r\n`,
    "a scanner that frames it": `  ${code}\t\r\n`,
    "a hand that groups it": code.match(/.{1,4}/g)?.join("-") ?? "",
    "a hand that takes 0 for O and 1 for I": code.replaceAll("0", "o").replaceAll("1", "i"),
  };
  it.each(Object.entries(scans))("%s", (_, scanned) => {
    expect(normalised(scanned)).toBe(code);
    expect(readCode(secret, scanned, NOW)).toMatchObject({ id, fresh: true });
  });
});
