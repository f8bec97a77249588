import { describe, expect, it } from "vitest";
import { Contended, Unavailable } from "#shared/platform/database.ts";
import { type Latency, usualLatency } from "#simulation/latency.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";

const table = "registration";
const steady: Latency = { ...usualLatency, spread: 0 };
const put = (pk: string, sk: string, more: object = {}) => ({
  table: table as typeof table,
  write: { Put: { Item: { pk, sk, ...more } } },
});

describe("time", () => {
  it("passes with every call: 4 ms, and 9 ms and 0.12 ms a part for a transaction", async () => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { latency: steady });
    const took = async (call: () => Promise<unknown>) => {
      const begun = world.now();
      await call();
      return world.now() - begun;
    };
    await world.run(async () => {
      const key = { pk: "a", sk: "a" };
      expect(await took(() => db.get({ table, key }))).toBeCloseTo(4);
      expect(await took(() => db.getMany([{ table, key }]))).toBeCloseTo(4);
      expect(await took(() => db.query({ table, partition: "a", limit: 1 }))).toBeCloseTo(4);
      expect(await took(() => db.count(table, key, 1))).toBeCloseTo(4);
      expect(await took(() => db.writeHints(table, Array(1).fill(key), []))).toBeCloseTo(4);
      expect(await took(() => db.attempt([put("a", "b"), put("a", "c")]))).toBeCloseTo(9.24);
    });
  });

  it("is spread around its median: half below, one in a hundred beyond 2.3 medians", async () => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { latency: usualLatency });
    const times: number[] = [];
    await world.run(async () => {
      for (let call = 0; call < 4_000; call += 1) {
        const begun = world.now();
        await db.get({ table, key: { pk: "a", sk: "a" } });
        times.push(world.now() - begun);
      }
    });
    const beyond = (ms: number) => times.filter((time) => time > ms).length / times.length;
    expect(beyond(4)).toBeGreaterThan(0.47);
    expect(beyond(4)).toBeLessThan(0.53);
    expect(beyond(4 * 2.26)).toBeGreaterThan(0.005);
    expect(beyond(4 * 2.26)).toBeLessThan(0.016);
  });

  it("has a read see what stood when it was sent, and a write show when it ends", async () => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { latency: steady });
    await world.run(async () => {
      const written = db.attempt([put("a", "a")]);
      await world.sleep(9);
      expect([...db.items(table)]).toEqual([]);
      const read = db.get({ table, key: { pk: "a", sk: "a" }, consistent: true });
      await written;
      expect([...db.items(table)]).toHaveLength(1);
      expect(await read).toBeUndefined();
    });
  });
});

describe("a transaction holds its items from beginning to end", () => {
  const overlapping = async (second: "same" | "other") => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { latency: steady });
    await world.run(async () => {
      const first = db.attempt([put("a", "a"), put("a", "b")]);
      await world.sleep(1);
      await Promise.all([first, db.attempt([put("a", second === "same" ? "b" : "c")])]);
    });
    return db.costs;
  };

  it("so that another at the same item is turned away and comes again, and one beside it is not", async () => {
    expect(await overlapping("same")).toMatchObject({ conflicts: 1, transactions: 3 });
    expect(await overlapping("other")).toMatchObject({ conflicts: 0, transactions: 2 });
  });

  it("even when a condition of its does not hold, and from checks as from writes", async () => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { latency: steady });
    await world.run(async () => {
      const check = { Key: { pk: "a", sk: "a" }, ConditionExpression: "attribute_exists(pk)" };
      const failing = db.attempt([{ table, write: { ConditionCheck: check } }]);
      await world.sleep(1);
      const read = await db.get({ table, key: check.Key, consistent: true });
      expect([read, db.costs.conflicts]).toEqual([undefined, 0]);
      await Promise.all([failing, db.attempt([put("a", "a")])]);
    });
    expect(db.costs).toMatchObject({ cancelled: 1, conflicts: 1, transactions: 3 });
  });

  it("so that a write apart waits as the SDK does", async () => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { latency: steady });
    await world.run(async () => {
      const first = db.attempt([put("a", "a", { count: 4 })]);
      await world.sleep(1);
      expect(await db.count(table, { pk: "a", sk: "a" }, 1)).toBe(5);
      await first;
    });
    expect(db.costs).toMatchObject({ conflicts: 1, writes: 2 });
  });

  it("so that of many at one item, as many as the retries bear are written, once each", async () => {
    const world = new World(4, 0);
    const db = simulatedDatabase(world, { latency: usualLatency });
    const add = {
      Key: { pk: "a", sk: "a" },
      UpdateExpression: "ADD places :one",
      ExpressionAttributeValues: { ":one": 1 },
    };
    const outcomes = await world.run(() =>
      Promise.allSettled(Array.from({ length: 200 }, () => db.attempt([{ table, write: { Update: add } }]))),
    );
    const done = outcomes.filter(({ status }) => status === "fulfilled").length;
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(done).toBeGreaterThan(20);
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.every((reason) => reason instanceof Contended)).toBe(true);
    expect([...db.items(table)]).toEqual([{ ...add.Key, places: done }]);
  });
});

