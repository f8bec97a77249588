import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type QueueName, queues } from "#events/queues.ts";
import { invoke } from "../functions.ts";

/** SQS hands over and takes back ten messages a call. */
const AT_ONCE = 10;

/**
 * Lambda's event source for queues: gathers a batch within its window, invokes, deletes what did not fail. Returns
 * how to stop.
 */
export function pollQueues(
  queueUrl: (name: QueueName) => string,
  names: readonly QueueName[],
): () => Promise<void> {
  const sqs = new SQSClient({});
  const stopping = new AbortController();

  const receive = async (QueueUrl: string, WaitTimeSeconds: number, limit: number): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: Math.min(AT_ONCE, limit),
      WaitTimeSeconds,
      MessageSystemAttributeNames: ["All"],
    });
    return (await sqs.send(command, { abortSignal: stopping.signal })).Messages ?? [];
  };

  const gather = async (QueueUrl: string, { batch, window }: { batch: number; window: number }) => {
    const messages = await receive(QueueUrl, 5, batch);
    const until = Date.now() + window * 1000;
    while (messages.length > 0 && messages.length < batch && Date.now() < until) {
      const more = await receive(QueueUrl, Math.min(1, window), batch - messages.length);
      if (more.length === 0) break;
      messages.push(...more);
    }
    return messages;
  };

  const poll = async (name: QueueName) => {
    const QueueUrl = queueUrl(name);
    while (!stopping.signal.aborted) {
      const messages = await gather(QueueUrl, queues[name]);
      if (messages.length === 0) continue;
      const Records = messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: Attributes ?? {},
        eventSource: "aws:sqs",
      }));
      const { batchItemFailures } = (await invoke(queues[name].consumer, { Records })) as {
        batchItemFailures: { itemIdentifier: string }[];
      };
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const done = messages.filter(({ MessageId = "" }) => !failed.has(MessageId));
      for (let first = 0; first < done.length; first += AT_ONCE) {
        const Entries = done
          .slice(first, first + AT_ONCE)
          .map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    }
  };
  const running = names.map((name) =>
    poll(name).catch((error: unknown) => {
      if (!stopping.signal.aborted) console.error(error);
    }),
  );
  return async () => {
    stopping.abort();
    await Promise.all(running);
    sqs.destroy();
  };
}
