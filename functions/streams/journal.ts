import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { type JournalChange, take } from "#shared/accounting/journalStream.ts";
import { log, traceOf } from "#shared/platform/logger.ts";
import { imageOf } from "#shared/platform/stream.ts";

/** Tells the sealer of new entries, a batch at a time; a batch that failed comes again whole. */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  try {
    const changes = Records.map(
      ({ eventName, dynamodb }): JournalChange => ({
        change: eventName ?? "MODIFY",
        journalId: dynamodb?.Keys?.["pk"]?.S ?? "",
        image: dynamodb?.NewImage && imageOf(dynamodb.NewImage),
      }),
    );
    await take(changes);
    return { batchItemFailures: [] };
  } catch (error) {
    log("message-failed", { consumer: "journal", trace: traceOf(error) });
    return { batchItemFailures: [{ itemIdentifier: Records[0]?.dynamodb?.SequenceNumber ?? "" }] };
  }
}
