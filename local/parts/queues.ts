import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import { localAccount } from "./dynamo.ts";
import { scanForMalware } from "./malware.ts";
import { createBuckets, keepObjectRules, letPagesPut } from "./objects.ts";
import { createTopic } from "./topics.ts";

const RECEIVES_BEFORE_DEAD_LETTER = 5;
const VISIBILITY_SECONDS = 30;

/** What the people on call are told is put into this queue, for tests and whoever is curious. */
const ALARMS = "alarms";

export interface Queues {
  endpoint: string;
  url(name: string): string;
  /** ARN of the topic on which the people on call are told. */
  alarmsTopic: string;
  stop(): Promise<void>;
}

/**
 * SQS, SNS and S3 in memory on one endpoint. Each queue has its dead-letter queue `<name>-dlq`, whose URL `url` knows
 * too; what is told on the topic of alarms comes to the queue `alarms`.
 */
export async function startQueues(
  names: readonly string[],
  of: { visibilitySeconds?: number; buckets?: readonly string[] } = {},
): Promise<Queues> {
  const { visibilitySeconds = VISIBILITY_SECONDS, buckets = [] } = of;
  // Not startFauxqs: it listens on all interfaces, and nothing here asks who is calling.
  const app = buildApp({ logger: false, defaultRegion: localAccount.region });
  letPagesPut(app);
  keepObjectRules(app);
  scanForMalware(app);
  const endpoint = await app.listen({ port: 0, host: "127.0.0.1" });
  const client = new SQSClient({ ...localAccount, endpoint });
  const urls = new Map<string, string>();
  let alarmsTopic: string;
  try {
    const making = { client, endpoint, urls, visibilitySeconds };
    await Promise.all(names.map((name) => createQueue(name, making)));
    await createBuckets(endpoint, buckets);
    alarmsTopic = await createTopic(endpoint, ALARMS, await makeQueue(ALARMS, {}, making));
  } catch (error) {
    await app.close();
    throw error;
  } finally {
    client.destroy();
  }
  return {
    endpoint,
    alarmsTopic,
    url: (name) => {
      const url = urls.get(name);
      if (url === undefined) throw new Error(`No local queue is called ${name}`);
      return url;
    },
    stop: () => app.close(),
  };
}

interface Making {
  client: SQSClient;
  endpoint: string;
  urls: Map<string, string>;
  visibilitySeconds: number;
}

/** Makes a queue; answers its ARN. */
async function makeQueue(
  QueueName: string,
  redrive: Record<string, string>,
  { client, endpoint, urls, visibilitySeconds }: Making,
): Promise<string> {
  const Attributes = { VisibilityTimeout: String(visibilitySeconds), ...redrive };
  const { QueueUrl = endpoint } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  // Not as answered: fauxqs names a host below localhost, which not every resolver knows.
  const url = new URL(new URL(QueueUrl).pathname, endpoint).href;
  urls.set(QueueName, url);
  const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] });
  return (await client.send(asked)).Attributes?.["QueueArn"] ?? "";
}

async function createQueue(name: string, making: Making): Promise<void> {
  const deadLetterTargetArn = await makeQueue(`${name}-dlq`, {}, making);
  const redrive = { deadLetterTargetArn, maxReceiveCount: RECEIVES_BEFORE_DEAD_LETTER };
  await makeQueue(name, { RedrivePolicy: JSON.stringify(redrive) }, making);
}
