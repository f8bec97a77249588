import { emitLines } from "#shared/ledger/lines.ts";
import { type Database, type Item, Unavailable } from "#shared/platform/database.ts";
import { hash } from "#simulation/partitions.ts";
import type { World } from "#simulation/world.ts";
import { Environment } from "./processor.ts";

/** A table's stream and Lambda's mapping of it, as infra/constructs/streamConsumer.ts asks for it. Milliseconds. */
export const journalStream = {
  /** Until a change can be read of the stream, at most. */
  delayMs: 300,
  /** A shard of which nothing came is asked again after so long. */
  pollMs: 250,
  /** Until the function has the records. */
  deliveryMs: 15,
  batch: 100,
  /** Batches of one shard that are worked on at once. */
  parallel: 2,
  /** A batch is gathered for so long, unless it is full before. */
  windowMs: 1_000,
  /** A batch that failed comes again whole after so long. */
  againMs: 500,
} as const;

/** What of one shard one environment works on: always the same keys. */
interface Lane {
  waiting: { image: Item; readableAt: number; insertedAt: number }[];
  working: boolean;
  environment: Environment;
}

/** What the stream came to. */
export interface Streamed {
  images: number;
  batches: number;
  /** Batches that came again because the store was too busy. */
  again: number;
  /** From its insertion until its line stood, in milliseconds. */
  delays: number[];
}

/** Brings what is inserted into the journal to `emitLines`, in a shard for each of the table's partitions. */
export class JournalStream {
  readonly streamed: Streamed = { images: 0, batches: 0, again: 0, delays: [] };
  readonly #world: World;
  readonly #lanes: Lane[];
  readonly #shards: number;

  constructor(world: World, db: Database, shards: number) {
    this.#world = world;
    this.#shards = shards;
    this.#lanes = Array.from({ length: shards * journalStream.parallel }, () => ({
      waiting: [],
      working: false,
      environment: new Environment(world, db),
    }));
  }

  insert(image: Item): void {
    const { delayMs, parallel } = journalStream;
    const shard = hash(`journal\n${image["pk"]}`) % this.#shards;
    const lane = this.#lanes[shard * parallel + (hash(`lane\n${image["pk"]}`) % parallel)];
    if (!lane) throw new Error(`no lane for ${image["pk"]}`);
    const insertedAt = this.#world.now();
    lane.waiting.push({ image, insertedAt, readableAt: insertedAt + this.#world.random() * delayMs });
    if (!lane.working) void this.#work(lane, (shard * 7) % journalStream.pollMs);
  }

  /** From the shard's next turn on, until nothing is left. */
  async #work(lane: Lane, phase: number): Promise<void> {
    lane.working = true;
    while (lane.waiting.length > 0) {
      const now = this.#world.now();
      const first = lane.waiting[0]?.readableAt ?? now;
      if (first > now) {
        const { pollMs } = journalStream;
        const turns = Math.ceil((first - phase) / pollMs);
        await this.#world.sleep(turns * pollMs + phase - now);
      }
      await this.#deliver(lane);
    }
    lane.working = false;
  }

  async #deliver({ waiting, environment }: Lane): Promise<void> {
    const { batch, deliveryMs, againMs, windowMs } = journalStream;
    const readable = (at: number) => waiting.filter(({ readableAt }) => readableAt <= at).length;
    if (readable(this.#world.now()) < batch) await this.#world.sleep(windowMs);
    const now = this.#world.now();
    let count = 0;
    while (count < batch && (waiting[count]?.readableAt ?? Number.POSITIVE_INFINITY) <= now) count += 1;
    const records = waiting.slice(0, count);
    await this.#world.sleep(deliveryMs);
    for (;;) {
      try {
        await emitLines(
          environment.db,
          records.map(({ image }) => image),
        );
        break;
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        this.streamed.again += 1;
        await this.#world.sleep(againMs);
      }
    }
    waiting.splice(0, count);
    this.streamed.images += count;
    this.streamed.batches += 1;
    for (const { insertedAt } of records) this.streamed.delays.push(this.#world.now() - insertedAt);
  }
}
