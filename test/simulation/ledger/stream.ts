import { emitLines } from "#shared/ledger/lines.ts";
import { Contended, type Database, type Item, Unavailable } from "#shared/platform/database.ts";
import { Crashed } from "#simulation/faults.ts";
import type { World } from "#simulation/world.ts";

/** A fault that whoever met it survives by asking again. */
export const isAway = (error: unknown): boolean =>
  error instanceof Unavailable || error instanceof Contended || error instanceof Crashed;

/** How the journal's stream brings what was inserted. */
export interface Deliveries {
  /** How often one image comes. */
  copies: (world: World) => number;
  /** After how long each copy comes, in milliseconds. */
  delayMs: (world: World) => number;
  /** Images that come within this time come in one batch. */
  gatherMs: number;
}

/** Once and soon. */
export const prompt: Deliveries = { copies: () => 1, delayMs: () => 200, gatherMs: 100 };

/** Never: whoever plays brings the images as they please. */
export const undelivered: Deliveries = { copies: () => 0, delayMs: () => 0, gatherMs: 0 };

/** Up to five times, most of it soon, some after minutes, nothing in its order. */
export const rough = (slowest: number): Deliveries => ({
  copies: ({ random }) => (random() < 0.5 ? 1 : 1 + Math.ceil(random() * 4)),
  delayMs: ({ random }) => (random() < 0.7 ? random() * 2_000 : random() * random() * slowest),
  gatherMs: 1_500,
});

const SHARDS = 3;
const AGAIN_MS = 5_000;

/** The stream of what is inserted into the journal: each image at least once, in no order, in batches. */
export class Stream {
  readonly #world: World;
  readonly #db: Database;
  readonly #deliveries: Deliveries;
  readonly #batches: Item[][] = Array.from({ length: SHARDS }, () => []);
  #coming = 0;
  #shard = 0;
  /** What no repetition mends. */
  broken: unknown;

  constructor(world: World, db: Database, deliveries: Deliveries) {
    this.#world = world;
    this.#db = db;
    this.#deliveries = deliveries;
  }

  insert(image: Item): void {
    const copies = this.#deliveries.copies(this.#world);
    for (let copy = 0; copy < copies; copy += 1) {
      this.#coming += 1;
      this.#shard = (this.#shard + 1) % SHARDS;
      void this.#bring(image, this.#shard, this.#deliveries.delayMs(this.#world));
    }
  }

  async #bring(image: Item, shard: number, delayMs: number): Promise<void> {
    await this.#world.sleep(delayMs);
    const batch = this.#batches[shard] ?? [];
    this.#batches[shard] = batch;
    batch.push(image);
    if (batch.length === 1) await this.#deliver(shard);
  }

  /** A batch that failed comes again as a whole, until it is taken. */
  async #deliver(shard: number): Promise<void> {
    await this.#world.sleep(this.#world.random() * this.#deliveries.gatherMs);
    const images = this.#batches[shard] ?? [];
    this.#batches[shard] = [];
    while (true) {
      try {
        await emitLines(this.#db, images);
        break;
      } catch (error) {
        if (!isAway(error)) {
          this.broken ??= error;
          break;
        }
        await this.#world.sleep(this.#world.random() * AGAIN_MS);
      }
    }
    this.#coming -= images.length;
  }

  async drained(): Promise<void> {
    while (this.#coming > 0) await this.#world.sleep(1_000);
  }
}
