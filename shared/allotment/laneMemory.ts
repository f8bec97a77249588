import type { Lane } from "./model.ts";

interface Counter {
  zero: Lane;
  /** Epoch milliseconds of the consistent read that told lane 0. */
  seenAt: number;
  /** Places of each lane as last seen in this layout; `undefined` where none was seen. */
  places: (number | undefined)[];
  /** Whether lane 0 was read after all that is known of the others: only then is an empty one the whole truth. */
  zeroLast: boolean;
}

/**
 * What one process knows of an allotment's counters. It is a guess at where places are: every write states what it
 * needs as a condition, and a failed one tells how the lane really stands. Only lane 0, read anew, makes "full" true.
 */
export class LaneMemory {
  readonly #counters = new Map<string, Counter>();
  readonly #doubted = new Set<string>();
  readonly #preferred = new Map<string, number>();

  /**
   * The lane this process draws on until it is empty or another is found there: processes that each keep to a lane of
   * their own seldom meet.
   */
  preferred(counter: string): number | undefined {
    return this.#preferred.get(counter);
  }

  prefer(counter: string, lane: number): void {
    this.#preferred.set(counter, lane);
  }

  /** Somebody else is at the lane. */
  avoid(counter: string, lane: number): void {
    if (this.#preferred.get(counter) === lane) this.#preferred.delete(counter);
  }

  /** Somebody else drew on the lane: it is left to them, and what is known of the other lanes is as old. */
  leave(counter: string, lane: number): void {
    this.avoid(counter, lane);
    const known = this.#counters.get(counter);
    if (known && lane > 0)
      known.places = known.places.map((places, at) => (at === 0 || places === 0 ? places : undefined));
  }

  /** How a lane stands, from a consistent read or a failed condition. */
  learn(counter: string, lane: number, standing: Lane | undefined, now: number): void {
    if (!standing) return;
    const known = this.#counters.get(counter);
    if (lane === 0) {
      const kept = known?.zero.layout === standing.layout ? known.places : [];
      const emptied = standing.emptied === standing.layout;
      const places = Array.from({ length: standing.lanes }, (_, at) => (emptied ? 0 : kept[at]));
      places[0] = standing.places;
      const zeroLast = places.every((one) => one !== undefined);
      this.#counters.set(counter, { zero: standing, seenAt: now, places, zeroLast });
      this.#doubted.delete(counter);
    } else if (known?.zero.layout === standing.layout) {
      known.places[lane] = standing.places;
      known.zeroLast = false;
      // Lanes change together in their rules and in being open.
      if (known.zero.rules !== standing.rules || known.zero.open !== standing.open)
        this.#doubted.add(counter);
    } else this.#doubted.add(counter);
  }

  /** Places this process took, or gave back with a negative count. */
  spend(counter: string, lane: number, count: number): void {
    const known = this.#counters.get(counter);
    if (!known) return;
    known.places[lane] = Math.max(0, (known.places[lane] ?? 0) - count);
    if (lane === 0) known.zero = { ...known.zero, places: known.zero.places - count };
    else known.zeroLast = false;
  }

  /** What this process wrote on lane 0 without reading it: it is no newer for that. */
  mark(counter: string, marks: Pick<Lane, "soldOutAt" | "emptied">): void {
    const known = this.#counters.get(counter);
    if (known) known.zero = { ...known.zero, ...marks };
  }

  /** Lane 0 must be read before anything is said of this counter. */
  doubt(counter: string): void {
    this.#doubted.add(counter);
  }

  /** Whether lane 0 must be read anew. */
  isDoubted(counter: string): boolean {
    return this.#doubted.has(counter);
  }

  /** The lanes to read before this counter can be judged; none when it is known. */
  unknown(counter: string): number[] {
    const known = this.#counters.get(counter);
    if (!known || this.#doubted.has(counter)) return [0];
    return known.places.flatMap((places, lane) => (places === undefined ? [lane] : []));
  }

  zero(counter: string): Lane | undefined {
    return this.#counters.get(counter)?.zero;
  }

  seenAt(counter: string): number {
    return this.#counters.get(counter)?.seenAt ?? 0;
  }

  /** Whether lane 0 was read after the others: what came back meanwhile is on it. */
  knowsAll(counter: string): boolean {
    return this.#counters.get(counter)?.zeroLast ?? false;
  }

  /** Free places by lane, as far as known. */
  places(counter: string): readonly number[] {
    return (this.#counters.get(counter)?.places ?? []).map((places) => places ?? 0);
  }
}
