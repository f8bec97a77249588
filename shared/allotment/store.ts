import { randomBytes } from "node:crypto";
import type { Database, Item, Key, Part } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import type { Instant } from "#shared/platform/time.ts";
import {
  type Allotment,
  allCounters,
  definitionKey,
  type Holder,
  holderItemKey,
  holdPartitions,
  type Lane,
  laneKey,
  numberOfHolderItem,
  queuePartitions,
  shardPartitions,
} from "./model.ts";

/** Another writer changed the holder or a lane between the read and the write: read and judge again. */
export class Stale extends Error {}

export const stale = (): Error => new Stale();

export const holderOf = (item: Item | undefined): Holder | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk, ...rest } = item;
  return { ...rest, holder: sk } as unknown as Holder;
};

const laneOf = (item: Item | undefined): Lane | undefined => item as unknown as Lane | undefined;

/** Why a newcomer finds nothing at a counter; what is kept is free, but for those who wait where it flowed back to. */
export interface SoldOut {
  counter: string;
  proof: "none-free" | "none-to-take" | "kept";
}

const proofClauses = {
  "none-free": "places = :none",
  "none-to-take": "(places = :none OR waiting > :none)",
} as const;

/** A worker that was held up must not take back what another told since. */
const onlyLater = "(attribute_not_exists(soldOutAt) OR soldOutAt < :at)";

/** A shape without its number, with how many lanes each counter gets. */
export interface Opening extends Omit<Allotment, "number"> {
  lanes: number;
}

/** Cuts places into lanes as evenly as whole places allow, the first lanes taking what is over. */
export const cut = (places: number, lanes: number): number[] =>
  Array.from({ length: lanes }, (_, lane) => Math.floor(places / lanes) + (lane < places % lanes ? 1 : 0));

