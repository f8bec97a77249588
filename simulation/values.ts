import type { Item, Key } from "#shared/platform/database.ts";

/** What DynamoDB would answer with a ValidationException. */
export class Invalid extends Error {
  override readonly name = "ValidationException";
}

export const isMap = (value: unknown): value is Item =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** An attribute's value; what every object inherits is not one. */
export const attribute = (map: unknown, name: string): unknown =>
  isMap(map) && Object.hasOwn(map, name) ? map[name] : undefined;

/**
 * A frozen deep copy as the store keeps it: undefined attributes vanish, as they do with removeUndefinedValues, and
 * what cannot be kept (NaN, unsafe integers, functions, instances of classes, sets) is an error.
 */
export function stored(value: unknown): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER)
        throw new Invalid(`the store cannot keep the number ${value}`);
      return value + 0; // there is no -0
    case "object": {
      if (value === null) return value;
      if (value instanceof Uint8Array) return new Uint8Array(value);
      if (Array.isArray(value)) return Object.freeze(value.filter((at) => at !== undefined).map(stored));
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === null) return storedItem(value as Item);
    }
  }
  throw new Invalid(`the store cannot keep ${String(value)}`);
}

export function storedItem(item: Item): Item {
  const kept: Item = {};
  for (const name of Object.keys(item)) if (item[name] !== undefined) kept[name] = stored(item[name]);
  return Object.freeze(kept);
}

/** A deep copy for a reader, who may do with it what it wants. */
export function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  return value instanceof Uint8Array ? new Uint8Array(value) : copyItem(value as Item);
}

export function copyItem(item: Item): Item {
  const copied: Item = {};
  for (const name of Object.keys(item)) copied[name] = copy(item[name]);
  return copied;
}

/** In the order of UTF-8 bytes: UTF-16 puts surrogates, which are beyond U+FFFF, before U+E000. */
export function compareText(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

/** Numbers, texts and bytes in DynamoDB's order; `undefined` where there is no order between the two. */
export function compare(a: unknown, b: unknown): number | undefined {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return undefined;
}

export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) return compare(a, b) === 0;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isEqual((a as Item)[name], (b as Item)[name]))
  );
}

/**
 * Bytes by DynamoDB's rules: names and texts in UTF-8, a number one byte and one for two digits (here counted with
 * the zeros at its end), a list or map three and one for each element. No overhead is added; DynamoDB adds its 100
 * bytes to what storage costs, not to capacity.
 */
export function sizeOf(item: Item): number {
  let bytes = 0;
  for (const name of Object.keys(item)) bytes += Buffer.byteLength(name) + sizeOfValue(item[name]);
  return bytes;
}

function sizeOfValue(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return 1 + Math.ceil(String(value).length / 2);
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, at) => sum + 1 + sizeOfValue(at), 3);
  return isMap(value) ? 3 + Object.keys(value).length + sizeOf(value) : 1;
}

/** One name for an item among all tables. */
export const nameOf = (table: string, { pk, sk }: Key): string => `${table}\n${pk}\n${sk}`;
