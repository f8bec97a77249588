import { describe, expect, it } from "vitest";
import type { Database } from "#shared/platform/database.ts";
import type { SimulationOptions } from "#simulation/engine.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";

const table = "registration";
const key = { pk: "a", sk: "a" };

/** Writes version after version, one each 10 ms, and gathers by how many versions each read lags behind. */
async function lags(options: SimulationOptions, read: (db: Database) => Promise<unknown>): Promise<number[]> {
  const world = new World(5, 0);
  const db = simulatedDatabase(world, options);
  const lag: number[] = [];
  await world.run(async () => {
    for (let version = 1; version <= 2_000; version += 1) {
      const item = { ...key, version, owner: "anna", ownerSort: "1" };
      await db.writeHints(table, [item], []);
      await world.sleep(10);
      lag.push(version - Number(await read(db)));
    }
  });
  return lag;
}

const got =
  (consistent: boolean) =>
  async (db: Database): Promise<unknown> =>
    (await db.get({ table, key, consistent }))?.["version"] ?? 0;
const many = async (db: Database) => (await db.getMany([{ table, key }]))[0]?.["version"] ?? 0;
const queried =
  (index: boolean) =>
  async (db: Database): Promise<unknown> => {
    const partition = index ? ({ index: "byOwner", partition: "anna" } as const) : { partition: "a" };
    return (await db.query({ table, ...partition, limit: 1 })).items[0]?.["version"] ?? 0;
  };

describe("an eventually consistent read", () => {
  it.each([
    ["of an item", got(false)],
    ["of many", many],
    ["of a page", queried(false)],
  ])("%s may be as old as it is allowed to be, and half of them are new", async (_, read) => {
    const lag = await lags({ staleMs: 100 }, read);
    // A read comes 10 ms after the write: of the last 100 ms it may miss nine.
    expect(Math.max(...lag)).toBe(9);
    const fresh = lag.filter((behind) => behind === 0).length;
    expect(fresh).toBeGreaterThan(950);
    expect(fresh).toBeLessThan(1_250);
  });

  it("may miss what has come and see what has gone", async () => {
    const world = new World(5, 0);
    const db = simulatedDatabase(world, { staleMs: 100 });
    const seen = { present: new Set<boolean>(), gone: new Set<boolean>() };
    await world.run(async () => {
      for (let round = 0; round < 100; round += 1) {
        await db.writeHints(table, [key], []);
        seen.present.add((await db.get({ table, key })) !== undefined);
        await world.sleep(200);
        expect(await db.get({ table, key })).toBeDefined();
        await db.writeHints(table, [], [key]);
        seen.gone.add((await db.query({ table, partition: "a", limit: 1 })).items.length === 1);
        expect(await db.get({ table, key, consistent: true })).toBeUndefined();
        expect([...db.items(table)]).toEqual([]);
        await world.sleep(200);
      }
    });
    expect([seen.present.size, seen.gone.size]).toEqual([2, 2]);
  });

  it("is never old when it is consistent, or when staleness is not asked for", async () => {
    expect(new Set(await lags({ staleMs: 100 }, got(true)))).toEqual(new Set([0]));
    expect(new Set(await lags({}, got(false)))).toEqual(new Set([0]));
  });
});

describe("an index", () => {
  it("lags behind the table by as much as it is allowed to, and never goes back", async () => {
    const lag = await lags({ indexLagMs: 100 }, queried(true));
    expect(Math.max(...lag)).toBeGreaterThan(5);
    expect(Math.max(...lag)).toBeLessThanOrEqual(10);
    expect(Math.min(...lag)).toBe(0);
    for (const [at, behind] of lag.entries()) expect(behind - (lag[at - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  it("shows an entry that has gone, and not yet one that has come, each as it was", async () => {
    const world = new World(9, 0);
    const db = simulatedDatabase(world, { indexLagMs: 1_000 });
    const shown = async (partition: string) =>
      (await db.query({ table, index: "byOwner", partition, limit: 9 })).items;
    const states = new Set<string>();
    await world.run(async () => {
      const before = { ...key, owner: "anna", ownerSort: "1", version: 1 };
      await db.writeHints(table, [before], []);
      expect(await shown("anna")).toEqual([]);
      await world.sleep(1_000);
      expect(await shown("anna")).toEqual([before]);
      const after = { ...before, owner: "bert", version: 2 };
      await db.writeHints(table, [after], []);
      for (let at = 0; at < 100; at += 1) {
        const [anna, bert] = [await shown("anna"), await shown("bert")];
        states.add(JSON.stringify([anna.map((one) => one["version"]), bert.map((one) => one["version"])]));
        await world.sleep(10);
      }
      expect([...(await shown("bert"))]).toEqual([after]);
    });
    expect([...states]).toEqual(["[[1],[]]", "[[],[2]]"]);
  });

  it("shows at once what is written when no lag is asked for", async () => {
    expect(new Set(await lags({}, queried(true)))).toEqual(new Set([0]));
  });
});