/** An allotment's items in one table: the kernel's only words to the database. */
export const allotmentStore = (db: Database, table: TableName) => ({
  table,

  /** The places of a new allotment, all free, with a fresh number. Refuses nothing but a number taken. */
  planOpening(
    { lanes, ...shape }: Opening,
    places: Readonly<Record<string, number>>,
    rules: number,
    number = randomBytes(4).toString("hex"),
  ): { allotment: Allotment; parts: Part[] } {
    const allotment: Allotment = { ...shape, number };
    const definition: Part = {
      table,
      write: {
        Put: {
          Item: { ...definitionKey(number), ...allotment },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
      refused: stale,
    };
    const cuts = allCounters(allotment).flatMap((counter) =>
      cut(places[counter] ?? 0, lanes).map((share, at): Part => {
        const state = { open: true, rules, layout: 1, unconfirmed: 0 };
        const zero = at === 0 ? { waiting: 0, owed: 0, lanes } : {};
        const Item = { ...laneKey(number, counter, at), places: share, ...state, ...zero };
        return { table, write: { Put: { Item } } };
      }),
    );
    return { allotment, parts: [definition, ...cuts] };
  },

  async findDefinition(number: string): Promise<Allotment | undefined> {
    const item = await db.get({ table, key: definitionKey(number) });
    if (!item) return undefined;
    const { pk: _pk, sk: _sk, ...allotment } = item;
    return allotment as unknown as Allotment;
  },

  /** Holders and lanes, and other items by key, in one consistent read. */
  async read(
    allotment: Allotment,
    asked: {
      holders?: readonly string[];
      lanes?: readonly { counter: string; lane: number }[];
      items?: readonly Key[];
    },
  ): Promise<{ holders: (Holder | undefined)[]; lanes: (Lane | undefined)[]; items: (Item | undefined)[] }> {
    const { holders = [], lanes = [], items = [] } = asked;
    const keys = [
      ...holders.map((holder) => holderItemKey(allotment, holder)),
      ...lanes.map(({ counter, lane }) => laneKey(allotment.number, counter, lane)),
      ...items,
    ];
    const pages: Promise<(Item | undefined)[]>[] = [];
    for (let first = 0; first < keys.length; first += 100)
      pages.push(db.getMany(keys.slice(first, first + 100).map((key) => ({ table, key, consistent: true }))));
    const found = (await Promise.all(pages)).flat();
    return {
      holders: found.slice(0, holders.length).map(holderOf),
      lanes: found.slice(holders.length, holders.length + lanes.length).map(laneOf),
      items: found.slice(holders.length + lanes.length),
    };
  },

  async findHolder(allotment: Allotment, holder: string): Promise<Holder | undefined> {
    return holderOf(await db.get({ table, key: holderItemKey(allotment, holder), consistent: true }));
  },

  /** Lane 0 of every counter, which tells what a newcomer finds once the others were seen empty. */
  async readZeros(allotment: Allotment): Promise<Record<string, Lane>> {
    const counters = allCounters(allotment);
    const keys = counters.map((counter) => laneKey(allotment.number, counter, 0));
    const found = await db.getMany(keys.map((key) => ({ table, key, consistent: true })));
    return Object.fromEntries(counters.map((counter, at) => [counter, laneOf(found[at]) as Lane]));
  },

  /** Every lane of every counter; two reads, the second only where a counter is cut into several lanes. */
  async readLanes(allotment: Allotment, consistent = false): Promise<Readonly<Record<string, Lane[]>>> {
    const counters = allCounters(allotment);
    const read = async (lanes: { counter: string; lane: number }[]) =>
      (
        await db.getMany(
          lanes.map(({ counter, lane }) => ({
            table,
            key: laneKey(allotment.number, counter, lane),
            consistent,
          })),
        )
      ).flatMap((item) => laneOf(item) ?? []);
    const zeros = await read(counters.map((counter) => ({ counter, lane: 0 })));
    const others = counters.flatMap((counter, at) =>
      Array.from({ length: (zeros[at]?.lanes ?? 1) - 1 }, (_, lane) => ({ counter, lane: lane + 1 })),
    );
    const more = others.length > 0 ? await read(others) : [];
    return Object.fromEntries(
      counters.map((counter, at) => [
        counter,
        [...zeros.slice(at, at + 1), ...more.filter((_, other) => others[other]?.counter === counter)],
      ]),
    );
  },

  /** The holder's item as it shall be, if it still is as it was read. */
  planHolder(allotment: Allotment, was: Holder | undefined, next: Holder): Part {
    const { holder, ...fields } = next;
    return {
      table,
      write: {
        Put: {
          Item: { ...holderItemKey(allotment, holder), ...fields },
          ConditionExpression: was ? "version = :was" : "attribute_not_exists(pk)",
          ...(was && { ExpressionAttributeValues: { ":was": was.version } }),
        },
      },
      refused: stale,
    };
  },

  /**
   * Tells on lane 0 that a newcomer finds nothing there, as of an instant, to whoever asked up to then. Not refused
   * only while all the proofs hold.
   */
  planSoldOut(
    allotment: Allotment,
    counter: string,
    proofs: ReadonlySet<SoldOut["proof"]>,
    layout: number,
    at: Instant,
  ): Part {
    const kept = proofs.has("kept");
    const clauses = [...proofs].flatMap((proof) => (proof === "kept" ? [] : [proofClauses[proof]]));
    return {
      table,
      write: {
        Update: {
          Key: laneKey(allotment.number, counter, 0),
          UpdateExpression: kept ? "SET soldOutAt = :at" : "SET soldOutAt = :at, emptied = :layout",
          ConditionExpression: [...clauses, "#layout = :layout", onlyLater].join(" AND "),
          ExpressionAttributeNames: { "#layout": "layout" },
          ExpressionAttributeValues: {
            ":at": at,
            ":layout": layout,
            ...(clauses.length > 0 && { ":none": 0 }),
          },
        },
      },
      refused: stale,
    };
  },

  /** Those who wait at a leaf, first come first, as the index shows them: it may lag, so each must be read again. */
  async listWaiting(allotment: Allotment, leaf: string, limit: number): Promise<Holder[]> {
    const pages = await Promise.all(
      queuePartitions(allotment, leaf).map((partition) =>
        db.query({ table, index: "byPending", partition, limit }),
      ),
    );
    return pages
      .flatMap(({ items }) => items.flatMap((item) => holderOf(item) ?? []))
      .sort((a, b) => ((a.pendingSort ?? "") < (b.pendingSort ?? "") ? -1 : 1))
      .slice(0, limit);
  },

  /** How many stand in the queue up to and including this entry. */
  async positionOf(
    allotment: Allotment,
    { leaf, pendingSort = "" }: Pick<Holder, "leaf" | "pendingSort">,
  ): Promise<number> {
    const counts = await Promise.all(
      queuePartitions(allotment, leaf).map((partition) =>
        db.tally({ table, index: "byPending", partition, to: pendingSort }),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  },

  /** Places kept until an instant that has passed, of all allotments, as the index shows them. */
  async listDue(now: Instant, limit: number): Promise<{ number: string; holder: string }[]> {
    const pages = await Promise.all(
      holdPartitions.map((partition) =>
        db.query({ table, index: "byPending", partition, to: `${now}~`, limit }),
      ),
    );
    return pages.flatMap(({ items }) =>
      items.map((item) => ({
        number: numberOfHolderItem(item),
        holder: String(item["sk"]),
      })),
    );
  },

  /** Everybody who holds or held a place, shard by shard. `after` is a position an earlier page named. */
  async listHolders(
    allotment: Allotment,
    limit: number,
    after: { shard: number; key?: Item } = { shard: 0 },
  ): Promise<{ holders: Holder[]; next?: { shard: number; key?: Item } }> {
    const partitions = shardPartitions(allotment);
    const holders: Holder[] = [];
    let { shard, key } = after;
    for (let partition = partitions[shard]; partition !== undefined; partition = partitions[shard]) {
      const page = await db.query({
        table,
        partition,
        limit: limit - holders.length,
        consistent: true,
        ...(key && { after: key }),
      });
      holders.push(...page.items.flatMap((item) => holderOf(item) ?? []));
      key = page.next;
      if (!key) shard += 1;
      if (holders.length >= limit && shard < partitions.length)
        return { holders, next: { shard, ...(key && { key }) } };
    }
    return { holders };
  },
});

export type AllotmentStore = ReturnType<typeof allotmentStore>;
