import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { isBusy } from "./busy.ts";
import {
  type Database,
  type Failed,
  type Item,
  indexes,
  type Key,
  type Part,
  type Query,
  Unavailable,
} from "./database.ts";
import { type TableName, tableName } from "./env.ts";
import { backOff, type Pace, refuseFailed, type Sent, transact } from "./transact.ts";

/** The SDK's client, for fault injection in tests and for counting what operations cost. */
export const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000, httpsAgent: { maxSockets: 100 } },
  }),
  { marshallOptions: { removeUndefinedValues: true } },
);

/** The machine's own time and chance. */
export const pace: Pace = { sleep: wait, random: Math.random, token: randomUUID };
const ATTEMPTS = 10;
const pause = (attempt: number) => backOff(pace, attempt);

async function ask<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw isBusy(error) ? new Unavailable("the store did not answer", { cause: error }) : error;
  }
}

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

function transactItem({ table, write }: Part): TransactItem {
  return Object.fromEntries(
    Object.entries(write).map(([kind, input]) => [
      kind,
      { ...input, TableName: tableName(table), ReturnValuesOnConditionCheckFailure: "ALL_OLD" },
    ]),
  );
}

const transient = new Set([
  "None",
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
]);

/** Why a transaction was cancelled: conditions that did not hold, or others at the same items. */
function cancellation(cancelled: TransactionCanceledException): Sent {
  const reasons = cancelled.CancellationReasons ?? [];
  const failed = new Map<number, Item | undefined>();
  for (const [index, { Code, Item: standing }] of reasons.entries())
    if (Code === "ConditionalCheckFailed")
      failed.set(index, standing && Object.keys(standing).length > 0 ? unmarshall(standing) : undefined);
  if (failed.size > 0) return { outcome: "refused", failed };
  const fatal = reasons.find(({ Code }) => Code && !transient.has(Code));
  if (fatal) throw new Error(`transaction cancelled: ${fatal.Code}`);
  const at = reasons.flatMap(({ Code }, index) => (Code === "TransactionConflict" ? [index] : []));
  return { outcome: "conflict", at, cause: cancelled };
}

async function send(parts: readonly Part[], ClientRequestToken: string): Promise<Sent> {
  try {
    const TransactItems = parts.map(transactItem);
    await client.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));
    return { outcome: "committed" };
  } catch (error) {
    if (error instanceof TransactionCanceledException) return cancellation(error);
    if (isBusy(error) || (error as Error).name === "TransactionInProgressException")
      return { outcome: "unknown", cause: error };
    throw error;
  }
}

/** The only caller of TransactWriteItems; see {@link transact} for conflicts and unknown outcomes. */
const attempt = (parts: readonly Part[], tries?: number): Promise<Failed> =>
  transact((token) => send(parts, token), pace, tries);

async function getMany(
  reads: readonly { table: TableName; key: Key; consistent?: boolean }[],
): Promise<(Item | undefined)[]> {
  const found = new Map<string, Item>();
  const name = (table: string, key: Key) => `${table}\n${key.pk}\n${key.sk}`;
  let RequestItems: Record<string, { Keys: Key[]; ConsistentRead: boolean }> = {};
  for (const { table, key, consistent = false } of reads) {
    const asked = RequestItems[tableName(table)] ?? { Keys: [], ConsistentRead: consistent };
    RequestItems[tableName(table)] = asked;
    if (!asked.Keys.some(({ pk, sk }) => pk === key.pk && sk === key.sk)) asked.Keys.push({ ...key });
  }
  for (let attempt = 1; Object.keys(RequestItems).length > 0; attempt += 1) {
    const answer = await ask(() => client.send(new BatchGetCommand({ RequestItems })));
    for (const [table, items] of Object.entries(answer.Responses ?? {}))
      for (const item of items) found.set(name(table, item as unknown as Key), item);
    RequestItems = (answer.UnprocessedKeys ?? {}) as typeof RequestItems;
    if (Object.keys(RequestItems).length > 0) {
      if (attempt >= ATTEMPTS) throw new Unavailable("the store is throttled");
      await pause(attempt);
    }
  }
  return reads.map(({ table, key }) => found.get(name(tableName(table), key)));
}

