import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { tables } from "#infra/tables.ts";
import { createTables, localAccount, startDynamo } from "#local/parts/dynamo.ts";
import type { Database, Item, Part, Write } from "#shared/platform/database.ts";
import type { SimulationOptions } from "#simulation/engine.ts";
import { reservedWords } from "#simulation/reservedWords.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";
import { histories, Refused, scans } from "./histories.ts";

const HISTORIES = process.env["LEYUN_FULL"] === "1" ? 3_000 : 300;
const OPERATIONS = 30;
const SCANS = 10;
/** So many at once keep DynamoDB Local busy. */
const AT_ONCE = 8;

let dynamo: Database;
beforeAll(async () => {
  const { endpoint } = await startDynamo({});
  const prefix = `simulation-${randomUUID().slice(0, 8)}`;
  await createTables(endpoint, prefix, tables);
  const { region, credentials } = localAccount;
  Object.assign(process.env, {
    TABLE_PREFIX: prefix,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: "",
    AWS_PROFILE: "",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
  });
  ({ dynamo } = await import("#shared/platform/dynamo.ts"));
});

type Ask = (db: Database) => Promise<unknown>;

/** An answer as it can be compared: which part was refused and why, or that the call itself was in error. */
const answer = (ask: Ask, db: Database): Promise<unknown> =>
  ask(db).catch((error: unknown) => {
    if (error instanceof Refused) return { refused: error.part, standing: error.standing };
    if ((error as Error).name === "ValidationException" || String(error).includes("ValidationError"))
      return "in error";
    throw error;
  });

/** How often each kind of answer came: who compares nothing finds no difference. */
type Seen = Record<string, number>;

/** Runs a history on both. Throws at the first answer that differs. */
async function compare(seed: number, options: SimulationOptions, seen: Seen = {}): Promise<void> {
  const world = new World(seed);
  const simulated = simulatedDatabase(world, options);
  const history = histories(world, randomUUID().slice(0, 8));
  for (let at = 0; at < OPERATIONS; at += 1) {
    const { name, input, ask } = history.operation();
    const expected = await answer(ask, dynamo);
    holdEqual(await answer(ask, simulated), expected, { seed, at, name, input });
    const refused = expected instanceof Map && expected.size > 0;
    const outcome = `${name} ${expected === "in error" ? expected : refused ? "refused" : "done"}`;
    seen[outcome] = (seen[outcome] ?? 0) + 1;
  }
  holdEqual(await history.contents(simulated), await history.contents(dynamo), { seed });
}

/** What a scan before this one left in its table. */
async function leftover(): Promise<Item[]> {
  const { items } = await dynamo.scan({ table: "books", limit: 1_000 });
  return items;
}

/** The matcher tells well what differs, but takes longer than the stores do; it is asked about differences only. */
function holdEqual(simulated: unknown, expected: unknown, where: object): void {
  if (!isDeepStrictEqual(simulated, expected))
    expect({ ...where, answer: simulated }).toStrictEqual({ ...where, answer: expected });
}

