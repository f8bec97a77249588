import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import type { PersonErased } from "#events/contracts/personErased.ts";
import { erasureOf } from "#shared/people/stream.ts";
import { env } from "#shared/platform/env.ts";
import { log, traceOf } from "#shared/platform/logger.ts";
import { send } from "#shared/platform/queue.ts";

/** Publishes what changed in the people table. A failure repeats from its record on, so that order is kept. */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  for (const record of Records) {
    try {
      const erased: PersonErased | undefined = erasureOf(record);
      if (erased) await send(env().QUEUE_RELEASE_ERASED, erased);
    } catch (error) {
      log("message-failed", { consumer: "people", trace: traceOf(error) });
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? "" }] };
    }
  }
  return { batchItemFailures: [] };
}
