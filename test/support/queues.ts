import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type QueueName, queues } from "#events/queues.ts";
import { invoke } from "#local/functions.ts";
import type { TestService } from "./service.ts";

/** A message as a Lambda function is handed it. */
export interface Delivered {
  messageId: string;
  body: string;
  attributes: Record<string, string>;
}

/** Takes every message that is in a queue, as a worker would that then is slow. */
export async function take(service: TestService, name: QueueName): Promise<Delivered[]> {
  const sqs = new SQSClient({});
  const QueueUrl = service.parts.queueUrl(name);
  const taken: Delivered[] = [];
  try {
    for (;;) {
      const asked = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ["All"],
      });
      const { Messages = [] } = await sqs.send(asked);
      if (Messages.length === 0) return taken;
      for (const { MessageId = "", Body = "", Attributes = {}, ReceiptHandle } of Messages) {
        taken.push({ messageId: MessageId, body: Body, attributes: Attributes as Record<string, string> });
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  } finally {
    sqs.destroy();
  }
}

/** Hands messages to the function that works on a queue; answers which of them must come again. */
export async function work(name: QueueName, messages: readonly Delivered[]): Promise<string[]> {
  if (messages.length === 0) return [];
  const { batchItemFailures } = (await invoke(queues[name].consumer, { Records: messages })) as {
    batchItemFailures: { itemIdentifier: string }[];
  };
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

/** Works on everything that is in a queue, in the order that is wanted. */
export async function deliver(
  service: TestService,
  name: QueueName,
  inOrder: (messages: readonly Delivered[]) => readonly Delivered[] = (messages) => messages,
): Promise<void> {
  const again = await work(name, inOrder(await take(service, name)));
  if (again.length > 0) throw new Error(`${again.length} messages of ${name} would come again`);
}