describe("the simulated store beside DynamoDB Local", () => {
  it("answers random histories alike, refuses the same parts with the same items, and is left with the same", async () => {
    const seen: Seen = {};
    const seeds = Array.from({ length: HISTORIES }, (_, seed) => seed).values();
    const worker = async () => {
      for (const seed of seeds) await compare(seed, {}, seen);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    for (const outcome of ["attempt done", "attempt refused", "attempt in error", "query done", "tally done"])
      expect({ outcome, often: (seen[outcome] ?? 0) > HISTORIES / 2 }).toEqual({ outcome, often: true });
  });

  it("control: a simulated store without a clause of the conditions differs", async () => {
    const differing = Array.from({ length: 10 }, (_, seed) => compare(seed, { without: /places >=/ }));
    await expect(Promise.all(differing)).rejects.toThrow("to strictly equal");
  });

  it("scans the same items, each once, in pages that are as long", async () => {
    for (let seed = 0; seed < SCANS; seed += 1) {
      const world = new World(seed);
      const simulated = simulatedDatabase(world);
      // A table that no history writes to: what others write while a scan goes on would be in it.
      const { change, pages } = scans(world, "books", await leftover());
      let longest = 0;
      for (let at = 0; at < 5; at += 1) {
        const written = change();
        const limit = 1 + Math.floor(world.random() * 12);
        for (const db of [dynamo, simulated]) await db.writeHints("books", ...written);
        const expected = await pages(dynamo, limit);
        holdEqual(await pages(simulated, limit), expected, { seed, at, limit });
        longest = Math.max(longest, expected.lengths.length);
      }
      expect(longest).toBeGreaterThan(1);
    }
  });

  it("takes no word for an attribute that DynamoDB reserves, and takes the others", async () => {
    const plain = ["places", "waiting", "label", "pk", "attribute_exists", "Between1", "flattened"];
    const check = (word: string): Ask => {
      const condition = { ConditionExpression: `${word} = :v`, ExpressionAttributeValues: { ":v": 1 } };
      const Key = { pk: "words", sk: word };
      const parts: Part[] = [{ table: "operations", write: { ConditionCheck: { Key, ...condition } } }];
      return (db) => db.attempt(parts);
    };
    const simulated = simulatedDatabase(new World(1));
    const words = [...reservedWords, ...plain];
    const both = await Promise.all(
      words.map(async (word) => ({
        word,
        dynamo: await answer(check(word), dynamo),
        simulated: await answer(check(word), simulated),
      })),
    );
    const differing = both.filter((one) => (one.dynamo === "in error") !== (one.simulated === "in error"));
    // DynamoDB Local lets these two pass, which the developer guide reserves.
    expect(differing.map(({ word }) => word)).toEqual(["convert", "size"]);
    expect(both.filter((one) => one.simulated === "in error")).toHaveLength(reservedWords.size);
  });
});

describe("what DynamoDB Local voids, the simulated store voids", () => {
  const table = "registration";
  const key = { pk: "void", sk: "1" };
  const wide = { ...key, owner: "o" };
  const write =
    (...writes: Write[]): Ask =>
    (db) =>
      db.attempt(writes.map((of) => ({ table, write: of })));
  const put = (more: object) => write({ Put: { Item: { ...key, ...more } } });
  const update = (text: string, values?: object, names?: Record<string, string>) =>
    write({
      Update: {
        Key: key,
        UpdateExpression: text,
        ...(values && { ExpressionAttributeValues: { ...values } }),
        ...(names && { ExpressionAttributeNames: names }),
      },
    });
  const check = (text: string, values: object) =>
    write({
      ConditionCheck: {
        Key: key,
        ConditionExpression: text,
        ExpressionAttributeValues: { ...values },
      },
    });
  const partition = "void";
  const range = { table, partition, limit: 5, consistent: true } as const;
  const after = { pk: "void", sk: "1" };

  const calls: Record<string, Ask> = {
    "a transaction of nothing": write(),
    "a transaction of 101 parts": write(
      ...Array.from({ length: 101 }, (_, at) => ({ Delete: { Key: { pk: "void", sk: `${at}` } } })),
    ),
    "an item twice": write({ Delete: { Key: key } }, { Delete: { Key: key } }),
    "an empty key": put({ sk: "" }),
    "a key that is a number": put({ sk: 1 }),
    "a key with another attribute": write({ Delete: { Key: wide } }),
    "a read of a key with another attribute": (db) => db.get({ table, key: wide }),
    "a batch with such a key": (db) => db.getMany([{ table, key: wide }]),
    "a count under such a key": (db) => db.count(table, wide, 1),
    "a hint gone under such a key": (db) => db.writeHints(table, [], [wide]),
    "an index key that is a number": put({ owner: 1 }),
    "an index key that is null": put({ owner: null }),
    "an index key that is empty": put({ ownerSort: "" }),
    "an item over 400 KB": put({ text: "x".repeat(410_000) }),
    "a placeholder that is not mentioned": check("places = :v", { ":v": 1, ":w": 1 }),
    "a placeholder that is not given": check("places = :v AND waiting = :w", { ":v": 1 }),
    "a placeholder whose value is undefined": check("places = :v", { ":v": undefined }),
    "an empty condition": check("", {}),
    "a function that does not exist": check("exists(places) AND places = :v", { ":v": 1 }),
    "a condition that breaks off": check("places = :v AND", { ":v": 1 }),
    "a wrong type behind OR": check("places = :v OR places < :w", { ":v": 1, ":w": true }),
    "begins_with a number": check("begins_with(places, :v)", { ":v": 1 }),
    "bounds in the wrong order": check("places BETWEEN :v AND :w", { ":v": 2, ":w": 1 }),
    "an update of the key": update("SET pk = :v", { ":v": "x" }),
    "an update of one path twice": update("SET places = :v, places = :v", { ":v": 1 }),
    "an update of a path and of one in it": update("SET detail = :v, detail.kind = :v", { ":v": 1 }),
    "a section twice": update("SET places = :v SET waiting = :v", { ":v": 1 }),
    "an empty update": update(""),
    "a sum of what is not there": update("SET absent1 = absent2 + :v", { ":v": 1 }),
    "a sum with a text": update("SET places = if_not_exists(places, :v) + :w", { ":v": 1, ":w": "1" }),
    "a path through nothing": update("SET absent1.kind = :v", { ":v": 1 }),
    "an instead that is not there": update("SET places = if_not_exists(pk, absent1)"),
    "a name that is not mentioned": update("SET places = :v", { ":v": 1 }, { "#n": "n" }),
    "a page of nothing": (db) => db.query({ ...range, limit: 0 }),
    "a query under no key": (db) => db.query({ ...range, partition: "" }),
    "bounds the wrong way": (db) => db.query({ ...range, from: "b", to: "a" }),
    "a page behind another partition": (db) => db.query({ ...range, after: { ...after, pk: "other" } }),
    "a page behind the bounds": (db) => db.query({ ...range, from: "2", after }),
    "a page behind half a key": (db) => db.query({ ...range, after: { pk: "void" } }),
    "a consistent index": (db) => db.query({ ...range, index: "byOwner" }),
    "an index the table has not": (db) => db.tally({ table: "people", partition, index: "byOwner" }),
    "101 items": (db) =>
      db.getMany(Array.from({ length: 101 }, (_, at) => ({ table, key: { pk: "void", sk: `${at}` } }))),
    "a scan in pages of nothing": (db) => db.scan({ table, limit: 0 }),
    "a scan behind half a key": (db) => db.scan({ table, limit: 5, after: { pk: "void" } }),
    "a scan behind a key with another attribute": (db) => db.scan({ table, limit: 5, after: wide }),
    "a hint twice": (db) => db.writeHints(table, [key], [key]),
  };

  it.each(Object.entries(calls))("%s", async (_, ask) => {
    const simulated = simulatedDatabase(new World(1));
    expect(await answer(ask, dynamo)).toBe("in error");
    expect(await answer(ask, simulated)).toBe("in error");
    expect([...simulated.items(table)]).toEqual([]);
  });
});
