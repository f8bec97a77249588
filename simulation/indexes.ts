import type { TableDefinition } from "#infra/tables.ts";
import type { Item, Key } from "#shared/platform/database.ts";
import { Agenda } from "./agenda.ts";
import { writeUnits } from "./costs.ts";
import { Ordered, type Position, type Range } from "./ordered.ts";
import type { Stored } from "./tables.ts";
import { isEqual, nameOf } from "./values.ts";
import type { World } from "./world.ts";

export type IndexDefinition = TableDefinition["indexes"][number];

interface Entry extends Position {
  partition: string;
  stored: Stored;
}

/** Where an item lies in an index; `undefined` when it is not in it. */
export function placeIn(
  { partitionKey, sortKey }: IndexDefinition,
  item: Item | undefined,
): { partition: string; sort: string } | undefined {
  const [partition, sort] = [item?.[partitionKey], item?.[sortKey]];
  return typeof partition === "string" && typeof sort === "string" ? { partition, sort } : undefined;
}

/** What a write costs on an index: the entry as it shall be, and when it lies elsewhere the one that goes too. */
export function indexUnits(
  index: IndexDefinition,
  before: Stored | undefined,
  after: Stored | undefined,
): { partition: string; units: number }[] {
  const [from, to] = [placeIn(index, before?.item), placeIn(index, after?.item)];
  const [gone, come] = [before?.size ?? 0, after?.size ?? 0];
  if (from && to && isEqual(from, to))
    return isEqual(before?.item, after?.item)
      ? []
      : [{ partition: to.partition, units: writeUnits(gone, come) }];
  return [
    ...(from ? [{ partition: from.partition, units: writeUnits(gone) }] : []),
    ...(to ? [{ partition: to.partition, units: writeUnits(come) }] : []),
  ];
}

/** An index and what is on its way to it: each change shows after a delay of its own, an item's in their order. */
export class SecondaryIndex {
  readonly definition: IndexDefinition;
  readonly #world: World;
  readonly #lagMs: number;
  readonly #partitions = new Map<string, Ordered<Entry>>();
  readonly #shown = new Map<string, Entry>();
  readonly #coming = new Agenda<{ name: string; entry: Entry | undefined }>();
  /** When an item's latest change shows. */
  readonly #latest = new Map<string, number>();

  constructor(world: World, definition: IndexDefinition, lagMs: number) {
    this.definition = definition;
    this.#world = world;
    this.#lagMs = lagMs;
  }

  change(key: Key, before: Stored | undefined, after: Stored | undefined): void {
    const place = placeIn(this.definition, after?.item);
    if (!place && !placeIn(this.definition, before?.item)) return;
    const name = nameOf("", key);
    const entry = place && after ? { pk: key.pk, sk: key.sk, ...place, stored: after } : undefined;
    if (this.#lagMs === 0) {
      this.#show(name, entry);
      return;
    }
    const delayed = this.#world.now() + this.#world.random() * this.#lagMs;
    const at = Math.max(this.#latest.get(name) ?? 0, delayed);
    this.#latest.set(name, at);
    this.#coming.enter(at, { name, entry });
  }

  *range(partition: string, range: Range): Generator<Stored> {
    while ((this.#coming.next ?? Number.POSITIVE_INFINITY) <= this.#world.now()) {
      const come = this.#coming.take();
      if (come) this.#show(come.name, come.entry);
    }
    for (const { stored } of this.#partitions.get(partition)?.range(range) ?? []) yield stored;
  }

  #show(name: string, entry: Entry | undefined): void {
    const gone = this.#shown.get(name);
    if (gone) this.#partitions.get(gone.partition)?.remove(name);
    if (!entry) {
      this.#shown.delete(name);
      return;
    }
    this.#shown.set(name, entry);
    const partition = this.#partitions.get(entry.partition) ?? new Ordered<Entry>();
    this.#partitions.set(entry.partition, partition);
    partition.put(name, entry);
  }
}
