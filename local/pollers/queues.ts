import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { queues } from "#events/queues.ts";
import { invoke } from "../functions.ts";
import type { Parts } from "../parts/index.ts";

/** Lambda's event source for queues: receives, invokes, deletes what did not fail. Returns how to stop. */
export function pollQueues(parts: Parts): () => Promise<void> {
  const sqs = new SQSClient({});
  const stopping = new AbortController();
  const poll = async (name: string, consumer: string) => {
    const QueueUrl = parts.queueUrl(name);
    while (!stopping.signal.aborted) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 5,
        MessageSystemAttributeNames: ["All"],
      });
      const { Messages = [] } = await sqs.send(command, { abortSignal: stopping.signal });
      if (Messages.length === 0) continue;
      const Records = Messages.map(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        body: Body,
        attributes: Attributes ?? {},
        eventSource: "aws:sqs",
      }));
      const result = (await invoke(consumer, { Records })) as {
        batchItemFailures: { itemIdentifier: string }[];
      };
      const failed = new Set(result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { MessageId = "", ReceiptHandle } of Messages)
        if (!failed.has(MessageId)) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  const running = Object.entries(queues).map(([name, { consumer }]) =>
    poll(name, consumer).catch((error: unknown) => {
      if (!stopping.signal.aborted) console.error(error);
    }),
  );
  return async () => {
    stopping.abort();
    await Promise.all(running);
    sqs.destroy();
  };
}
