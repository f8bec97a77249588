import type { Item, Key, Part, Write } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import { type Change, type Contents, indexesOf } from "./contents.ts";
import { writeUnits } from "./costs.ts";
import { conditionOf, type Scope, withoutClause } from "./expressions.ts";
import { indexUnits } from "./indexes.ts";
import type { Need } from "./partitions.ts";
import type { Stored } from "./tables.ts";
import { updated, updateOf } from "./updates.ts";
import { copyItem, Invalid, nameOf, sizeOf, storedItem } from "./values.ts";

const MOST_PARTS = 100;
const MOST_BYTES = 400 * 1_024;

/** What a transaction would do, judged on all its items as they stand at one instant. */
export interface Judged {
  /** Its items, which it holds until it ends. */
  names: string[];
  /** Conditions that did not hold. */
  failed: Map<number, Item | undefined>;
  /** Why the store would refuse it whatever the conditions say. */
  invalid: Error | undefined;
  changes: Change[];
  needs: Need[];
}

interface Input {
  ConditionExpression?: string | undefined;
  UpdateExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Item | undefined;
}

function read(write: Write): { input: Input; key: Key } {
  if ("Put" in write) return { input: write.Put, key: keyOf(write.Put.Item ?? {}) };
  const [input] = Object.values(write) as (Input & { Key: Item })[];
  if (!input) throw new Invalid("a part writes nothing");
  return { input, key: exactKey(input.Key) };
}

/** A key as a call names it: an item is none. */
export function exactKey(key: Item): Key {
  if (Object.keys(key).length !== 2) throw new Invalid("a key is pk and sk and nothing else");
  return keyOf(key);
}

export const keyOfPart = ({ write }: Part): Key => read(write).key;

export function keyOf({ pk, sk }: Item): Key {
  if (typeof pk !== "string" || typeof sk !== "string" || pk === "" || sk === "")
    throw new Invalid("pk and sk are texts and not empty");
  return { pk, sk };
}

/** An item as the store would keep it; what indexes order by must be texts. */
export function storing(table: TableName, item: Item): Stored {
  const size = sizeOf(item);
  if (size > MOST_BYTES) throw new Invalid(`an item of ${size} bytes`);
  for (const { partitionKey, sortKey } of indexesOf(table))
    for (const name of [partitionKey, sortKey])
      if (name in item && (typeof item[name] !== "string" || item[name] === ""))
        throw new Invalid(`${name} is the key of an index: a text and not empty`);
  return { item, size };
}

/** DynamoDB refuses an expression with a placeholder undefined, and a placeholder that no expression mentions. */
function scopeOf(input: Input, item: Item): Scope {
  const names = input.ExpressionAttributeNames ?? {};
  const values = storedItem(input.ExpressionAttributeValues ?? {});
  const mentions = new Set([
    ...(input.ConditionExpression === undefined ? [] : conditionOf(input.ConditionExpression).mentions),
    ...(input.UpdateExpression === undefined ? [] : updateOf(input.UpdateExpression).mentions),
  ]);
  const given = [...Object.keys(names), ...Object.keys(values)];
  for (const placeholder of given)
    if (!mentions.delete(placeholder)) throw new Invalid(`no expression mentions ${placeholder}`);
  for (const placeholder of mentions) throw new Invalid(`${placeholder} is not defined`);
  return { item, names, values };
}

/** With `without`, as if the clauses that match had not been written. */
function holds({ ConditionExpression }: Input, on: Scope, without: RegExp | undefined): boolean {
  const text =
    ConditionExpression !== undefined && without
      ? withoutClause(ConditionExpression, without)
      : ConditionExpression;
  return text === undefined || conditionOf(text).test(on);
}

/** The item as the write would leave it, `undefined` when it leaves none. */
function effect(write: Write, key: Key, standing: Item | undefined, on: Scope): Item | undefined {
  if ("Put" in write) return storedItem(write.Put.Item ?? {});
  if ("Delete" in write) return undefined;
  if ("ConditionCheck" in write) return standing;
  return updated(updateOf(write.Update.UpdateExpression ?? ""), { ...on, item: standing ?? { ...key } });
}

/** Judges all parts. Throws {@link Invalid} for what DynamoDB voids before it looks at any item. */
export function judge(parts: readonly Part[], contents: Contents, without: RegExp | undefined): Judged {
  if (parts.length < 1 || parts.length > MOST_PARTS) throw new Invalid(`a transaction of ${parts.length}`);
  const names = new Set<string>();
  const judged: Judged = { names: [], failed: new Map(), invalid: undefined, changes: [], needs: [] };
  for (const [at, { table, write }] of parts.entries()) {
    const { input, key } = read(write);
    names.add(nameOf(table, key));
    if (names.size <= at) throw new Invalid(`a transaction names the item ${key.pk} ${key.sk} twice`);
    const before = contents.get(table, key);
    const on = scopeOf(input, before?.item ?? {});
    const held = holds(input, on, without);
    if (!held) judged.failed.set(at, before && copyItem(before.item));
    // What an update would have left behind is not known when its condition does not hold.
    const image = () => (held || "Put" in write ? effect(write, key, before?.item, on) : before?.item);
    try {
      const item = image();
      const after = item === before?.item ? before : item && storing(table, item);
      const units = 2 * writeUnits(before?.size ?? 0, after?.size);
      judged.needs.push({ kind: "wcu", space: table, partition: key.pk, units });
      if (!("ConditionCheck" in write) && (before || after))
        judged.changes.push({ table, key, before, after });
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      judged.invalid ??= error;
    }
  }
  judged.names = [...names];
  return judged;
}

/** What changes cost on the indexes of their tables. */
export const indexNeeds = (changes: readonly Change[]): Need[] =>
  changes.flatMap(({ table, before, after }) =>
    indexesOf(table).flatMap((index) =>
      indexUnits(index, before, after).map(
        ({ partition, units }): Need => ({
          kind: "wcu",
          space: `${table}.${index.name}`,
          partition,
          units,
        }),
      ),
    ),
  );
