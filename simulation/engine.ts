import type { Item, Key } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import { type Change, Contents } from "./contents.ts";
import { type Costs, noCosts } from "./costs.ts";
import type { Call, Fault, FaultKind } from "./faults.ts";
import { type Latency, lasting } from "./latency.ts";
import { type Need, Partitions } from "./partitions.ts";
import type { World } from "./world.ts";

export interface SimulationOptions {
  /** Calls take time, and a transaction holds its items while it lasts. Without it a call takes none. */
  latency?: Latency;
  /** How many physical partitions each table and each index has; without it they take any load. */
  partitions?: number;
  /** How old an eventually consistent read of a table may be, in milliseconds. */
  staleMs?: number;
  /** How long at most until a change shows in an index, in milliseconds. */
  indexLagMs?: number;
  fault?: Fault;
  /** The control of a proof: top-level AND clauses of conditions that match are as if they had not been written. */
  without?: RegExp;
}

/** What one write changed. The items are the store's own, frozen. */
export type Committed = readonly {
  table: TableName;
  key: Key;
  before: Item | undefined;
  after: Item | undefined;
}[];

export const unitsOf = (needs: readonly Need[]): number => needs.reduce((sum, { units }) => sum + units, 0);

/** What all calls on one store share: its contents and limits, what is held, what was charged and how calls fail. */
export class Engine {
  readonly world: World;
  readonly options: SimulationOptions;
  readonly contents: Contents;
  readonly costs: Costs = noCosts();
  /** Items of transactions under way, by name. */
  readonly held = new Set<string>();
  readonly listeners: ((committed: Committed) => void)[] = [];
  readonly #partitions: Partitions | undefined;
  #boundaries = 0;

  constructor(world: World, options: SimulationOptions) {
    this.world = world;
    this.options = options;
    this.contents = new Contents(world, options.staleMs ?? 0, options.indexLagMs ?? 0);
    this.#partitions =
      options.partitions === undefined ? undefined : new Partitions(world, options.partitions);
  }

  get boundaries(): number {
    return this.#boundaries;
  }

  /** The next boundary, and how it fails. */
  fault(call: Call): FaultKind | undefined {
    this.#boundaries += 1;
    return this.options.fault?.({ call, number: this.#boundaries, world: this.world });
  }

  /** Waits for as long as a call takes. */
  pass(median: (times: Latency) => number): Promise<void> {
    const { latency } = this.options;
    return latency
      ? this.world.sleep(lasting(this.world, latency, median(latency)))
      : Promise.resolve(undefined);
  }

  /** Whether what was lost on the way happened all the same. */
  happens(): boolean {
    return this.world.random() < 0.5;
  }

  /** Takes the units from the partitions; false when one of them cannot give them. */
  admit(needs: readonly Need[]): boolean {
    if (!this.#partitions || this.#partitions.admit(needs)) return true;
    this.costs.throttled += 1;
    return false;
  }

  apply(changes: readonly Change[], onIndexes: readonly Need[]): void {
    this.contents.apply(changes);
    this.costs.indexWcu += unitsOf(onIndexes);
    if (this.listeners.length === 0 || changes.length === 0) return;
    const committed = changes.map(({ before, after, ...at }) => ({
      ...at,
      before: before?.item,
      after: after?.item,
    }));
    for (const listener of this.listeners) listener(committed);
  }
}
