import { setTimeout as wait } from "node:timers/promises";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBBatchResponse } from "aws-lambda";
import { streams } from "#events/queues.ts";
import type { TableName } from "#shared/platform/env.ts";
import { invoke } from "../functions.ts";
import type { Parts } from "../parts/index.ts";

const INTERVAL_MS = 500;
/** How often records that fail are tried; then they are given up, as the mapping of the deployment does. */
const ATTEMPTS = 20;

/** As JSON carries it to a function: bytes in base64, instants in seconds. */
function carried(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.getTime() / 1_000;
  if (Array.isArray(value)) return value.map(carried);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, carried(of)]));
}

/** Hands records to a function; answers those that it could not work on and what came after them. */
async function deliver(consumer: string, records: readonly StreamRecord[]): Promise<StreamRecord[]> {
  const Records = carried(records);
  const answer = (await invoke(consumer, { Records }).catch((error: unknown) => {
    console.error(error);
    return { batchItemFailures: [{ itemIdentifier: "" }] };
  })) as DynamoDBBatchResponse;
  const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  if (failed.size === 0) return [];
  const first = records.findIndex(({ dynamodb }) => failed.has(dynamodb?.SequenceNumber ?? ""));
  return records.slice(Math.max(0, first));
}

/**
 * Lambda's event source for table streams: reads every shard from its beginning, so that what was written while
 * nobody polled is delivered too; consumers take doubles. Returns how to stop.
 * @param delivered called with a table's name whenever its consumer was handed changes
 */
export async function pollStreams(
  parts: Parts,
  delivered: (table: TableName) => void = () => {},
): Promise<() => Promise<void>> {
  const client = new DynamoDBStreamsClient({});
  const database = new DynamoDBClient({});
  const stopping = new AbortController();
  const { signal } = stopping;

  /** Hands over until all is worked on; a record that fails holds up those behind it. */
  const handOver = async (table: TableName, consumer: string, records: StreamRecord[]) => {
    let left = records;
    let tries = 0;
    while (left.length > 0 && !signal.aborted) {
      const before = left.length;
      left = await deliver(consumer, left);
      delivered(table);
      tries = left.length < before ? 1 : tries + 1;
      if (tries >= ATTEMPTS) {
        console.error(`${consumer} refused a change of ${table} ${tries} times; it is given up`);
        left = left.slice(1);
        tries = 0;
      } else if (left.length > 0) await wait(INTERVAL_MS, undefined, { signal });
    }
  };

  const follow = async (table: TableName, consumer: string) => {
    const TableName = parts.tableNames[table];
    const { Table } = await database.send(new DescribeTableCommand({ TableName }));
    const StreamArn = Table?.LatestStreamArn;
    const iterators = new Map<string, string | undefined>();
    while (!signal.aborted) {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
      for (const { ShardId = "" } of StreamDescription?.Shards ?? []) {
        if (iterators.has(ShardId)) continue;
        const request = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
        iterators.set(ShardId, (await client.send(new GetShardIteratorCommand(request))).ShardIterator);
      }
      for (const [shard, ShardIterator] of iterators) {
        if (!ShardIterator) continue;
        const read = await client.send(new GetRecordsCommand({ ShardIterator })).catch((error: Error) => {
          if (error.name !== "TrimmedDataAccessException" && error.name !== "ExpiredIteratorException")
            throw error;
        });
        // The iterator's place is gone: begin again at the oldest record there is.
        if (!read) {
          iterators.delete(shard);
          continue;
        }
        if (read.Records?.length) await handOver(table, consumer, read.Records);
        iterators.set(shard, read.NextShardIterator);
      }
      await wait(INTERVAL_MS, undefined, { signal });
    }
  };

  const running = Object.entries(streams).map(([table, { consumer }]) =>
    follow(table as TableName, consumer).catch((error: unknown) => {
      if (!signal.aborted) console.error(error);
    }),
  );
  return async () => {
    stopping.abort();
    await Promise.all(running);
    client.destroy();
    database.destroy();
  };
}
