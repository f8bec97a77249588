import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type * as z from "zod";
import { Unavailable } from "./database.ts";
import { log, traceOf } from "./logger.ts";

let sqs: SQSClient | undefined;

/** The SDK's client, made for those who send; the local service confines its functions by it. */
export function queueClient(): SQSClient {
  sqs ??= new SQSClient({ maxAttempts: 4 });
  return sqs;
}

/** What will not pass by itself, such as a permission that is missing. */
const stays = ({ name, $fault }: { name?: string; $fault?: string }): boolean =>
  $fault === "client" && !/throttl/i.test(name ?? "");

/**
 * Sends a message. Throws {@link Unavailable} when the queue is away: it may have the message all the same.
 * @param delaySeconds for how long nobody is given it, at most 900
 */
export async function send(queueUrl: string, message: unknown, delaySeconds?: number): Promise<void> {
  const command = new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: JSON.stringify(message),
    ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
  });
  try {
    await queueClient().send(command);
  } catch (error) {
    throw stays(error as Error) ? error : new Unavailable("the queue did not answer", { cause: error });
  }
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

/**
 * Works on the messages of a delivery together. Those that `work` answers, and those that are none of the schema's,
 * come again; when it throws, all do.
 */
export const consumeTogether =
  <Schema extends z.ZodType<object>>(
    consumer: string,
    schema: Schema,
    work: (messages: z.output<Schema>[]) => Promise<ReadonlySet<z.output<Schema>>>,
  ): QueueFunction =>
  async ({ Records }) => {
    const failed = (messageId: string, receives: string, error: unknown) => {
      const receiveCount = Number(receives);
      log("message-failed", { consumer, trace: traceOf(error), sqsMessageId: messageId, receiveCount });
      return { itemIdentifier: messageId };
    };
    const batchItemFailures: { itemIdentifier: string }[] = [];
    const read = new Map<z.output<Schema>, (typeof Records)[number]>();
    for (const record of Records) {
      const { messageId, attributes } = record;
      try {
        read.set(schema.parse(JSON.parse(record.body)), record);
      } catch (error) {
        batchItemFailures.push(failed(messageId, attributes.ApproximateReceiveCount, error));
      }
    }
    const again = await work([...read.keys()]).catch((error: unknown) => {
      log("message-failed", { consumer, trace: traceOf(error) });
      return new Set(read.keys());
    });
    for (const message of again) {
      const itemIdentifier = read.get(message)?.messageId;
      if (itemIdentifier !== undefined) batchItemFailures.push({ itemIdentifier });
    }
    return { batchItemFailures };
  };
