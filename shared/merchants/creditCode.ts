import { Refusal } from "#shared/platform/problem.ts";
import { merchantProblems } from "./problems.ts";

/** The 31 characters of a code by their values: no I, O, S, V and Z, which look like others. */
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** Powers of 3 modulo 31. */
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** GB 32100-2015: the check character over the first 17. */
export function creditCodeCheck(body: string): string {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * ALPHABET.indexOf(body[at] ?? ""), 0);
  return ALPHABET[(31 - (sum % 31)) % 31] ?? "";
}

/**
 * A 统一社会信用代码 in its one spelling, however it was written: full width, lower case, spaces. Refuses
 * `invalid-credit-code` for another form or check character.
 */
export function readCreditCode(written: string): string {
  const code = written.normalize("NFKC").replace(/\s/gu, "").toUpperCase();
  if (!/^[0-9A-HJ-NP-RTUWXY]{18}$/.test(code) || creditCodeCheck(code) !== code[17])
    throw new Refusal(merchantProblems.invalidCreditCode);
  return code;
}
