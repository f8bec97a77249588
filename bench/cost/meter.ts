import { setImmediate as turn } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Item, Key } from "#shared/platform/database.ts";
import { client } from "#shared/platform/dynamo.ts";
import type { TableName } from "#shared/platform/env.ts";
import type { Change } from "#simulation/contents.ts";
import { readUnits, writeUnits } from "#simulation/costs.ts";
import { indexNeeds } from "#simulation/judge.ts";
import type { Stored } from "#simulation/tables.ts";
import { exactSizeOf } from "./sizes.ts";

/** Capacity units by the kind of item, the text before the first `#` of its partition key, or by index or table. */
export type Units = Record<string, number>;

/** What was asked of the store. Indexes are counted apart from their tables. */
export interface Consumed {
  /** Calls that write; a transaction is one. */
  writeTrips: number;
  /** Calls that read; a page of a query is one, and so are up to 100 items read by their keys. */
  readTrips: number;
  rcu: number;
  indexRcu: number;
  wcu: number;
  indexWcu: number;
  reads: Units;
  writes: Units;
}

const nothing = (): Consumed => ({
  writeTrips: 0,
  readTrips: 0,
  rcu: 0,
  indexRcu: 0,
  wcu: 0,
  indexWcu: 0,
  reads: {},
  writes: {},
});

interface Single {
  TableName?: string;
  IndexName?: string | undefined;
  Key?: Key;
  Item?: Item & Key;
  ConsistentRead?: boolean;
  ExpressionAttributeValues?: Item;
}
type Batched = { PutRequest: { Item: Item & Key } } | { DeleteRequest: { Key: Key } };
interface Asked extends Single {
  RequestItems?: Readonly<Record<string, { Keys: Key[]; ConsistentRead?: boolean } | Batched[]>>;
  TransactItems?: readonly Readonly<Record<string, Single>>[];
}

interface Reported {
  Table?: { CapacityUnits?: number };
  GlobalSecondaryIndexes?: Readonly<Record<string, { CapacityUnits?: number }>>;
}
interface Answer {
  Item?: Item;
  Responses?: Readonly<Record<string, Item[]>>;
  ConsumedCapacity?: Reported | Reported[];
}

/** One item that a write names; `put` is what it would be, where the request says so. */
interface Written {
  kind: string;
  table: TableName;
  key: Key;
  put: Item | undefined;
}

const keyOf = ({ pk, sk }: Key): Key => ({ pk, sk });
/** Entries of the journal are named by what happened; all of them are of one kind. */
const kindOf = ({ pk, sk }: Key): string => (sk === "ENTRY" ? sk : (pk.split("#")[0] ?? pk));
const stored = (item: Item | undefined): Stored | undefined => item && { item, size: exactSizeOf(item) };
/** Calls beside each other come back in any order. */
const inOrder = (units: Units): Units => Object.fromEntries(Object.entries(units).sort());
const sum = (units: readonly number[]): number => units.reduce((total, one) => total + one, 0);

/** Where the store's client is asked; before anything is translated for the wire. */
const first = { step: "initialize", priority: "high", name: "meter" } as const;

/**
 * Stands at the service's DynamoDB client and counts what goes through. Of a single call it counts what DynamoDB
 * Local reports, but for two reads for which it charges nothing: a key without an item in a batch, and a query that
 * finds nothing, are counted as the smallest read. Of a transaction it reports nothing that can be used
 * (100 puts are 2 units), so its units are computed from the items before and after. The same computation must give
 * what is reported of every single write and read, or the run ends.
 *
 * What a new environment reads once, the service's wrapped secrets, belongs to no operation and is left out.
 */
export class Meter {
  readonly #tables: ReadonlyMap<string, TableName>;
  /** A client of its own: what the meter reads is not counted. */
  readonly #store = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  #consumed = nothing();
  #counting = false;
  #underWay = 0;