function queryInput({ table, index, partition, from, to, consistent = false }: Omit<Query, "limit">) {
  const [pk, sk] = index ? indexes[index] : ["pk", "sk"];
  const bounded = (from ?? to) !== undefined;
  return {
    TableName: tableName(table),
    IndexName: index,
    KeyConditionExpression: bounded ? "#p = :p AND #s BETWEEN :f AND :t" : "#p = :p",
    ExpressionAttributeNames: { "#p": pk, ...(bounded && { "#s": sk }) },
    ExpressionAttributeValues: {
      ":p": partition,
      ...(bounded && { ":f": from ?? " ", ":t": to ?? "\u{10FFFF}" }),
    },
    ConsistentRead: consistent,
  };
}

export const dynamo: Database = {
  attempt,
  getMany,

  async commit(parts) {
    refuseFailed(parts, await attempt(parts));
  },

  async get({ table, key, consistent = false }) {
    const command = new GetCommand({ TableName: tableName(table), Key: key, ConsistentRead: consistent });
    return (await ask(() => client.send(command))).Item;
  },

  async query({ after, limit, descending = false, ...asked }) {
    const command = new QueryCommand({
      ...queryInput(asked),
      ExclusiveStartKey: after,
      Limit: limit,
      ScanIndexForward: !descending,
    });
    const { Items = [], LastEvaluatedKey } = await ask(() => client.send(command));
    return { items: Items, ...(LastEvaluatedKey && { next: LastEvaluatedKey }) };
  },

  async tally(asked) {
    let tallied = 0;
    let after: Item | undefined;
    do {
      const command = new QueryCommand({ ...queryInput(asked), Select: "COUNT", ExclusiveStartKey: after });
      const { Count = 0, LastEvaluatedKey } = await ask(() => client.send(command));
      tallied += Count;
      after = LastEvaluatedKey;
    } while (after);
    return tallied;
  },

  async scan({ table, after, limit }) {
    const command = new ScanCommand({
      TableName: tableName(table),
      ExclusiveStartKey: after,
      Limit: limit,
      ConsistentRead: true,
    });
    const { Items = [], LastEvaluatedKey } = await ask(() => client.send(command));
    return { items: Items, ...(LastEvaluatedKey && { next: LastEvaluatedKey }) };
  },

  async writeHints(table, put, remove) {
    const requests = [
      ...put.map((Item) => ({ PutRequest: { Item } })),
      ...remove.map((Key) => ({ DeleteRequest: { Key: { ...Key } } })),
    ];
    for (let first = 0; first < requests.length; first += 25) {
      let pending = requests.slice(first, first + 25);
      for (let attempt = 1; pending.length > 0; attempt += 1) {
        const command = new BatchWriteCommand({ RequestItems: { [tableName(table)]: pending } });
        const { UnprocessedItems } = await ask(() => client.send(command));
        pending = (UnprocessedItems?.[tableName(table)] ?? []) as typeof pending;
        if (pending.length > 0 && attempt >= ATTEMPTS) throw new Unavailable("the store is throttled");
        if (pending.length > 0) await pause(attempt);
      }
    }
  },

  async count(table, key, expiresAt) {
    const command = new UpdateCommand({
      TableName: tableName(table),
      Key: key,
      UpdateExpression: "ADD #n :one SET expiresAt = :e",
      ExpressionAttributeNames: { "#n": "count" },
      ExpressionAttributeValues: { ":one": 1, ":e": expiresAt },
      ReturnValues: "UPDATED_NEW",
    });
    return Number((await ask(() => client.send(command))).Attributes?.["count"]);
  },
};
