import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { Contended, type Database, type Item, type Key, type Part, Unavailable } from "./database.ts";
import { type TableName, tableName } from "./env.ts";

/** The SDK's client, for fault injection in tests and for counting what operations cost. */
export const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 8_000, httpsAgent: { maxSockets: 100 } },
  }),
  { marshallOptions: { removeUndefinedValues: true } },
);

const ATTEMPTS = 10;
/** Full jitter between 25 ms and 1 s, so that writers of one item spread out. */
const pause = (attempt: number) => wait(Math.random() * Math.min(1_000, 25 * 2 ** attempt));

const busy = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "InternalServerError",
  "ServiceUnavailable",
  "TimeoutError",
  "NetworkingError",
]);
const broken = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"]);

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } };
  return busy.has(error.name) || broken.has(code ?? "") || ($metadata?.httpStatusCode ?? 0) >= 500;
}

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

/** Why a transaction was cancelled: a refusal of the first part whose condition failed, or `undefined` to retry. */
function refusalOf(cancelled: TransactionCanceledException, parts: readonly Part[]): Error | undefined {
  const reasons = cancelled.CancellationReasons ?? [];
  for (const [index, part] of parts.entries()) {
    const reason = reasons[index];
    if (reason?.Code !== "ConditionalCheckFailed") continue;
    const standing = reason.Item && Object.keys(reason.Item).length > 0 ? unmarshall(reason.Item) : undefined;
    return part.refused?.(standing) ?? new Error(`condition of part ${index} failed and has no meaning`);
  }
  const transient = ["None", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];
  const fatal = reasons.find(({ Code }) => Code && !transient.includes(Code));
  return fatal && new Error(`transaction cancelled: ${fatal.Code}`);
}

/**
 * Writes all parts or none, in one transaction: the only caller of TransactWriteItems.
 *
 * A conflict with another writer is retried with full jitter. An unknown outcome (no answer, 5xx) is resolved by
 * sending the identical transaction with the same client token, which the store executes at most once within ten
 * minutes. Throws the first refused part's error, {@link Contended} or {@link Unavailable}.
 */
async function commit(parts: readonly Part[]): Promise<void> {
  const TransactItems = parts.map(transactItem);
  let ClientRequestToken = randomUUID();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));
      return;
    } catch (error) {
      if (error instanceof TransactionCanceledException) {
        const refusal = refusalOf(error, parts);
        if (refusal) throw refusal;
        if (attempt >= ATTEMPTS) throw new Contended("others write the same items", { cause: error });
        ClientRequestToken = randomUUID();
      } else if (!isBusy(error) && (error as Error).name !== "TransactionInProgressException") {
        throw error;
      } else if (attempt >= 4) {
        throw new Unavailable("the store did not answer", { cause: error });
      }
    }
    await pause(attempt);
  }
}

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

export const dynamo: Database = {
  commit,
  getMany,

  async get({ table, key, consistent = false }) {
    const command = new GetCommand({ TableName: tableName(table), Key: key, ConsistentRead: consistent });
    return (await ask(() => client.send(command))).Item;
  },

  async query({ table, index, partition, from, to, after, limit, descending = false, consistent = false }) {
    const [pk, sk] = index ? ["owner", "ownerSort"] : ["pk", "sk"];
    const command = new QueryCommand({
      TableName: tableName(table),
      IndexName: index,
      KeyConditionExpression:
        from === undefined && to === undefined ? "#p = :p" : "#p = :p AND #s BETWEEN :f AND :t",
      ExpressionAttributeNames: { "#p": pk, ...((from ?? to) !== undefined && { "#s": sk }) } as Record<
        string,
        string
      >,
      ExpressionAttributeValues: {
        ":p": partition,
        ...((from ?? to) !== undefined && { ":f": from ?? " ", ":t": to ?? "\u{10FFFF}" }),
      },
      ExclusiveStartKey: after,
      Limit: limit,
      ScanIndexForward: !descending,
      ConsistentRead: consistent,
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
