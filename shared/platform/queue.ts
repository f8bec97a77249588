import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type * as z from "zod";
import { log, traceOf } from "./logger.ts";

let sqs: SQSClient | undefined;

export async function send(queueUrl: string, message: unknown): Promise<void> {
  sqs ??= new SQSClient({ maxAttempts: 4 });
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
}

export type QueueFunction = (event: SQSEvent) => Promise<SQSBatchResponse>;

/**
 * Works on the messages of a queue one by one. A message that fails, or that is none of the schema's, comes again
 * and in the end goes to the dead-letter queue; its batch mates are not held up.
 */
export const consume =
  <Schema extends z.ZodType>(
    consumer: string,
    schema: Schema,
    work: (message: z.output<Schema>) => Promise<void>,
  ): QueueFunction =>
  async ({ Records }) => {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const { body, messageId, attributes } of Records) {
      try {
        await work(schema.parse(JSON.parse(body)));
      } catch (error) {
        const receiveCount = Number(attributes.ApproximateReceiveCount);
        log("message-failed", { consumer, trace: traceOf(error), sqsMessageId: messageId, receiveCount });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
