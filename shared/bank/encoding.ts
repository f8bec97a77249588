/** How a bank's files are encoded. GBK is read and written as GB18030, which holds it. */
export type Encoding = "utf-8" | "gb18030";

/** What stands for bytes that are none of the encoding's. */
export const UNREADABLE = "\uFFFD";

/** Reads text; what cannot be read becomes {@link UNREADABLE}. A byte order mark is left out. */
export const decodeText = (bytes: Uint8Array, encoding: Encoding): string =>
  new TextDecoder(encoding).decode(bytes);

const BOM = "\uFEFF";
const LINE_FEED = 0x0a;

/** Every code of two bytes, and every one of four up to U+FFFF. */
function* codesOfTheBasicPlane(): Generator<number[]> {
  for (let a = 0x81; a <= 0xfe; a += 1) for (let b = 0x40; b <= 0xfe; b += 1) if (b !== 0x7f) yield [a, b];
  for (let a = 0x81; a <= 0x84; a += 1)
    for (let b = 0x30; b <= 0x39; b += 1)
      for (let c = 0x81; c <= 0xfe; c += 1) for (let d = 0x30; d <= 0x39; d += 1) yield [a, b, c, d];
}

let table: ReadonlyMap<string, readonly number[]> | undefined;

/**
 * The runtime decodes GB18030 and does not encode it. So its decoder is asked once for every code, and what it
 * answers is read backwards: what is written is what will be read.
 */
function gb18030(): ReadonlyMap<string, readonly number[]> {
  if (table) return table;
  const codes = [...codesOfTheBasicPlane()];
  const characters = decodeText(
    Uint8Array.from(codes.flatMap((code) => [...code, LINE_FEED])),
    "gb18030",
  ).split("\n");
  const found = new Map<string, readonly number[]>();
  for (const [at, character] of characters.entries()) {
    const code = codes[at];
    if (code && character.length === 1 && character !== UNREADABLE && !found.has(character))
      found.set(character, code);
  }
  table = found;
  return found;
}

/** Beyond the basic plane the codes of four bytes follow one another from 90 30 81 30. */
function beyond(codePoint: number): number[] {
  const order = codePoint - 0x10000;
  return [
    0x90 + Math.floor(order / 12_600),
    0x30 + (Math.floor(order / 1_260) % 10),
    0x81 + (Math.floor(order / 10) % 126),
    0x30 + (order % 10),
  ];
}

function gb18030Code(character: string): readonly number[] | undefined {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x80) return [codePoint];
  return codePoint > 0xffff ? beyond(codePoint) : gb18030().get(character);
}

/** The characters of a text that the encoding cannot write: lone surrogates, and of private use a few. */
export const unwritable = (text: string, encoding: Encoding): string[] =>
  [...text].filter((character) =>
    encoding === "utf-8" ? !character.isWellFormed() : gb18030Code(character) === undefined,
  );

/** Writes text; UTF-8 begins with a byte order mark, by which spreadsheets know it. Throws for {@link unwritable}. */
export function encodeText(text: string, encoding: Encoding): Uint8Array {
  const [first] = unwritable(text, encoding);
  if (first !== undefined) throw new RangeError(`${encoding} has no U+${first.codePointAt(0)?.toString(16)}`);
  if (encoding === "utf-8") return new TextEncoder().encode(BOM + text);
  return Uint8Array.from([...text].flatMap((character) => gb18030Code(character) ?? []));
}