describe("a partition", () => {
  it("takes 1,000 units of writes at once and as many a second, and turns away what is more", async () => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { partitions: 1 });
    // 2 units a part: 500 puts are what a partition has saved up.
    const batch = (at: number) => Array.from({ length: 100 }, (_, of) => put(`p${at}`, `${of}`));
    await world.run(async () => {
      for (let at = 0; at < 5; at += 1) await db.attempt(batch(at));
      expect([world.now(), db.costs.throttled]).toEqual([0, 0]);
      for (let at = 5; at < 25; at += 1) await db.attempt(batch(at));
    });
    expect(db.costs.throttled).toBeGreaterThan(0);
    expect(db.costs.wcu).toBe(5_000);
    expect(world.now()).toBeGreaterThanOrEqual(4_000);
    expect(world.now()).toBeLessThan(8_000);
  });

  it("is a table's or an index's own: none takes from another", async () => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { partitions: 1 });
    const fill = async (of: "registration" | "operations") => {
      for (let at = 0; at < 5; at += 1)
        await db.attempt(
          Array.from({ length: 100 }, (_, n) => ({
            ...put(`p${at}`, `${n}`, { owner: "o", ownerSort: "s" }),
            table: of,
          })),
        );
    };
    await world.run(async () => {
      await fill("registration");
      await fill("operations");
    });
    expect(db.costs).toMatchObject({ wcu: 2_000, indexWcu: 500, throttled: 0 });
  });

  it("is one of many that a table's keys are spread over evenly, but one key of an index lies on one", async () => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { partitions: 40 });
    const hot = { owner: "everybody", ownerSort: "x" };
    await world.run(async () => {
      const rush = (of: object) =>
        Promise.all(
          Array.from({ length: 120 }, (_, at) =>
            db.attempt(Array.from({ length: 100 }, (_, n) => put(`p${at * 100 + n}`, "a", of))),
          ),
        );
      await rush({});
      expect([world.now(), db.costs.throttled]).toEqual([0, 0]);
      await world.sleep(2_000);
      await rush(hot).catch((error: unknown) => expect(error).toBeInstanceOf(Contended));
    });
    expect(db.costs.throttled).toBeGreaterThan(0);
  });

  it("that can take no more makes a read wait as the SDK does, and then say that the store is away", async () => {
    const world = new World(1, 0);
    const db = simulatedDatabase(world, { partitions: 1 });
    await world.run(async () => {
      await db.writeHints(table, [{ pk: "a", sk: "a", text: "x".repeat(390_000) }], []);
      const read = () => db.get({ table, key: { pk: "a", sk: "a" }, consistent: true });
      const outcomes = await Promise.allSettled(Array.from({ length: 400 }, read));
      const away = outcomes.filter(({ status }) => status === "rejected");
      // 96 units each: 31 at once, and some of those that wait.
      expect(outcomes.length - away.length).toBeGreaterThan(31);
      expect(away.length).toBeGreaterThan(200);
      expect(away.every((of) => of.status === "rejected" && of.reason instanceof Unavailable)).toBe(true);
    });
  });
});

