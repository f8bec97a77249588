import type { Database, Item, Key } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import { refuseFailed, transact } from "#shared/platform/transact.ts";
import { readItems, readPage, readScan, refuseTwice, writeItems } from "./calls.ts";
import type { Change } from "./contents.ts";
import { type Costs, noCosts } from "./costs.ts";
import { type Committed, Engine, type SimulationOptions } from "./engine.ts";
import { exactKey, keyOf, storing } from "./judge.ts";
import { transactor } from "./transactions.ts";
import { copyItem, Invalid, nameOf, storedItem } from "./values.ts";
import type { World } from "./world.ts";

export interface Inspection {
  /** What truly stands in a table, in no order. The items are the store's own, frozen. */
  items(table: TableName): IterableIterator<Item>;
  /** Called at the instant of each write, before whoever wrote it knows. */
  onCommit(listener: (committed: Committed) => void): void;
  /** Sendings so far; a sweep of faults goes from 1 to this. */
  readonly boundaries: number;
  readonly costs: Readonly<Costs>;
  resetCosts(): void;
}

const HINTS_AT_ONCE = 25;
const READS_AT_ONCE = 100;

/**
 * The store in virtual time, with DynamoDB's limits and failures as far as `options` ask for them. A read sees what
 * stands when it is sent; a transaction is judged when it is sent and written when it ends, and nobody can write its
 * items in between: each happens at one instant.
 */
export function simulatedDatabase(world: World, options: SimulationOptions = {}): Database & Inspection {
  const engine = new Engine(world, options);
  const { contents } = engine;
  const sendTransaction = transactor(engine);

  const change = (table: TableName, key: Key, after: Item | undefined): Change => ({
    table,
    key,
    before: contents.get(table, key),
    after: after && storing(table, storedItem(after)),
  });

  const database: Database = {
    attempt: (parts, tries) => transact((token) => sendTransaction(parts, token), world.pace, tries),

    async commit(parts) {
      refuseFailed(parts, await database.attempt(parts));
    },

    async get({ table, key, consistent = false }) {
      const [found] = await readItems(engine, "get", [{ table, key }], consistent);
      return found && copyItem(found.item);
    },

    async getMany(reads) {
      const distinct = new Map(reads.map((read) => [nameOf(read.table, read.key), read]));
      if (distinct.size > READS_AT_ONCE) throw new Invalid(`${distinct.size} items asked for at once`);
      if (distinct.size === 0) return [];
      const consistent = reads[0]?.consistent ?? false;
      const found = await readItems(engine, "getMany", [...distinct.values()], consistent);
      const byName = new Map([...distinct.keys()].map((name, at) => [name, found[at]]));
      return reads.map(({ table, key }) => {
        const stored = byName.get(nameOf(table, key));
        return stored && copyItem(stored.item);
      });
    },

    async query({ limit, ...asked }) {
      const { found, next } = await readPage(engine, "query", asked, limit);
      return { items: found.map(({ item }) => copyItem(item)), ...(next && { next }) };
    },

    async tally(asked) {
      let tallied = 0;
      let after: Item | undefined;
      do {
        const position = after && { after };
        const page = await readPage(engine, "tally", { ...asked, ...position }, Number.POSITIVE_INFINITY);
        tallied += page.found.length;
        after = page.next;
      } while (after);
      return tallied;
    },

    async scan(asked) {
      const { found, next } = await readScan(engine, "scan", asked);
      return { items: found.map(({ item }) => copyItem(item)), ...(next && { next }) };
    },

    async writeHints(table, put, remove) {
      const hints = [
        ...put.map((item) => ({ key: keyOf(item), item })),
        ...remove.map((key) => ({ key: exactKey({ ...key }), item: undefined })),
      ];
      for (let first = 0; first < hints.length; first += HINTS_AT_ONCE) {
        const batch = hints.slice(first, first + HINTS_AT_ONCE);
        refuseTwice(
          table,
          batch.map(({ key }) => key),
        );
        await writeItems(engine, "writeHints", () => batch.map(({ key, item }) => change(table, key, item)));
      }
    },

    async count(table, key, expiresAt) {
      const counter = exactKey({ ...key });
      const [counted] = await writeItems(engine, "count", () => {
        const standing = contents.get(table, counter)?.item ?? { ...counter };
        const count = (standing["count"] ?? 0) as number;
        return [change(table, counter, { ...standing, count: count + 1, expiresAt })];
      });
      return Number(counted?.after?.item["count"]);
    },
  };

  return {
    ...database,
    items: (table) => contents.items(table),
    onCommit: (listener) => {
      engine.listeners.push(listener);
    },
    get boundaries() {
      return engine.boundaries;
    },
    costs: engine.costs,
    resetCosts: () => {
      Object.assign(engine.costs, noCosts());
    },
  };
}
