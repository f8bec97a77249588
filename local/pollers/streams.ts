import { setTimeout as wait } from "node:timers/promises";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { streams } from "#events/queues.ts";
import type { TableName } from "#shared/platform/env.ts";
import { invoke } from "../functions.ts";
import type { Parts } from "../parts/index.ts";

const INTERVAL_MS = 500;

/**
 * Lambda's event source for table streams: reads every shard from its beginning, so that what was written while
 * nobody polled is delivered too; consumers take doubles. Returns how to stop.
 */
export async function pollStreams(parts: Parts): Promise<() => Promise<void>> {
  const client = new DynamoDBStreamsClient({});
  const database = new DynamoDBClient({});
  const stopping = new AbortController();
  const { signal } = stopping;

  const follow = async (table: string, consumer: string) => {
    const { Table } = await database.send(new DescribeTableCommand({ TableName: table }));
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
        if (read.Records?.length) await invoke(consumer, { Records: read.Records });
        iterators.set(shard, read.NextShardIterator);
      }
      await wait(INTERVAL_MS, undefined, { signal });
    }
  };

  const running = Object.entries(streams).map(([table, { consumer }]) =>
    follow(parts.tableNames[table as TableName], consumer).catch((error: unknown) => {
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
