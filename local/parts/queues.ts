import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import { localAccount } from "./dynamo.ts";

const RECEIVES_BEFORE_DEAD_LETTER = 5;
const VISIBILITY_SECONDS = 30;

/**
 * SQS and S3 in memory on one endpoint. Each queue has its dead-letter queue `<name>-dlq`, whose URL `url` knows too.
 */
export async function startQueues(
  names: readonly string[],
  visibilitySeconds = VISIBILITY_SECONDS,
): Promise<{ endpoint: string; url(name: string): string; stop(): Promise<void> }> {
  // Not startFauxqs: it listens on all interfaces, and nothing here asks who is calling.
  const app = buildApp({ logger: false, defaultRegion: localAccount.region });
  const endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = new SQSClient({ ...localAccount, endpoint });
  const urls = new Map<string, string>();
  try {
    const of = { client, endpoint, urls, visibilitySeconds };
    await Promise.all(names.map((name) => createQueue(name, of)));
  } catch (error) {
    await app.close();
    throw error;
  } finally {
    client.destroy();
  }
  return {
    endpoint,
    url: (name) => {
      const url = urls.get(name);
      if (url === undefined) throw new Error(`No local queue is called ${name}`);
      return url;
    },
    stop: () => app.close(),
  };
}

async function createQueue(
  name: string,
  {
    client,
    endpoint,
    urls,
    visibilitySeconds,
  }: { client: SQSClient; endpoint: string; urls: Map<string, string>; visibilitySeconds: number },
) {
  const make = async (queue: string, redrive: Record<string, string>) => {
    const { QueueUrl = endpoint } = await client.send(
      new CreateQueueCommand({
        QueueName: queue,
        Attributes: { VisibilityTimeout: String(visibilitySeconds), ...redrive },
      }),
    );
    // Not as answered: fauxqs names a host below localhost, which not every resolver knows.
    const url = new URL(new URL(QueueUrl).pathname, endpoint).href;
    urls.set(queue, url);
    return url;
  };
  const deadLetters = await make(`${name}-dlq`, {});
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ["QueueArn"] }),
  );
  await make(name, {
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: Attributes?.QueueArn,
      maxReceiveCount: RECEIVES_BEFORE_DEAD_LETTER,
    }),
  });
}