describe("costs", () => {
  it("are two units a kilobyte and part of a transaction, of the larger of before and after, written or not", async () => {
    const db = simulatedDatabase(new World(1));
    await db.attempt([put("a", "a", { text: "x".repeat(2_500) }), put("a", "b")]);
    expect(db.costs).toMatchObject({ wcu: 6 + 2, indexWcu: 0, transactions: 1 });
    db.resetCosts();
    await db.attempt([put("a", "a")]);
    expect(db.costs.wcu).toBe(6);
    db.resetCosts();
    // Names and keys weigh ten bytes.
    await db.attempt([
      put("b", "a", { text: "x".repeat(1_014) }),
      put("b", "b", { text: "x".repeat(1_015) }),
    ]);
    expect(db.costs.wcu).toBe(2 + 4);
    db.resetCosts();
    const check = { Key: { pk: "a", sk: "b" }, ConditionExpression: "attribute_not_exists(pk)" };
    await db.attempt([
      put("a", "c", { text: "x".repeat(1_500) }),
      { table, write: { ConditionCheck: check } },
    ]);
    expect(db.costs).toMatchObject({ wcu: 4 + 2, cancelled: 1, transactions: 1 });
  });

  it("are one unit a kilobyte and hint, and one for a count", async () => {
    const db = simulatedDatabase(new World(1));
    await db.writeHints(table, [{ pk: "a", sk: "a" }], [{ pk: "a", sk: "b" }]);
    await db.count(table, { pk: "a", sk: "c" }, 1);
    expect(db.costs).toMatchObject({ wcu: 3, writes: 2, transactions: 0 });
  });

  it("are a unit for 4 KB of a consistent read and half of an eventual one: item by item, but a page as a whole", async () => {
    const db = simulatedDatabase(new World(1));
    await db.attempt([put("a", "a", { text: "x".repeat(5_000) }), put("a", "b")]);
    db.resetCosts();
    const spent = async (read: () => Promise<unknown>) => {
      db.resetCosts();
      await read();
      return db.costs.rcu;
    };
    const key = (sk: string) => ({ table, key: { pk: "a", sk } }) as const;
    expect(await spent(() => db.get({ ...key("a"), consistent: true }))).toBe(2);
    expect(await spent(() => db.get(key("a")))).toBe(1);
    expect(await spent(() => db.get(key("none")))).toBe(0.5);
    expect(await spent(() => db.getMany([{ ...key("a"), consistent: true }, key("b"), key("b")]))).toBe(3);
    expect(await spent(() => db.query({ table, partition: "a", limit: 9, consistent: true }))).toBe(2);
    expect(await spent(() => db.tally({ table, partition: "a", consistent: true }))).toBe(2);
    expect(db.costs).toMatchObject({ reads: 1, wcu: 0 });
  });

  it("are apart for indexes: one for an entry that comes, goes or changes, two for one that moves", async () => {
    const db = simulatedDatabase(new World(1));
    const spent = async (more: object) => {
      db.resetCosts();
      await db.attempt([put("a", "a", more)]);
      return db.costs.indexWcu;
    };
    const entry = { owner: "anna", ownerSort: "1" };
    expect(await spent({})).toBe(0);
    expect(await spent(entry)).toBe(1);
    expect(await spent(entry)).toBe(0);
    expect(await spent({ ...entry, places: 1 })).toBe(1);
    expect(await spent({ ...entry, ownerSort: "2" })).toBe(2);
    expect(await spent({ ...entry, pending: "p", pendingSort: "1" })).toBe(3);
    expect(await spent({ places: 1 })).toBe(2);
  });
});
