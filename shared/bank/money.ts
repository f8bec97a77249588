/** `1234`, `1,234.56`, with a minus before or brackets around; no sign of a currency, no plus, no exponent. */
const WRITTEN = /^(-?)(0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d{1,2}))?$/;

/**
 * Reads an amount in yuan as a bank writes it, in whole fen: `1,234.56`, `-1234.5`, `1234`, `(12.00)`. Exact, since
 * only digits are moved; `undefined` for every other spelling and for more than 2^53 fen.
 */
export function parseFen(written: string): number | undefined {
  const bracketed = /^\((.*)\)$/.exec(written)?.[1];
  const [, minus, yuan, fraction = ""] = WRITTEN.exec(bracketed ?? written) ?? [];
  if (yuan === undefined || (bracketed !== undefined && minus !== "")) return undefined;
  const fen = Number(yuan.replaceAll(",", "") + fraction.padEnd(2, "0"));
  if (!Number.isSafeInteger(fen)) return undefined;
  return fen !== 0 && (minus !== "" || bracketed !== undefined) ? -fen : fen;
}

/** Whole fen in yuan, `1234.56`, as payout files carry them. */
export function writeYuan(fen: number): string {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`not whole fen: ${fen}`);
  const digits = String(Math.abs(fen)).padStart(3, "0");
  return `${fen < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
