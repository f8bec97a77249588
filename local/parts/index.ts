import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buckets } from "#infra/buckets.ts";
import { tables } from "#infra/tables.ts";
import { type BucketName, bucketVariables, type TableName } from "#shared/platform/env.ts";
import { createTables, localAccount, startDynamo } from "./dynamo.ts";
import { startKms } from "./kms.ts";
import { startQueues } from "./queues.ts";

/** What the deployed service finds in AWS, on this machine. */
export interface Parts {
  dynamoEndpoint: string;
  kmsEndpoint: string;
  masterKeyId: string;
  /** SQS, SNS and S3. */
  queueEndpoint: string;
  queueUrl(name: string): string;
  tableNames: Readonly<Record<TableName, string>>;
  bucketNames: Readonly<Record<BucketName, string>>;
  /** The environment under which handlers and the AWS SDK find these parts. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts database, KMS and queues, and makes tables, buckets and the topic of alarms. With `dir`, tables and master
 * key outlive the process; queues and objects never do.
 */
export async function startParts(of: {
  dir?: string;
  prefix: string;
  queues: readonly string[];
  /** After how long a message comes again that was received and not deleted. */
  visibilitySeconds?: number;
}): Promise<Parts> {
  const dynamo = startDynamo(of.dir === undefined ? {} : { dir: join(of.dir, "dynamo") });
  const kms = masterKey(of.dir).then((key) => startKms({ masterKey: key }));
  const bucketNames = prefixed(buckets, of.prefix);
  const queues = startQueues(of.queues, {
    buckets: Object.values(bucketNames),
    ...(of.visibilitySeconds !== undefined && { visibilitySeconds: of.visibilitySeconds }),
  });
  const made = dynamo.then(({ endpoint }) => createTables(endpoint, of.prefix, tables));
  const stop = async () => {
    await Promise.allSettled([made]);
    await Promise.allSettled([dynamo, kms, queues].map(async (part) => (await part).stop()));
  };
  try {
    const [database, keys, queue] = await Promise.all([dynamo, kms, queues, made]);
    return {
      dynamoEndpoint: database.endpoint,
      kmsEndpoint: keys.endpoint,
      masterKeyId: keys.keyId,
      queueEndpoint: queue.endpoint,
      queueUrl: queue.url,
      tableNames: prefixed(tables, of.prefix),
      bucketNames,
      env: {
        AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
        AWS_ENDPOINT_URL_DYNAMODB_STREAMS: database.endpoint,
        AWS_ENDPOINT_URL_KMS: keys.endpoint,
        AWS_ENDPOINT_URL_SQS: queue.endpoint,
        AWS_ENDPOINT_URL_SNS: queue.endpoint,
        AWS_ENDPOINT_URL_S3: queue.endpoint,
        AWS_REGION: localAccount.region,
        AWS_ACCESS_KEY_ID: localAccount.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: localAccount.credentials.secretAccessKey,
        // What a developer's shell may hold would win over the key above, or make the SDK ignore the endpoints.
        AWS_SESSION_TOKEN: "",
        AWS_PROFILE: "",
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false",
        TABLE_PREFIX: of.prefix,
        MASTER_KEY: keys.keyId,
        ALARMS_TOPIC: queue.alarmsTopic,
        ...Object.fromEntries(bucketList.map((bucket) => [bucketVariables[bucket], bucketNames[bucket]])),
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const bucketList = Object.keys(buckets) as BucketName[];

/** What tables or buckets are called here. */
const prefixed = <Name extends string>(of: Readonly<Record<Name, unknown>>, prefix: string) =>
  Object.fromEntries(Object.keys(of).map((name) => [name, `${prefix}-${name}`])) as Record<Name, string>;

async function masterKey(dir: string | undefined): Promise<Uint8Array> {
  if (dir === undefined) return randomBytes(32);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, "master.key");
  const kept = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (kept && kept.length !== 32) throw new Error(`${file}: 应为 32 字节 / must be 32 bytes`);
  const key = kept ?? randomBytes(32);
  if (!kept) await writeFile(file, key, { mode: 0o600, flag: "wx" });
  return key;
}
