import { DeleteCommand, PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { Auditor } from "#shared/ledger/audit.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import type { Fault } from "#shared/ledger/moneyMode.ts";
import type { Item } from "#shared/platform/database.ts";
import { client } from "#shared/platform/dynamo.ts";
import type { TableName } from "#shared/platform/env.ts";
import {
  finance,
  JournalStream,
  movement,
  postLocally,
  purchase,
  settle,
  use,
} from "../../support/ledger.ts";
import { good, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let stream: JournalStream;

beforeAll(async () => {
  service = await startTestService();
  stream = new JournalStream(service);
  for (const at of [1, 2, 3]) await postLocally(service, purchase(`p:${at}`, 1_000 * at, `c${at % 2}`));
  await settle(service, stream);
  await postLocally(service, use("u:1", 250));
  const authority = movement(
    "authority",
    { appropriation: "a1" },
    "appropriationAvailable",
    { appropriation: "a1" },
    500,
  );
  await postLocally(service, { journalId: "b:1", kind: "budget", legs: authority });
  await settle(service, stream);
  service.clock.advance(86_400);
  for (const job of ["sealLedger", "publishRoot"]) await runJob(job);
});
afterAll(async () => {
  stream.stop();
  await service.stop();
});

const nameOf = (table: TableName): string => service.parts.tableNames[table];

async function itemsOf(table: TableName): Promise<Item[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: nameOf(table) }));
  return Items;
}
const put = (table: TableName, Item: Item) => client.send(new PutCommand({ TableName: nameOf(table), Item }));
const remove = (table: TableName, { pk, sk }: Item) =>
  client.send(new DeleteCommand({ TableName: nameOf(table), Key: { pk, sk } }));

/** Everything is verified by the auditor itself, so that money stays open between the cases. */
const audit = async (): Promise<Fault | undefined> =>
  (await (await Auditor.from(ledger.db, [])).run(Number.POSITIVE_INFINITY)).first;

type Way = readonly (string | number)[];

/** Every value of an item that is no object, by the way to it. */
function* leaves(value: unknown, way: Way = []): Generator<Way> {
  if (typeof value === "object" && value !== null) {
    for (const [name, below] of Object.entries(value)) yield* leaves(below, [...way, name]);
  } else yield way;
}

/** One byte of a value becomes another. */
function flipped(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  const text = String(value);
  const at = text.length >> 1;
  const other = text[at] === "x" ? "y" : "x";
  return text.slice(0, at) + other + text.slice(at + 1);
}

function changed(value: unknown, [name, ...rest]: Way): unknown {
  if (name === undefined) return flipped(value);
  if (Array.isArray(value)) return value.map((one, at) => (String(at) === name ? changed(one, rest) : one));
  return { ...(value as Item), [name]: changed((value as Item)[name], rest) };
}

const isKey = ([name]: Way): boolean => name === "pk" || name === "sk";

/** Which items of a table are looked at, and by what a fault must name each. */
const kinds: readonly {
  title: string;
  table: TableName;
  of: (item: Item) => boolean;
  named: (item: Item) => string;
  /** Attributes that say nothing of money and follow from nothing. */
  free?: RegExp;
}[] = [
  { title: "a journal item", table: "journal", of: () => true, named: ({ pk }) => String(pk) },
  {
    title: "a guarded balance",
    table: "accounts",
    of: ({ pk }) => String(pk).startsWith("ACCOUNT#"),
    named: ({ pk }) => String(pk).slice("ACCOUNT#".length),
    // It only has to rise; every write is judged by it as it is.
    free: /^version$/,
  },
  {
    title: "a segment",
    table: "books",
    of: ({ pk }) => String(pk).startsWith("SEGMENTS#"),
    named: ({ number }) => `segment ${number}`,
  },
  {
    title: "a segment's list of entries",
    table: "books",
    of: ({ pk }) => String(pk).startsWith("SEALED#"),
    named: ({ pk }) => `segment ${Number(String(pk).slice("SEALED#".length))}`,
  },
  {
    title: "a folded balance",
    table: "books",
    of: ({ pk }) => String(pk).startsWith("POINTS#"),
    named: ({ account }) => String(account),
  },
  {
    title: "a daily root",
    table: "books",
    of: ({ pk }) => pk === "ROOTS",
    named: ({ date }) => `root of ${date}`,
  },
  {
    title: "a line",
    table: "books",
    of: ({ pk }) => String(pk).startsWith("LINES#"),
    named: ({ journalId }) => String(journalId),
  },
];

describe("whatever is changed in the database by hand is found, and placed", () => {
  it("nothing is found before", async () => {
    expect(await audit()).toBeUndefined();
  });

  it.each(kinds)("any byte of $title", async ({ table, of, named, free = /^$/ }) => {
    const items = (await itemsOf(table)).filter(of);
    expect(items.length).toBeGreaterThan(0);
    let flips = 0;
    // One item of each shape in full; the simulation flips every attribute of every item.
    const shapes = new Map(items.map((item) => [JSON.stringify([...leaves(item)]), item]));
    for (const item of shapes.values())
      for (const way of leaves(item)) {
        if (isKey(way) || free.test(way.join("/"))) continue;
        await put(table, changed(item, way) as Item);
        const found = await audit();
        expect([way.join("/"), found?.place ?? "nothing found"]).toEqual([
          way.join("/"),
          expect.stringContaining(named(item)),
        ]);
        await put(table, item);
        flips += 1;
      }
    console.log(`${flips} flips of ${shapes.size} items`);
    expect(await audit()).toBeUndefined();
  });

  // A root that is lost is published anew, and the object that stands says whether it is the same.
  it.each(kinds.filter(({ title }) => title !== "a daily root"))(
    "the loss of $title",
    async ({ table, of, named }) => {
      for (const item of (await itemsOf(table)).filter(of)) {
        await remove(table, item);
        const found = await audit();
        expect(found?.place ?? "nothing found").toContain(named(item));
        await put(table, item);
      }
      expect(await audit()).toBeUndefined();
    },
  );

  it("also by whoever asks for a verification, which says where", async () => {
    const [item = {}] = (await itemsOf("journal")).filter(({ pk }) => pk === "u:1");
    await put("journal", { ...item, memo: "改动" });
    const call = finance(service);
    const verified = await good(call(accountingRoutes.verifyLedger, { body: {} }));
    expect(verified).toMatchObject({ ok: false, firstFault: { fault: "entry-altered", place: "u:1" } });
    await put("journal", item);
    expect(await good(call(accountingRoutes.verifyLedger, { body: {} }))).toMatchObject({ ok: true });
  });
});
