import type { Item, Key } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import type { simulatedDatabase } from "#simulation/store.ts";

/** An item as it stands, and what somebody makes of it: another, or none. */
export interface Tampering {
  table: TableName;
  key: Key;
  /** The attribute within the item, `/legs/0/amountFen`; empty when the item is removed. */
  attribute: string;
  how: string;
  after: Item | undefined;
}

interface Altered {
  attribute: string;
  how: string;
  value: unknown;
}

/** Another character of the same kind, so that the text stays one that could have been written. */
function flipped(text: string, at: number): string {
  const code = text.charCodeAt(at);
  const other = code % 2 === 0 ? code + 1 : code - 1;
  return text.slice(0, at) + String.fromCharCode(other) + text.slice(at + 1);
}

function* texts(text: string, everyByte: boolean): Generator<[string, unknown]> {
  if (text === "") return yield ["filled", "x"];
  const places = everyByte ? Array.from(text, (_, at) => at) : [0, text.length >> 1, text.length - 1];
  for (const at of new Set(places)) yield [`byte ${at}`, flipped(text, at)];
  yield ["cut", text.slice(0, -1)];
}

/** Every value that differs from one in a single place, deep down. */
function* alterations(value: unknown, everyByte: boolean, attribute = ""): Generator<Altered> {
  if (typeof value === "string")
    for (const [how, other] of texts(value, everyByte)) yield { attribute, how, value: other };
  else if (typeof value === "number") {
    yield { attribute, how: "more", value: value + 1 };
    yield { attribute, how: "less", value: value - 1 };
    if (value !== 0) yield { attribute, how: "turned", value: -value };
  } else if (typeof value === "boolean") yield { attribute, how: "turned", value: !value };
  else if (Array.isArray(value)) yield* ofList(value, everyByte, attribute);
  else if (typeof value === "object" && value !== null) yield* ofMap(value as Item, everyByte, attribute);
}

function* ofList(list: readonly unknown[], everyByte: boolean, attribute: string): Generator<Altered> {
  for (const [at, one] of list.entries())
    for (const { value, ...rest } of alterations(one, everyByte, `${attribute}/${at}`))
      yield { ...rest, value: list.with(at, value) };
  if (list.length === 0) return;
  yield { attribute, how: "shorter", value: list.slice(0, -1) };
  yield { attribute, how: "doubled", value: [...list, list.at(-1)] };
  if (list.length > 1) yield { attribute, how: "reversed", value: list.toReversed() };
}

function* ofMap(map: Item, everyByte: boolean, attribute: string): Generator<Altered> {
  for (const name of Object.keys(map)) {
    for (const { value, ...rest } of alterations(map[name], everyByte, `${attribute}/${name}`))
      yield { ...rest, value: { ...map, [name]: value } };
    const { [name]: _, ...without } = map;
    yield { attribute: `${attribute}/${name}`, how: "gone", value: without };
  }
  yield { attribute: `${attribute}/added`, how: "added", value: { ...map, added: 1 } };
}

/** Everything that can be done to one item, its key apart: under another key it is removed here and added there. */
export function* tamperings(table: TableName, item: Item, everyByte: boolean): Generator<Tampering> {
  const { pk, sk, ...rest } = item;
  const key = { pk: String(pk), sk: String(sk) };
  yield { table, key, attribute: "", how: "removed", after: undefined };
  for (const { attribute, how, value } of ofMap(rest, everyByte, ""))
    yield { table, key, attribute, how, after: { ...(value as Item), ...key } };
}

/** Tampers, looks, and puts everything back as it was: what the look itself wrote too. */
export async function tampered<T>(
  db: ReturnType<typeof simulatedDatabase>,
  { table, key, after }: Tampering,
  look: () => Promise<T>,
): Promise<T> {
  const before = new Map<string, { table: TableName; key: Key; item: Item | undefined }>();
  watching.set(db, before);
  await db.writeHints(table, after ? [after] : [], after ? [] : [key]);
  const seen = await look();
  watching.delete(db);
  for (const { table: at, key: of, item } of before.values())
    await db.writeHints(at, item ? [item] : [], item ? [] : [of]);
  return seen;
}

type Before = Map<string, { table: TableName; key: Key; item: Item | undefined }>;
const watching = new Map<unknown, Before>();

/** What is written while somebody tampers is remembered as it was. */
export function watch(db: ReturnType<typeof simulatedDatabase>): void {
  db.onCommit((committed) => {
    const before = watching.get(db);
    for (const { table, key, before: item } of before ? committed : []) {
      const name = `${table} ${key.pk} ${key.sk}`;
      if (!before?.has(name)) before?.set(name, { table, key, item });
    }
  });
}
