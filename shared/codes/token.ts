import { hkdfSync, timingSafeEqual } from "node:crypto";
import { bytesOfId } from "#shared/platform/ids.ts";
import { hmac } from "#shared/platform/secrets.ts";

/** Seconds for which a code is shown. */
export const STEP_SECONDS = 30;
/** Codes of one step before and after the clock's are good too: phones and tills do not agree to the second. */
const TOLERANCE = 1;
/** Digits and letters without I, L, O and U (Crockford's Base32): nobody confuses them, and QR packs them densely. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ID = 26;
const STEP = 3;
const STEPS = 32 ** STEP;
const MAC = 16;
const MAC_BYTES = 10;

/** What a code can stand for, by its first letter and by the prefix of its ids. */
const kinds = { V: "vch", C: "crd", R: "reg" } as const;
export type CodeKind = keyof typeof kinds;

/** Length of every code: QR version 3 holds 47 characters of this alphabet at level Q, at which a quarter may be lost. */
export const CODE_LENGTH = 1 + ID + STEP + MAC + 1;

export interface ReadCode {
  kind: CodeKind;
  /** The id of the voucher, card or registration. */
  id: string;
  /** The half minute it is for, counted since 1970. */
  step: number;
}

function base32(value: number, length: number): string {
  let text = "";
  for (let left = value, at = 0; at < length; at += 1, left = Math.floor(left / 32))
    text = (ALPHABET[left % 32] ?? "0") + text;
  return text;
}

/** Ten bytes as sixteen letters. */
const macText = (mac: Uint8Array): string => {
  const half = (from: number) =>
    base32(
      [...mac.subarray(from, from + 5)].reduce((sum, byte) => sum * 256 + byte, 0),
      8,
    );
  return half(0) + half(5);
};

export const stepOf = (instant: Date): number => Math.floor(instant.getTime() / 1_000 / STEP_SECONDS);

/** Codes of a month have a key of their own, so that a key that became known is worth little for long. */
export const monthOf = (step: number): number => {
  const at = new Date(step * STEP_SECONDS * 1_000);
  return at.getUTCFullYear() * 12 + at.getUTCMonth();
};

/** The key of a month, from the service's secret for codes. */
const keyOf = (secret: Uint8Array, month: number): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, "", `leyun code ${month}`, 32));

const macOf = (secret: Uint8Array, { kind, id, step }: ReadCode): Buffer =>
  hmac(keyOf(secret, monthOf(step)), [kind, id, String(step)]).subarray(0, MAC_BYTES);

/** The version of the format: another letter is another format. */
const FORMAT = "1";

/** The code of an id in one half minute: 47 letters and digits. */
export function makeCode(secret: Uint8Array, of: ReadCode): string {
  if (!bytesOfId(kinds[of.kind], of.id)) throw new Error(`no code stands for ${of.id}`);
  const bare = of.id.slice(kinds[of.kind].length + 1);
  return `${FORMAT}${of.kind}${bare}${base32(of.step % STEPS, STEP)}${macText(macOf(secret, of))}`;
}

/**
 * What a scanner or a hand made of it, as it was meant: full-width letters of an input method, lower case of a Caps
 * Lock, letters that look like digits, and whatever the scanner puts around or between.
 */
export const normalised = (typed: string): string =>
  typed
    .normalize("NFKC")
    .toUpperCase()
    .replaceAll(/[\s\-_·.]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");

/** What a code says, and whether it may be used now; `undefined` for what is no code of ours. */
export function readCode(
  secret: Uint8Array,
  typed: string,
  now: Date,
): (ReadCode & { fresh: boolean }) | undefined {
  const text = normalised(typed);
  // A text that is none takes as long as one whose last letter is wrong.
  const isShaped = /^1[VCR][0-7][0-9A-HJKMNP-TV-Z]{44}$/.test(text);
  const shaped = isShaped ? text : `1V${"0".repeat(CODE_LENGTH - 2)}`;
  const kind = shaped[1] as CodeKind;
  const id = `${kinds[kind]}_${shaped.slice(2, 2 + ID)}`;
  const low = [...shaped.slice(2 + ID, 2 + ID + STEP)].reduce(
    (sum, letter) => sum * 32 + ALPHABET.indexOf(letter),
    0,
  );
  // The nearest half minute to now with these last letters; they come again after eleven days.
  const present = stepOf(now);
  const step = present + ((((low - present) % STEPS) + STEPS + STEPS / 2) % STEPS) - STEPS / 2;
  const expected = Buffer.from(macText(macOf(secret, { kind, id, step })));
  const isOurs = timingSafeEqual(expected, Buffer.from(shaped.slice(-MAC)));
  if (!(isShaped && isOurs)) return undefined;
  return { kind, id, step, fresh: Math.abs(step - present) <= TOLERANCE };
}
