/**
 * What is still to happen, by instant; what shall happen at the same instant, in the order in which it was entered.
 * A heap of fours in parallel arrays: a rush enters and takes millions, and comparing numbers that lie side by side
 * is most of its work.
 */
export class Agenda<T> {
  readonly #instants: number[] = [];
  /** Breaks ties. */
  readonly #orders: number[] = [];
  readonly #events: T[] = [];
  #entered = 0;

  /** The earliest instant; `undefined` when nothing is to happen. */
  get next(): number | undefined {
    return this.#instants[0];
  }

  enter(at: number, event: T): void {
    const order = this.#entered;
    this.#entered += 1;
    let place = this.#instants.length;
    while (place > 0) {
      const above = (place - 1) >> 2;
      if ((this.#instants[above] ?? 0) <= at) break;
      this.#move(above, place);
      place = above;
    }
    this.#put(place, at, order, event);
  }

  /** Takes out the earliest. */
  take(): T | undefined {
    const earliest = this.#events[0];
    const [at, order, event] = [this.#instants.pop(), this.#orders.pop(), this.#events.pop()];
    if (at !== undefined && order !== undefined && this.#instants.length > 0)
      this.#sink(at, order, event as T);
    return earliest;
  }

  /** Puts an event in place of the earliest, which is gone, and moves it down to where it belongs. */
  #sink(at: number, order: number, event: T): void {
    const end = this.#instants.length;
    let place = 0;
    for (let first = 1; first < end; first = 4 * place + 1) {
      let least = first;
      for (let other = first + 1; other < Math.min(first + 4, end); other += 1)
        if (this.#isBefore(other, this.#instants[least] ?? 0, this.#orders[least] ?? 0)) least = other;
      if (!this.#isBefore(least, at, order)) break;
      this.#move(least, place);
      place = least;
    }
    this.#put(place, at, order, event);
  }

  #isBefore(place: number, at: number, order: number): boolean {
    const instant = this.#instants[place] ?? 0;
    return instant < at || (instant === at && (this.#orders[place] ?? 0) < order);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#instants[from] ?? 0, this.#orders[from] ?? 0, this.#events[from] as T);
  }

  #put(place: number, at: number, order: number, event: T): void {
    this.#instants[place] = at;
    this.#orders[place] = order;
    this.#events[place] = event;
  }
}
