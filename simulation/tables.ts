import type { Item, Key } from "#shared/platform/database.ts";
import { Ordered, type Position, type Range } from "./ordered.ts";
import { hash } from "./partitions.ts";
import { compareText } from "./values.ts";

/** An item as it stands. It never changes: a write puts another in its place. */
export interface Stored {
  readonly item: Item;
  readonly size: number;
}

interface Row extends Position {
  standing: Stored | undefined;
  /** What it was until an instant, oldest first, as far back as a read may be stale. */
  past: { until: number; was: Stored | undefined }[];
}

/** Reads what stands now. */
export const CURRENT = Number.POSITIVE_INFINITY;

const standingAt = ({ past, standing }: Row, asOf: number): Stored | undefined => {
  const was = past.find(({ until }) => until > asOf);
  return was ? was.was : standing;
};

/** By the partition keys' hashes, so that nobody can come to rely on an order that DynamoDB does not give. */
const compareHashed = (a: string, b: string): number => hash(a) - hash(b) || compareText(a, b);

/** A table's items, and for a while what they were before. */
export class Table {
  readonly #partitions = new Map<string, Ordered<Row>>();
  readonly #staleMs: number;
  /** Partition keys in the order of a scan, once one was asked for. */
  #scanned: string[] | undefined;

  constructor(staleMs: number) {
    this.#staleMs = staleMs;
  }

  get({ pk, sk }: Key, asOf: number = CURRENT): Stored | undefined {
    const row = this.#partitions.get(pk)?.get(sk);
    return row && standingAt(row, asOf);
  }

  write({ pk, sk }: Key, after: Stored | undefined, now: number): void {
    const partition = this.#partitions.get(pk) ?? new Ordered<Row>();
    if (!this.#partitions.has(pk)) this.#scanned = undefined;
    this.#partitions.set(pk, partition);
    const row = partition.get(sk) ?? { sort: sk, pk, sk, standing: undefined, past: [] };
    if (this.#staleMs > 0) {
      row.past = row.past.filter(({ until }) => until > now - this.#staleMs);
      row.past.push({ until: now, was: row.standing });
    }
    row.standing = after;
    if (!partition.get(sk)) partition.put(sk, row);
    // An item that is gone is kept as long as somebody may still see it.
    if (!after && this.#staleMs === 0) partition.remove(sk);
  }

  *range(partition: string, range: Range, asOf: number): Generator<Stored> {
    for (const row of this.#partitions.get(partition)?.range(range) ?? []) {
      const standing = standingAt(row, asOf);
      if (standing) yield standing;
    }
  }

  /** Everything behind a key, partition after partition. */
  *scan(after: Key | undefined): Generator<Stored> {
    this.#scanned ??= [...this.#partitions.keys()].sort(compareHashed);
    for (const partition of this.#scanned) {
      const before = after ? compareHashed(partition, after.pk) : 1;
      if (before < 0) continue;
      const position = before === 0 && after ? { after: { ...after, sort: after.sk } } : {};
      yield* this.range(partition, { ...position, descending: false }, CURRENT);
    }
  }

  *items(): Generator<Item> {
    for (const partition of this.#partitions.values())
      for (const { standing } of partition.values()) if (standing) yield standing.item;
  }
}
