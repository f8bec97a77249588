import { beforeEach, describe, expect, it } from "vitest";
import type { Database, Item, Part } from "#shared/platform/database.ts";
import type { Committed } from "#simulation/engine.ts";
import { type Inspection, simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";

const table = "registration";
const lane = { pk: "LANE#1", sk: "LANE" };

const taking = (more: Partial<Part> = {}): Part => ({
  table,
  write: {
    Update: {
      Key: lane,
      UpdateExpression: "SET places = places - :one",
      ConditionExpression: "places >= :one AND waiting = :none",
      ExpressionAttributeValues: { ":one": 1, ":none": 0 },
    },
  },
  ...more,
});

const holding = (holder: string, more: Item = {}): Part => ({
  table,
  write: {
    Put: {
      Item: { pk: "HOLDER#1", sk: holder, ...more },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
});

let db: Database & Inspection;
beforeEach(async () => {
  db = simulatedDatabase(new World(1));
  await db.writeHints(table, [{ ...lane, places: 2, waiting: 0 }], []);
});

describe("a transaction", () => {
  it("writes all its parts or none, and tells every condition that did not hold with the item as it stood", async () => {
    expect(await db.attempt([taking(), holding("a")])).toEqual(new Map());
    expect(await db.attempt([taking(), holding("a"), holding("b")])).toEqual(
      new Map([[1, { pk: "HOLDER#1", sk: "a" }]]),
    );
    await db.attempt([taking()]);
    const failed = await db.attempt([taking(), holding("a"), holding("b")]);
    expect(failed).toEqual(
      new Map<number, Item>([
        [0, { ...lane, places: 0, waiting: 0 }],
        [1, { pk: "HOLDER#1", sk: "a" }],
      ]),
    );
    expect([...db.items(table)]).toEqual([
      { ...lane, places: 0, waiting: 0 },
      { pk: "HOLDER#1", sk: "a" },
    ]);
  });

  it("that is refused throws what its first refused part means", async () => {
    const refused = (word: string) => (standing: Item | undefined) =>
      new Error(`${word} ${standing?.["places"]}`);
    await db.attempt([taking()]);
    await db.attempt([taking()]);
    await expect(
      db.commit([holding("a"), taking({ refused: refused("full") }), { ...holding("b"), table: "people" }]),
    ).rejects.toThrow("full 0");
    await expect(db.commit([taking()])).rejects.toThrow("no meaning");
    await db.commit([holding("a")]);
  });

  it("fails as a whole when an update cannot be made, unless a condition did not hold", async () => {
    const impossible: Part = {
      table,
      write: {
        Update: {
          Key: lane,
          UpdateExpression: "SET places = absent1 + :one",
          ExpressionAttributeValues: { ":one": 1 },
        },
      },
    };
    await expect(db.attempt([holding("a"), impossible])).rejects.toThrow("does not exist");
    await db.attempt([holding("a")]);
    expect([...(await db.attempt([impossible, holding("a")])).keys()]).toEqual([1]);
  });

  it("checks without writing, and deletes", async () => {
    const check = (ConditionExpression: string): Part => ({
      table,
      write: { ConditionCheck: { Key: lane, ConditionExpression } },
    });
    expect(await db.attempt([check("attribute_exists(pk)"), holding("a")])).toEqual(new Map());
    expect([...(await db.attempt([check("attribute_exists(absent1)")])).keys()]).toEqual([0]);
    await db.attempt([{ table, write: { Delete: { Key: { pk: "HOLDER#1", sk: "a" } } } }]);
    expect([...db.items(table)]).toHaveLength(1);
  });
});

describe("the store", () => {
  it("gives and takes copies: nobody changes what it keeps", async () => {
    const item = { pk: "p", sk: "s", map: { n: 1 }, list: [1], gone: undefined };
    await db.attempt([{ table, write: { Put: { Item: item } } }]);
    item.map.n = 2;
    const key = { pk: "p", sk: "s" };
    const read = await db.get({ table, key });
    Object.assign(read?.["map"] ?? {}, { n: 3 });
    expect(await db.get({ table, key })).toStrictEqual({
      pk: "p",
      sk: "s",
      map: { n: 1 },
      list: [1],
    });
  });

  it("reads many in the order asked, with nothing where there is nothing", async () => {
    await db.attempt([holding("a")]);
    const read = (sk: string) => ({ table, key: { pk: "HOLDER#1", sk } }) as const;
    expect(await db.getMany([read("b"), read("a"), read("a"), { table, key: lane }])).toEqual([
      undefined,
      { pk: "HOLDER#1", sk: "a" },
      { pk: "HOLDER#1", sk: "a" },
      { ...lane, places: 2, waiting: 0 },
    ]);
    expect(await db.getMany([])).toEqual([]);
  });

  it("pages through a partition both ways, and counts it", async () => {
    for (const holder of ["d", "a", "c", "b", "e"]) await db.attempt([holding(holder)]);
    const range = { table, partition: "HOLDER#1", from: "b", to: "d" } as const;
    const { items, next } = await db.query({ ...range, limit: 2 });
    expect(items.map(({ sk }) => sk)).toEqual(["b", "c"]);
    const rest = await db.query({ ...range, limit: 2, ...(next && { after: next }) });
    expect(rest.items.map(({ sk }) => sk)).toEqual(["d"]);
    const down = await db.query({ ...range, limit: 9, descending: true });
    expect(down.items.map(({ sk }) => sk)).toEqual(["d", "c", "b"]);
    expect(await db.tally(range)).toBe(3);
    expect(await db.tally({ table, partition: "HOLDER#1" })).toBe(5);
  });

  it("ends a page at a megabyte, which a tally goes beyond", async () => {
    const text = "x".repeat(300_000);
    for (const holder of ["a", "b", "c", "d", "e"]) await db.attempt([holding(holder, { text })]);
    const page = await db.query({ table, partition: "HOLDER#1", limit: 100 });
    expect(page.items).toHaveLength(4);
    expect(page.next).toEqual({ pk: "HOLDER#1", sk: "d" });
    expect(await db.tally({ table, partition: "HOLDER#1" })).toBe(5);
  });

  it("scans a table page by page, each item once, whatever is written behind or before the page", async () => {
    const put = (pk: string, sk: string) => ({ pk, sk });
    const all = Array.from({ length: 12 }, (_, at) => put(`p${at % 5}`, `${at}`));
    await db.writeHints("books", all, []);
    const scanned = async (between: (next: Item) => Promise<void> = async () => {}) => {
      const read = [await db.scan({ table: "books", limit: 5 })];
      for (let next = read[0]?.next; next; next = read.at(-1)?.next) {
        await between(next);
        read.push(await db.scan({ table: "books", limit: 5, after: next }));
      }
      return read.map(({ items }) => items);
    };
    const pages = await scanned();
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 2]);
    expect(new Set(pages.flat().map(({ sk }) => sk)).size).toBe(12);
    expect(await scanned()).toEqual(pages);
    // The item that a page ends with may be gone when the next is asked for.
    const removing = await scanned(({ pk, sk }) => db.writeHints("books", [], [put(`${pk}`, `${sk}`)]));
    expect(removing).toEqual(pages);
    expect([...db.items("books")]).toHaveLength(10);
  });

  it("charges a scan for all the bytes of a page, as a consistent read", async () => {
    const text = "x".repeat(300_000);
    for (const holder of ["a", "b", "c", "d", "e"]) await db.attempt([holding(holder, { text })]);
    db.resetCosts();
    const { items, next } = await db.scan({ table, limit: 100 });
    expect(items).toHaveLength(next ? 4 : 0);
    expect(db.costs).toMatchObject({ reads: 1, rcu: Math.ceil((4 * 300_000) / 4_096) });
  });

  it("has in an index the items with both its keys, in its order, and moves them with their keys", async () => {
    const entry = (holder: string, owner: string, ownerSort: string) => holding(holder, { owner, ownerSort });
    await db.attempt([entry("a", "anna", "2"), entry("b", "anna", "1"), entry("c", "bert", "1")]);
    await db.attempt([holding("d", { owner: "anna" })]);
    const owned = async (partition: string) =>
      (await db.query({ table, index: "byOwner", partition, limit: 9 })).items.map(({ sk }) => sk);
    expect(await owned("anna")).toEqual(["b", "a"]);
    await db.attempt([
      {
        table,
        write: {
          Update: {
            Key: { pk: "HOLDER#1", sk: "b" },
            UpdateExpression: "SET #owner = :bert",
            ExpressionAttributeNames: { "#owner": "owner" },
            ExpressionAttributeValues: { ":bert": "bert" },
          },
        },
      },
      { table, write: { Delete: { Key: { pk: "HOLDER#1", sk: "a" } } } },
    ]);
    expect(await owned("anna")).toEqual([]);
    expect(await owned("bert")).toEqual(["b", "c"]);
    const first = await db.query({ table, index: "byOwner", partition: "bert", limit: 1 });
    expect(first.next).toEqual({ pk: "HOLDER#1", sk: "b", owner: "bert", ownerSort: "1" });
  });

  it("counts up from one, and keeps when to forget it", async () => {
    const key = { pk: "RATE#a", sk: "1" };
    expect([await db.count("operations", key, 7), await db.count("operations", key, 8)]).toEqual([1, 2]);
    expect([...db.items("operations")]).toEqual([{ ...key, count: 2, expiresAt: 8 }]);
  });

  it("writes and removes hints by the twenty-five", async () => {
    const hints = Array.from({ length: 60 }, (_, at) => ({ pk: "LIST#a", sk: `${100 + at}` }));
    await db.writeHints(table, hints, [lane]);
    await db.writeHints(table, [], hints.slice(0, 10));
    expect(await db.tally({ table, partition: "LIST#a" })).toBe(50);
    expect(db.costs.writes).toBe(1 + 3 + 1);
  });

  it("tells listeners of each write what it changed, before and after, and of nothing else", async () => {
    const told: Committed[] = [];
    db.onCommit((committed) => {
      expect([...db.items(table)].some(({ sk }) => sk === "a")).toBe(true);
      told.push(committed);
    });
    await db.attempt([taking(), holding("a"), { table, write: { Delete: { Key: { pk: "x", sk: "x" } } } }]);
    await db.attempt([taking(), holding("a")]);
    expect(told).toEqual([
      [
        {
          table,
          key: lane,
          before: { ...lane, places: 2, waiting: 0 },
          after: { ...lane, places: 1, waiting: 0 },
        },
        {
          table,
          key: { pk: "HOLDER#1", sk: "a" },
          before: undefined,
          after: { pk: "HOLDER#1", sk: "a" },
        },
      ],
    ]);
  });

  it("forgets clauses of conditions when it is told to, and keeps the others", async () => {
    const lax = simulatedDatabase(new World(1), { without: /places >=|attribute_not_exists/ });
    await lax.writeHints(table, [{ ...lane, places: 0, waiting: 0 }], []);
    await lax.attempt([taking(), holding("a")]);
    expect(await lax.attempt([taking(), holding("a")])).toEqual(new Map());
    expect(await lax.get({ table, key: lane })).toMatchObject({ places: -2 });
    await lax.writeHints(table, [{ ...lane, places: 9, waiting: 1 }], []);
    expect([...(await lax.attempt([taking()])).keys()]).toEqual([0]);
  });
});
