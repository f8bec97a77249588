import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { creditCode } from "#local/demo/creditCode.ts";
import { creditCodeCheck, readCreditCode } from "#shared/merchants/creditCode.ts";

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const codes = fc
  .array(fc.constantFrom(...ALPHABET), { minLength: 17, maxLength: 17 })
  .map((characters) => characters.join(""))
  .map((body) => body + creditCodeCheck(body));
const invalid = (code: string) => expect(() => readCreditCode(code)).toThrow("invalid-credit-code");
const swapped = (code: string, one: number, other: number): string => {
  const characters = [...code];
  [characters[one], characters[other]] = [code[other] ?? "", code[one] ?? ""];
  return characters.join("");
};

/**
 * What GB 32100 catches: the weights of the 18 places are powers of 3 modulo the prime 31, none of them 0 and the
 * first 17 all different. So a change of one character is always found, and so is a transposition of any two
 * different characters but of the first and the last, whose weights are both 1. Of other mistakes 1 in 31 passes.
 */
describe("a unified social credit code", () => {
  it("is one when its check character follows from the 17 before", () => {
    // The standard's own example, and what a listed company publishes.
    for (const code of ["91350100M000100Y43", "91440300708461136T"]) expect(readCreditCode(code)).toBe(code);
    fc.assert(
      fc.property(codes, (code) => {
        expect(readCreditCode(code)).toBe(code);
      }),
    );
  });

  it("is refused with any one character changed, whichever and to whatever", () => {
    fc.assert(
      fc.property(codes, (code) => {
        for (const [at, standing] of [...code].entries())
          for (const other of ALPHABET)
            if (other !== standing) invalid(code.slice(0, at) + other + code.slice(at + 1));
      }),
      { numRuns: 20 },
    );
  });

  it("is refused with any two different characters exchanged, neighbours or not, but the first and the last", () => {
    fc.assert(
      fc.property(codes, (code) => {
        for (let one = 0; one < 18; one += 1)
          for (let other = one + 1; other < 18; other += 1) {
            const written = swapped(code, one, other);
            if (written === code || (one === 0 && other === 17))
              expect(readCreditCode(written)).toBe(written);
            else invalid(written);
          }
      }),
    );
  });

  it("is the same in full width, in lower case and with spaces", () => {
    const code = creditCode(1);
    const fullWidth = [...code].map((one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0)).join("");
    for (const written of [
      code.toLowerCase(),
      fullWidth,
      ` ${code.slice(0, 6)}　${code.slice(6)}\t`,
      [...code].join(" "),
    ])
      expect(readCreditCode(written)).toBe(code);
  });

  it("has 18 characters, and none of those that look like others", () => {
    const code = creditCode(2);
    for (const written of [
      "",
      code.slice(0, 17),
      `${code}0`,
      code.slice(1),
      `${code.slice(0, 9)}-${code.slice(9)}`,
    ])
      invalid(written);
    for (const lookalike of "IOSVZ") invalid(lookalike + code.slice(1));
    for (const foreign of "文é*") invalid(foreign + code.slice(1));
  });
});
