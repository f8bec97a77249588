import { describe, expect, it } from "vitest";
import { type Database, type Part, Unavailable } from "#shared/platform/database.ts";
import type { SimulationOptions } from "#simulation/engine.ts";
import {
  type Boundary,
  Crashed,
  type Fault,
  type FaultKind,
  faultAt,
  faultsBySeed,
} from "#simulation/faults.ts";
import { usualLatency } from "#simulation/latency.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";

const table = "registration";
const key = { pk: "a", sk: "a" };
const addOne: Part = {
  table,
  write: {
    Update: {
      Key: key,
      UpdateExpression: "ADD places :one",
      ExpressionAttributeValues: { ":one": 1 },
    },
  },
};

/** Runs one call under a fault: what it came to, how long it took, what it left. */
async function under(
  seed: number,
  fault: Fault,
  call: (db: Database) => Promise<unknown>,
  more: SimulationOptions = {},
) {
  const world = new World(seed, 0);
  const db = simulatedDatabase(world, { fault, ...more });
  const came = await world.run(() =>
    call(db).then(
      () => "done",
      (error: unknown) => (error as Error).name,
    ),
  );
  const [left] = [...db.items(table)];
  return { came, places: left?.["places"], count: left?.["count"], took: world.now(), db };
}

const adding = (db: Database) => db.attempt([addOne]);
const counting = (db: Database) => db.count(table, key, 1);
const first = (kind: FaultKind) => faultAt(1, kind);
const seeds = Array.from({ length: 40 }, (_, seed) => seed);

describe("a transaction", () => {
  it.each(["fails-before", "answer-lost", "timeout", "throttle", "conflict"] as const)(
    "is executed once, whatever its first sending meets: %s",
    async (kind) => {
      for (const seed of seeds)
        expect(await under(seed, first(kind), adding)).toMatchObject({ came: "done", places: 1 });
    },
  );

  it("whose answer was lost is not executed again: its token is remembered for ten minutes", async () => {
    const lost = await under(1, first("answer-lost"), adding);
    expect(lost.db.costs).toMatchObject({ transactions: 2, wcu: 2, rcu: 2 });
    const world = new World(1, 0);
    let sendings = 0;
    const late: Fault = ({ number }) => {
      sendings = number;
      return number === 1 ? "answer-lost" : undefined;
    };
    const db = simulatedDatabase(world, { fault: late });
    const { sleep } = world.pace;
    Object.assign(world.pace, { sleep: () => sleep(10 * 60_000 + 1) });
    await world.run(() => db.attempt([addOne]));
    expect([sendings, [...db.items(table)]]).toEqual([2, [{ ...key, places: 2 }]]);
  });

  it("that times out takes eight seconds, and was written or not", async () => {
    const written = new Set<unknown>();
    for (const seed of seeds) {
      const always = await under(seed, () => "timeout", adding);
      expect(always).toMatchObject({ came: "Unavailable" });
      expect(always.took).toBeGreaterThan(4 * 8_000);
      written.add(
        (await under(seed, ({ number }) => (number === 1 ? "timeout" : "fails-before"), adding)).places,
      );
    }
    expect(written).toEqual(new Set([undefined, 1]));
  });

  it("that never gets through leaves nothing behind", async () => {
    expect(await under(1, () => "fails-before", adding)).toMatchObject({
      came: "Unavailable",
      places: undefined,
    });
    expect(await under(1, () => "throttle", adding)).toMatchObject({ came: "Contended", places: undefined });
    expect(await under(1, () => "conflict", adding)).toMatchObject({ came: "Contended", places: undefined });
  });

  it("of a crash is written half of the time, and the crash reaches whoever asked", async () => {
    const runs = await Promise.all(seeds.map((seed) => under(seed, first("crash"), adding)));
    expect(new Set(runs.map(({ came }) => came))).toEqual(new Set(["Crashed"]));
    const written = runs.filter(({ places }) => places === 1).length;
    expect(written).toBeGreaterThan(10);
    expect(written).toBeLessThan(30);
  });

  it("under way twice under one token is one: the second has no answer until the first has ended", async () => {
    // The first sending is slow and given up; the second comes while it is under way.
    const latency = { ...usualLatency, transaction: 20_000, spread: 0 };
    const runs = await Promise.all(seeds.map((seed) => under(seed, first("timeout"), adding, { latency })));
    expect(runs.map(({ places }) => places)).toEqual(seeds.map(() => 1));
    expect(runs.every(({ came }) => came === "done")).toBe(true);
    // Once when the first never came, else three times: executed, found under way, found written.
    expect(new Set(runs.map(({ db }) => db.costs.transactions))).toEqual(new Set([1, 3]));
  });
});

