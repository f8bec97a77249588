import { type TableDefinition, tables } from "#infra/tables.ts";
import type { Item, Key, Query } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import { type IndexDefinition, SecondaryIndex } from "./indexes.ts";
import type { Position } from "./ordered.ts";
import { type Stored, Table } from "./tables.ts";
import { compareText, Invalid } from "./values.ts";
import type { World } from "./world.ts";

/** One item's change by a write; an item that did not exist has no `before`, one that is gone no `after`. */
export interface Change {
  table: TableName;
  key: Key;
  before: Stored | undefined;
  after: Stored | undefined;
}

/** DynamoDB ends a page when it has read this many bytes. */
const PAGE_BYTES = 1_048_576;

const tableNames = Object.keys(tables) as TableName[];

export const indexesOf = (table: TableName): readonly IndexDefinition[] =>
  (tables[table] satisfies TableDefinition).indexes;

type Asked = Omit<Query, "limit" | "consistent">;

/** Everything that is in the store, and what of it the indexes show. */
export class Contents {
  readonly #world: World;
  readonly #tables: Readonly<Record<TableName, Table>>;
  readonly #indexes: ReadonlyMap<TableName, readonly SecondaryIndex[]>;

  constructor(world: World, staleMs: number, indexLagMs: number) {
    this.#world = world;
    this.#tables = Object.fromEntries(tableNames.map((name) => [name, new Table(staleMs)])) as Record<
      TableName,
      Table
    >;
    const indexes = (name: TableName) =>
      indexesOf(name).map((definition) => new SecondaryIndex(world, definition, indexLagMs));
    this.#indexes = new Map(tableNames.map((name) => [name, indexes(name)]));
  }

  get(table: TableName, key: Key, asOf?: number): Stored | undefined {
    return this.#tables[table].get(key, asOf);
  }

  items(table: TableName): IterableIterator<Item> {
    return this.#tables[table].items();
  }

  apply(changes: readonly Change[]): void {
    for (const { table, key, before, after } of changes) {
      this.#tables[table].write(key, after, this.#world.now());
      for (const index of this.#indexes.get(table) ?? []) index.change(key, before, after);
    }
  }

  /** A page of the table as it was at an instant, or of an index as it shows now. */
  page(asked: Asked, limit: number, asOf: number): { found: Stored[]; next?: Item } {
    if (!(limit >= 1)) throw new Invalid("a page has at least one item");
    if (asked.partition === "") throw new Invalid("a partition key is not empty");
    const index = asked.index && this.#index(asked.table, asked.index);
    const range = rangeOf(asked, index?.definition);
    const stored = index
      ? index.range(asked.partition, range)
      : this.#tables[asked.table].range(asked.partition, range, asOf);
    const { found, last } = pageOf(stored, limit);
    if (!last) return { found };
    const next = positionOf(last.item, index?.definition);
    // Nothing can lie behind an item at the very bound, and DynamoDB Local knows it.
    const end = range.descending ? range.from : range.to;
    return next[index?.definition.sortKey ?? "sk"] === end ? { found } : { found, next };
  }

  /** A page of everything that stands in a table now. */
  scan(table: TableName, after: Key | undefined, limit: number): { found: Stored[]; next?: Item } {
    if (!(limit >= 1)) throw new Invalid("a page has at least one item");
    const { found, last } = pageOf(this.#tables[table].scan(after), limit);
    return { found, ...(last && { next: positionOf(last.item, undefined) }) };
  }

  #index(table: TableName, name: string): SecondaryIndex {
    const index = this.#indexes.get(table)?.find(({ definition }) => definition.name === name);
    if (!index) throw new Invalid(`the table ${table} has no index ${name}`);
    return index;
  }
}

/** As many as a page holds; `last` when it ends before what was to be read does. */
function pageOf(stored: Iterable<Stored>, limit: number): { found: Stored[]; last?: Stored } {
  const found: Stored[] = [];
  let bytes = 0;
  for (const one of stored) {
    found.push(one);
    bytes += one.size;
    if (found.length >= limit || bytes >= PAGE_BYTES) return { found, last: one };
  }
  return { found };
}

/** The attributes that name an item's place: DynamoDB's LastEvaluatedKey. */
function positionOf({ pk, sk, ...rest }: Item, index: IndexDefinition | undefined): Item {
  if (!index) return { pk, sk };
  const { partitionKey, sortKey } = index;
  return { pk, sk, [partitionKey]: rest[partitionKey], [sortKey]: rest[sortKey] };
}

/** Bounds as platform/dynamo.ts writes them: when one is given, the other is the least or greatest text it knows. */
function rangeOf(
  { partition, from, to, after, descending = false }: Asked,
  index: IndexDefinition | undefined,
) {
  const bounds = (from ?? to) === undefined ? {} : { from: from ?? " ", to: to ?? "\u{10FFFF}" };
  if (bounds.from !== undefined && compareText(bounds.from, bounds.to) > 0)
    throw new Invalid("the upper bound is below the lower");
  if (!after) return { ...bounds, descending };
  const { partitionKey, sortKey } = index ?? { partitionKey: "pk", sortKey: "sk" };
  const { pk, sk, [partitionKey]: under, [sortKey]: sort } = { ...after };
  const named = Object.keys(after).length === (index ? 4 : 2);
  if (!named || typeof (pk && sk && sort) !== "string" || under !== partition)
    throw new Invalid("the starting key is none of this partition");
  const position = { pk, sk, sort } as Position;
  if (
    bounds.from !== undefined &&
    (compareText(position.sort, bounds.from) < 0 || compareText(position.sort, bounds.to) > 0)
  )
    throw new Invalid("the starting key is beyond the bounds");
  return { ...bounds, after: position, descending };
}
