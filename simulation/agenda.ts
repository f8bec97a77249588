interface Entry<T> {
  at: number;
  /** Breaks ties: what was entered first comes first. */
  order: number;
  what: T;
}

const isBefore = <T>(a: Entry<T>, b: Entry<T>): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);

/** What is still to happen, by instant: a binary heap, since a rush enters and takes millions. */
export class Agenda<T> {
  readonly #heap: Entry<T>[] = [];
  #entered = 0;

  /** The earliest instant; `undefined` when nothing is to happen. */
  get next(): number | undefined {
    return this.#heap[0]?.at;
  }

  enter(at: number, what: T): void {
    const entry = { at, order: this.#entered, what };
    this.#entered += 1;
    const heap = this.#heap;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (!parent || isBefore(parent, entry)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = entry;
  }

  /** Takes out the earliest. */
  take(): T | undefined {
    const heap = this.#heap;
    const earliest = heap[0];
    const last = heap.pop();
    if (last && last !== earliest) this.#sink(last);
    return earliest?.what;
  }

  /** Puts an entry in place of the earliest, which is gone, and moves it down to where it belongs. */
  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      let child = heap[below];
      const right = heap[below + 1];
      if (child && right && isBefore(right, child)) {
        below += 1;
        child = right;
      }
      if (!child || isBefore(entry, child)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = entry;
  }
}
