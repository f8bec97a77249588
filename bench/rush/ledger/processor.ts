import type { Database, Item } from "#shared/platform/database.ts";
import type { World } from "#simulation/world.ts";

/**
 * What the AWS SDK and the marshalling of items take of a processor, in milliseconds: CPU time of calls to DynamoDB
 * Local on the machine where this was written, one core. One vCPU of a function is taken to be as fast.
 */
const client = { perCall: 0.37, perItemRead: 0.02, perItemWritten: 0.1 } as const;

/** One processor, on which work follows work, whoever waits for it. */
class Processor {
  readonly #world: World;
  #freeAt = 0;

  constructor(world: World) {
    this.#world = world;
  }

  work(ms: number): Promise<void> {
    const now = this.#world.now();
    this.#freeAt = Math.max(now, this.#freeAt) + ms;
    return this.#world.sleep(this.#freeAt - now);
  }
}

/** A function's environment as the code in it sees it: a store that is asked through one processor, until it ends. */
export class Environment {
  readonly #processor: Processor;
  #ended = false;
  readonly db: Database;

  constructor(world: World, db: Database) {
    this.#processor = new Processor(world);
    this.db = this.#through(db);
  }

  /** From here on nothing it asks for is sent, and nothing is answered. */
  end(): void {
    this.#ended = true;
  }

  async #ask<T>(written: number, send: () => Promise<T>, read: (answer: T) => number = () => 0): Promise<T> {
    await this.#takes(client.perCall + written * client.perItemWritten);
    const answer = await send();
    const items = read(answer);
    if (items > 0 || this.#ended) await this.#takes(items * client.perItemRead);
    return answer;
  }

  async #takes(ms: number): Promise<void> {
    await this.#processor.work(ms);
    if (this.#ended) await new Promise<never>(() => undefined);
  }

  #through(db: Database): Database {
    const itemsOf = ({ items }: { items: readonly Item[] }) => items.length;
    return {
      get: (read) => this.#ask(0, () => db.get(read)),
      getMany: (reads) =>
        this.#ask(
          0,
          () => db.getMany(reads),
          (found) => found.length,
        ),
      query: (query) => this.#ask(0, () => db.query(query), itemsOf),
      tally: (query) => this.#ask(0, () => db.tally(query)),
      scan: (scan) => this.#ask(0, () => db.scan(scan), itemsOf),
      commit: (parts) => this.#ask(parts.length, () => db.commit(parts)),
      attempt: (parts, tries) => this.#ask(parts.length, () => db.attempt(parts, tries)),
      count: (table, key, expiresAt) => this.#ask(1, () => db.count(table, key, expiresAt)),
      // As platform/dynamo.ts: 25 at a time, one after the other.
      writeHints: async (table, put, remove) => {
        for (let first = 0; first < put.length; first += 25) {
          const some = put.slice(first, first + 25);
          await this.#ask(some.length, () => db.writeHints(table, some, []));
        }
        for (let first = 0; first < remove.length; first += 25) {
          const some = remove.slice(first, first + 25);
          await this.#ask(some.length, () => db.writeHints(table, [], some));
        }
      },
    };
  }
}