describe("any other call", () => {
  it("without an answer says that the store is away, whether it happened or not", async () => {
    expect(await under(1, first("fails-before"), counting)).toMatchObject({
      came: "Unavailable",
      count: undefined,
    });
    expect(await under(1, first("answer-lost"), counting)).toMatchObject({ came: "Unavailable", count: 1 });
    const timeouts = await Promise.all(seeds.map((seed) => under(seed, first("timeout"), counting)));
    expect(new Set(timeouts.map(({ count }) => count))).toEqual(new Set([undefined, 1]));
    expect(new Set(timeouts.map(({ came, took }) => `${came} ${took}`))).toEqual(
      new Set(["Unavailable 8000"]),
    );
  });

  it("that is throttled is sent again, three times in all", async () => {
    const twice = await under(1, ({ number }) => (number < 3 ? "throttle" : undefined), counting);
    expect(twice).toMatchObject({ came: "done", count: 1 });
    const always = await under(1, () => "conflict", counting);
    expect(always).toMatchObject({ came: "Unavailable", count: undefined });
    expect([twice.db.boundaries, always.db.boundaries]).toEqual([3, 3]);
  });

  it("of a scan fails as other reads do, and reads all the same when it was only throttled", async () => {
    const scanning = (db: Database) => db.scan({ table, limit: 1 });
    expect(await under(1, first("answer-lost"), scanning)).toMatchObject({ came: "Unavailable" });
    const throttled = await under(1, first("throttle"), scanning);
    expect(throttled).toMatchObject({ came: "done", db: { boundaries: 2 } });
  });

  it("of a crash happens half of the time", async () => {
    const runs = await Promise.all(seeds.map((seed) => under(seed, first("crash"), counting)));
    expect(new Set(runs.map(({ came, count }) => `${came} ${count}`))).toEqual(
      new Set(["Crashed 1", "Crashed undefined"]),
    );
  });
});

describe("boundaries", () => {
  it("are numbered from one, in order, and name their calls; each page and each batch is one", async () => {
    const world = new World(1);
    const seen: Omit<Boundary, "world">[] = [];
    const db = simulatedDatabase(world, {
      fault: ({ call, number }) => {
        seen.push({ call, number });
        return undefined;
      },
    });
    await db.writeHints(
      table,
      Array.from({ length: 26 }, (_, at) => ({ pk: "a", sk: `${at}` })),
      [],
    );
    await db.get({ table, key });
    await db.getMany([{ table, key }]);
    await db.query({ table, partition: "a", limit: 1 });
    await db.tally({ table, partition: "a" });
    await db.scan({ table, limit: 1 });
    await db.commit([addOne]);
    await db.count("operations", key, 1);
    expect(seen.map(({ call }) => call)).toEqual([
      ...["writeHints", "writeHints", "get", "getMany", "query", "tally", "scan", "transact", "count"],
    ]);
    expect(seen.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(db.boundaries).toBe(9);
  });

  it("fail by seed: as often as asked, in all ways, and the same again", async () => {
    const outcomes = (seed: number) => {
      const world = new World(seed);
      const fault = faultsBySeed(world, 0.3);
      return Array.from({ length: 2_000 }, (_, number) => fault({ call: "get", number, world }));
    };
    const kinds = outcomes(1).filter((kind) => kind !== undefined);
    expect(kinds.length).toBeGreaterThan(540);
    expect(kinds.length).toBeLessThan(660);
    expect(new Set(kinds).size).toBe(6);
    expect(outcomes(1)).toEqual(outcomes(1));
    expect(outcomes(2)).not.toEqual(outcomes(1));
  });
});

/** Transfers between two accounts by tasks that crash and are started again, as a supervisor would. */
async function transfers(seed: number, without?: RegExp) {
  const world = new World(seed, 0);
  const db = simulatedDatabase(world, {
    latency: usualLatency,
    fault: faultsBySeed(world, 0.1),
    ...(without && { without }),
  });
  const account = (sk: string) => ({ pk: "ACCOUNT", sk });
  const move = (from: string, to: string, id: string): Part[] => [
    {
      table,
      write: {
        Put: { Item: { pk: `MOVE#${id}`, sk: "MOVE" }, ConditionExpression: "attribute_not_exists(pk)" },
      },
    },
    ...[from, to].map(
      (sk, at): Part => ({
        table,
        write: {
          Update: {
            Key: account(sk),
            UpdateExpression: "SET fen = fen + :by",
            ConditionExpression: "fen >= :least",
            ExpressionAttributeValues: { ":by": at === 0 ? -7 : 7, ":least": at === 0 ? 7 : 0 },
          },
        },
      }),
    ),
  ];
  const supervised = async (task: () => Promise<unknown>): Promise<void> => {
    for (;;)
      try {
        await task();
        return;
      } catch (error) {
        if (!(error instanceof Crashed || error instanceof Unavailable)) return;
      }
  };
  await world.run(async () => {
    const accounts = ["a", "b"].map((sk) => ({ ...account(sk), fen: 50 }));
    await supervised(() => db.writeHints(table, accounts, []));
    await Promise.all(
      Array.from({ length: 12 }, (_, task) => {
        const [from, to] = world.random() < 0.7 ? ["a", "b"] : ["b", "a"];
        return supervised(() => db.attempt(move(from as string, to as string, `${task}`)));
      }),
    );
  });
  const items = [...db.items(table)];
  const fen = items.flatMap((item) => (item["pk"] === "ACCOUNT" ? [Number(item["fen"])] : []));
  return { fen, sum: fen.reduce((sum, of) => sum + of, 0), items: JSON.stringify(items) };
}

describe("a run under faults", () => {
  it("keeps sums whole through crashes, lost answers and races, and is the same again from its seed", async () => {
    for (const seed of seeds) {
      const run = await transfers(seed);
      expect([seed, run.sum, Math.min(...run.fen) >= 0]).toEqual([seed, 100, true]);
      expect((await transfers(seed)).items).toBe(run.items);
    }
  });

  it("control: without its condition an account falls below nothing", async () => {
    const runs = await Promise.all(seeds.map((seed) => transfers(seed, /fen >=/)));
    expect(runs.some(({ fen }) => Math.min(...fen) < 0)).toBe(true);
  });
});
