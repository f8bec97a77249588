import { randomBytes } from "node:crypto";
import type { Database, Item, Part } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import {
  type Allotment,
  countersOf,
  definitionKey,
  type Holder,
  holderItemKey,
  type Lane,
  laneKey,
  shardPartitions,
  TOTAL,
} from "./model.ts";

/** Another writer changed the holder or a lane between the read and the write: read and judge again. */
export class Stale extends Error {}

const stale = () => new Stale();

const holderOf = (item: Item | undefined): Holder | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk, ...rest } = item;
  return { ...rest, holder: sk } as unknown as Holder;
};

/** An allotment's items in one table: the kernel's only words to the database. */
export const allotmentStore = (db: Database, table: TableName) => ({
  /** The places of a new allotment, all free, with a fresh number. Refuses nothing but a number taken. */
  planOpening(
    shape: Omit<Allotment, "number">,
    places: Readonly<Record<string, number>>,
    rules: number,
  ): { allotment: Allotment; parts: Part[] } {
    const allotment: Allotment = { ...shape, number: randomBytes(4).toString("hex") };
    const fresh = "attribute_not_exists(pk)";
    const definition: Part = {
      table,
      write: {
        Put: { Item: { ...definitionKey(allotment.number), ...allotment }, ConditionExpression: fresh },
      },
      refused: stale,
    };
    const lanes = [...allotment.leaves, ...(allotment.total ? [TOTAL] : [])].map((leaf): Part => {
      const lane: Lane = { places: places[leaf] ?? 0, waiting: 0, open: true, rules, layout: 1 };
      return { table, write: { Put: { Item: { ...laneKey(allotment.number, leaf), ...lane } } } };
    });
    return { allotment, parts: [definition, ...lanes] };
  },

  /**
   * New rules on every lane and more or fewer places: `change` by leaf, negative to take places away. `refused` is
   * asked with the leaf and its free places when fewer are free than are taken away.
   */
  planChange(
    allotment: Allotment,
    rules: { from: number; to: number },
    change: Readonly<Record<string, number>>,
    refused: (leaf: string, free: number) => Error,
  ): Part[] {
    return [...allotment.leaves, ...(allotment.total ? [TOTAL] : [])].map((leaf) => ({
      table,
      write: {
        Update: {
          Key: laneKey(allotment.number, leaf),
          UpdateExpression: "SET places = places + :change, rules = :to",
          ConditionExpression: "rules = :from AND places >= :less",
          ExpressionAttributeValues: {
            ":change": change[leaf] ?? 0,
            ":less": Math.max(0, -(change[leaf] ?? 0)),
            ":from": rules.from,
            ":to": rules.to,
          },
        },
      },
      refused: (lane) => (lane?.["rules"] === rules.from ? refused(leaf, Number(lane["places"])) : stale()),
    }));
  },

  async findDefinition(number: string): Promise<Allotment | undefined> {
    const item = await db.get({ table, key: definitionKey(number) });
    if (!item) return undefined;
    const { pk: _pk, sk: _sk, ...allotment } = item;
    return allotment as unknown as Allotment;
  },

  /** The holder's item and the lanes of its leaf, in one consistent read. */
  async readStanding(allotment: Allotment, holder: string, leaf: string) {
    const counters = countersOf(allotment, leaf);
    const keys = [
      holderItemKey(allotment, holder),
      ...counters.map((name) => laneKey(allotment.number, name)),
    ];
    const [own, ...lanes] = await db.getMany(keys.map((key) => ({ table, key, consistent: true })));
    return { holder: holderOf(own), lanes: lanes as (Lane | undefined)[] };
  },

  async findHolder(allotment: Allotment, holder: string): Promise<Holder | undefined> {
    return holderOf(await db.get({ table, key: holderItemKey(allotment, holder), consistent: true }));
  },

  /** Free places and those who wait, by leaf and for the whole; one read, at most a second old. */
  async readLanes(allotment: Allotment): Promise<Readonly<Record<string, Lane>>> {
    const names = [...allotment.leaves, ...(allotment.total ? [TOTAL] : [])];
    const lanes = await db.getMany(names.map((name) => ({ table, key: laneKey(allotment.number, name) })));
    return Object.fromEntries(names.map((name, at) => [name, lanes[at] as unknown as Lane]));
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

  /** One place less on each counter of the leaf, if one is free for a newcomer under these rules. */
  planTaking(allotment: Allotment, leaf: string, rules: number): Part[] {
    return countersOf(allotment, leaf).map((name) => ({
      table,
      write: {
        Update: {
          Key: laneKey(allotment.number, name),
          UpdateExpression: "SET places = places - :one",
          ConditionExpression: "places >= :one AND waiting = :none AND #open = :true AND #rules = :rules",
          ExpressionAttributeNames: { "#open": "open", "#rules": "rules" },
          ExpressionAttributeValues: { ":one": 1, ":none": 0, ":true": true, ":rules": rules },
        },
      },
      refused: stale,
    }));
  },

  /** One place more on lane 0 of each counter of the leaf. */
  planReturning(allotment: Allotment, leaf: string): Part[] {
    return countersOf(allotment, leaf).map((name) => ({
      table,
      write: {
        Update: {
          Key: laneKey(allotment.number, name),
          UpdateExpression: "SET places = places + :one",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeValues: { ":one": 1 },
        },
      },
      refused: stale,
    }));
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