  constructor(tableNames: Readonly<Record<TableName, string>>) {
    this.#tables = new Map(Object.entries(tableNames).map(([name, named]) => [named, name as TableName]));
    client.middlewareStack.add(
      <Args extends { input: object }, Output extends { output: object }>(
        next: (args: Args) => Promise<Output>,
        { commandName = "" }: { commandName?: string },
      ) =>
        async (args: Args): Promise<Output> => {
          const asked = args.input as Asked;
          const input = { ...asked, ReturnConsumedCapacity: "INDEXES" };
          let output: Output | undefined;
          this.#underWay += 1;
          try {
            await this.#count(commandName.replace(/Command$/, ""), asked, async () => {
              output = await next({ ...args, input });
              return output.output as Answer;
            });
          } finally {
            this.#underWay -= 1;
          }
          return output as Output;
        },
      first,
    );
  }

  /** What was consumed while `work` ran; nothing else may ask the store meanwhile. */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; consumed: Consumed }> {
    this.#consumed = nothing();
    this.#counting = true;
    try {
      const result = await work();
      // A refusal does not wait for what was asked beside it.
      do await turn();
      while (this.#underWay > 0);
      const { reads, writes, ...counts } = this.#consumed;
      return { result, consumed: { ...counts, reads: inOrder(reads), writes: inOrder(writes) } };
    } finally {
      this.#counting = false;
    }
  }

  stop(): void {
    client.middlewareStack.remove(first.name);
    this.#store.destroy();
  }

  #count(command: string, asked: Asked, send: () => Promise<Answer>): Promise<unknown> {
    if (!this.#counting || (asked.Key?.pk ?? "").startsWith("SECRET#")) return send();
    switch (command) {
      case "GetItem":
        return this.#get(asked, send);
      case "BatchGetItem":
        return this.#getMany(asked, send);
      case "Query":
        return this.#query(asked, send);
      case "Scan":
        return this.#scan(asked, send);
      case "PutItem":
      case "UpdateItem":
      case "DeleteItem":
        return this.#write([this.#written(command, asked)], 1, send);
      case "BatchWriteItem":
        return this.#write(this.#batched(asked), 1, send);
      case "TransactWriteItems":
        return this.#transact(asked, send);
      default:
        throw new Error(`nothing is known of what ${command} costs`);
    }
  }

  #read(kind: string, units: number, index = false): void {
    this.#consumed[index ? "indexRcu" : "rcu"] += units;
    this.#consumed.reads[kind] = (this.#consumed.reads[kind] ?? 0) + units;
  }

  async #get({ Key, ConsistentRead = false }: Asked, send: () => Promise<Answer>): Promise<void> {
    this.#consumed.readTrips += 1;
    const answer = await send();
    const units = readUnits(stored(answer.Item)?.size ?? 0, ConsistentRead);
    agree("GetItem", reportedOf(answer).table, units);
    this.#read(kindOf(Key as Key), units);
  }

  async #getMany({ RequestItems = {} }: Asked, send: () => Promise<Answer>): Promise<void> {
    this.#consumed.readTrips += 1;
    const answer = await send();
    let found = 0;
    for (const [table, of] of Object.entries(RequestItems)) {
      const { Keys, ConsistentRead = false } = of as { Keys: Key[]; ConsistentRead?: boolean };
      for (const key of Keys) {
        const item = answer.Responses?.[table]?.find(({ pk, sk }) => pk === key.pk && sk === key.sk);
        const units = readUnits(stored(item)?.size ?? 0, ConsistentRead);
        if (item) found += units;
        this.#read(kindOf(key), units);
      }
    }
    agree("BatchGetItem", reportedOf(answer).table, found);
  }

  async #query(asked: Asked, send: () => Promise<Answer>): Promise<void> {
    this.#consumed.readTrips += 1;
    const { table, indexes } = reportedOf(await send());
    const { IndexName, ConsistentRead = false, ExpressionAttributeValues = {} } = asked;
    const least = readUnits(0, ConsistentRead);
    if (IndexName) this.#read(IndexName, Math.max(indexes, least), true);
    else this.#read(kindOf({ pk: String(ExpressionAttributeValues[":p"]), sk: "" }), Math.max(table, least));
  }

  /** Everything of a table lies side by side: its items are of all kinds. */
  async #scan({ TableName = "" }: Asked, send: () => Promise<Answer>): Promise<void> {
    this.#consumed.readTrips += 1;
    const { table } = reportedOf(await send());
    this.#read(`all of ${this.#tables.get(TableName)}`, Math.max(table, readUnits(0, true)));
  }

  #written(kind: string, { TableName = "", Key, Item }: Single): Written {
    const table = this.#tables.get(TableName);
    const key = Key ?? Item;
    if (!table || !key) throw new Error(`${kind} names no item of the service's tables`);
    return { kind, table, key: keyOf(key), put: Item };
  }

  #batched({ RequestItems = {} }: Asked): Written[] {
    return Object.entries(RequestItems).flatMap(([TableName, of]) =>
      (of as Batched[]).map((one) =>
        "PutRequest" in one
          ? this.#written("Put", { TableName, Item: one.PutRequest.Item })
          : this.#written("Delete", { TableName, Key: one.DeleteRequest.Key }),
      ),
    );
  }

  async #transact({ TransactItems = [] }: Asked, send: () => Promise<Answer>): Promise<void> {
    const written = TransactItems.flatMap((part) =>
      Object.entries(part).map(([kind, of]) => this.#written(kind, of)),
    );
    await this.#write(written, 2, send);
  }

  /** Counts the items written, each `times` what it costs by itself; one that is only checked as it stands. */
  async #write(written: readonly Written[], times: 1 | 2, send: () => Promise<Answer>): Promise<void> {
    this.#consumed.writeTrips += 1;
    const before = await this.#standing(written);
    let answer: Answer | undefined;
    try {
      answer = await send();
    } finally {
      // A cancelled transaction is charged like one that is written; what an update would have left is not known.
      const after = answer
        ? await this.#standing(written)
        : written.map(({ put }, at) => (put ? stored(put) : before[at]));
      const units = written.map(({ key }, at) => {
        const one = times * writeUnits(before[at]?.size ?? 0, after[at]?.size);
        this.#wrote(kindOf(key), one);
        return one;
      });
      this.#consumed.wcu += sum(units);
      if (answer) {
        const onIndexes = indexNeeds(changesOf(written, before, after));
        for (const { space, units: one } of onIndexes) this.#wrote(space.split(".")[1] ?? space, one);
        this.#consumed.indexWcu += sum(onIndexes.map(({ units: one }) => one));
        if (times === 1) agree("a single write", reportedOf(answer).table, sum(units));
      }
    }
  }

  #wrote(kind: string, units: number): void {
    this.#consumed.writes[kind] = (this.#consumed.writes[kind] ?? 0) + units;
  }

  /** The items as they stand, by a consistent read of the meter's own. */
  async #standing(written: readonly Written[]): Promise<(Stored | undefined)[]> {
    const named = new Map([...this.#tables].map(([name, table]) => [table, name]));
    const byTable = Map.groupBy(written, ({ table }) => named.get(table) ?? "");
    const RequestItems = Object.fromEntries(
      [...byTable].map(([name, of]) => [name, { Keys: of.map(({ key }) => key), ConsistentRead: true }]),
    );
    const { Responses = {}, UnprocessedKeys = {} } = await this.#store.send(
      new BatchGetCommand({ RequestItems }),
    );
    if (Object.keys(UnprocessedKeys).length > 0) throw new Error("the meter could not read every item");
    return written.map(({ table, key }) =>
      stored(Responses[named.get(table) ?? ""]?.find(({ pk, sk }) => pk === key.pk && sk === key.sk)),
    );
  }
}

const changesOf = (
  written: readonly Written[],
  before: readonly (Stored | undefined)[],
  after: readonly (Stored | undefined)[],
): Change[] =>
  written.flatMap(({ kind, table, key }, at) =>
    kind === "ConditionCheck" ? [] : [{ table, key, before: before[at], after: after[at] }],
  );

/** What DynamoDB Local says a call consumed, on tables and on indexes. */
function reportedOf({ ConsumedCapacity = [] }: Answer): { table: number; indexes: number } {
  const all = [ConsumedCapacity].flat();
  return {
    table: sum(all.map(({ Table }) => Table?.CapacityUnits ?? 0)),
    indexes: sum(
      all.flatMap(({ GlobalSecondaryIndexes = {} }) =>
        Object.values(GlobalSecondaryIndexes).map(({ CapacityUnits = 0 }) => CapacityUnits),
      ),
    ),
  };
}

function agree(what: string, reported: number, computed: number): void {
  if (reported !== computed)
    throw new Error(
      `${what} is ${computed} units by the sizes of its items, and DynamoDB Local says ${reported}`,
    );
}
