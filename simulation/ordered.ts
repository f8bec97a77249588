import type { Key } from "#shared/platform/database.ts";
import { compareText } from "./values.ts";

/** The place of an item under a partition key: by its sort key there, then by its own key. */
export interface Position extends Key {
  sort: string;
}

const compare = (a: Position, b: Position): number =>
  compareText(a.sort, b.sort) || compareText(a.pk, b.pk) || compareText(a.sk, b.sk);

export interface Range {
  /** Bounds of the sort key, both inclusive. */
  from?: string;
  to?: string;
  /** What comes behind it only, in the direction read. */
  after?: Position;
  descending: boolean;
}

/** What lies under one partition key, by name and in order. Put in order when it is first asked for that. */
export class Ordered<Entry extends Position> {
  readonly #entries = new Map<string, Entry>();
  #sorted: Entry[] | undefined;

  get(name: string): Entry | undefined {
    return this.#entries.get(name);
  }

  values(): Iterable<Entry> {
    return this.#entries.values();
  }

  put(name: string, entry: Entry): void {
    this.remove(name);
    this.#entries.set(name, entry);
    this.#sorted?.splice(
      this.#first(this.#sorted, (other) => compare(other, entry) > 0),
      0,
      entry,
    );
  }

  remove(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#entries.delete(name);
    this.#sorted?.splice(
      this.#first(this.#sorted, (other) => compare(other, entry) >= 0),
      1,
    );
  }

  *range({ from, to, after, descending }: Range): Generator<Entry> {
    this.#sorted ??= [...this.#entries.values()].sort(compare);
    const sorted = this.#sorted;
    const first = (holds: (entry: Entry) => boolean) => this.#first(sorted, holds);
    const bounds = {
      low: from === undefined ? 0 : first(({ sort }) => compareText(sort, from) >= 0),
      high: to === undefined ? sorted.length : first(({ sort }) => compareText(sort, to) > 0),
    };
    if (after && descending) bounds.high = first((entry) => compare(entry, after) >= 0);
    else if (after) bounds.low = first((entry) => compare(entry, after) > 0);
    for (let read = 0; read < bounds.high - bounds.low; read += 1) {
      const entry = sorted[descending ? bounds.high - 1 - read : bounds.low + read];
      if (entry) yield entry;
    }
  }

  /** The first place from which on all entries are so; their number when none is. */
  #first(sorted: readonly Entry[], holds: (entry: Entry) => boolean): number {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = sorted[middle];
      if (entry && holds(entry)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
