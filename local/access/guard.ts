import { AsyncLocalStorage } from "node:async_hooks";
import { buckets } from "#infra/buckets.ts";
import { type Permissions, permissionsOf } from "#infra/permissions.ts";
import { tables } from "#infra/tables.ts";
import { client as store } from "#shared/platform/dynamo.ts";
import { type BucketName, bucketName, env, type TableName, tableName } from "#shared/platform/env.ts";
import { objectClient } from "#shared/platform/objects.ts";
import { topicClient } from "#shared/platform/page.ts";
import { queueClient } from "#shared/platform/queue.ts";
import { keepSecrets, kms, type OpenedSecrets } from "#shared/platform/secrets.ts";
import { askedOf, isLike, type ObjectRequest, objectsAskedOf, type StoreRequest } from "./asked.ts";

/**
 * IAM on one machine: what a function asks of DynamoDB, KMS, SQS, S3 and SNS is held against infra/permissions.ts, so
 * that a permission that is missing is missing here too, and not first in a deployment. Who runs outside every function,
 * such as the pollers and tests, is confined to nothing.
 */
interface Environment {
  lambda: string;
  /** A function opens its secrets itself; from what others opened it would not be seen that it may not. */
  secrets: OpenedSecrets;
  /** Grants that allowed something, by table or kind. */
  used: Set<string>;
}

const environments = new Map<string, Environment>();
const running = new AsyncLocalStorage<Environment>();

function environmentOf(lambda: string): Environment {
  const known = environments.get(lambda);
  if (known) return known;
  const made = { lambda, secrets: new Map(), used: new Set<string>() };
  environments.set(lambda, made);
  return made;
}

/** Runs `work` as this function, with everything it awaits. */
export const confined = <T>(lambda: string, work: () => Promise<T>): Promise<T> =>
  running.run(environmentOf(lambda), work);

/** What was refused so far. A function may take a refusal for an answer and say nothing of it. */
export const refusals: string[] = [];

/** The error by which AWS refuses: not to be tried again, and no answer to the caller's request. */
class AccessDeniedException extends Error {
  override readonly name = "AccessDeniedException";
  readonly $fault = "client";
  readonly $metadata = { httpStatusCode: 400 };
}

function refuse({ lambda }: Environment, action: string, resource: string): never {
  const refusal = `${lambda} is not authorized to perform ${action} on ${resource} (infra/permissions.ts)`;
  refusals.push(refusal);
  console.error(refusal);
  throw new AccessDeniedException(refusal);
}

type Check<Request> = (as: Environment, granted: Permissions, action: string, request: Request) => void;

const checkStore: Check<StoreRequest> = (as, granted, command, request) => {
  for (const { action, table: asked, keys, everywhere = false } of askedOf(command, request)) {
    const table = (Object.keys(tables) as TableName[]).find((name) => tableName(name) === asked);
    const actions: readonly string[] = table ? (granted.tables[table] ?? []) : [];
    const patterns = table && granted.keys?.[table];
    const covering = (key: string) => patterns?.filter((pattern) => isLike(key, pattern));
    const strayed = keys.find((key) => covering(key)?.length === 0);
    if (!actions.includes(action) || strayed !== undefined || (everywhere && patterns)) {
      const [name, index] = action.split(":");
      const resource = `${table ?? asked}${index === undefined ? "" : `/index/${index}`}`;
      refuse(as, `dynamodb:${name}`, [resource, ...keys].join(" "));
    }
    for (const grant of [action, ...keys.flatMap((key) => covering(key) ?? [])])
      as.used.add(`${table} ${grant}`);
  }
};

const checkKeys: Check<{ EncryptionContext?: Readonly<Record<string, string>> | undefined }> = (
  as,
  { secrets },
  action,
  { EncryptionContext = {} },
) => {
  const { purpose } = EncryptionContext;
  const covering = secrets.filter((pattern) => purpose !== undefined && isLike(purpose, pattern));
  const known = action === "Decrypt" || action === "GenerateDataKey";
  if (!known || covering.length === 0) refuse(as, `kms:${action}`, `the master key for ${purpose}`);
  for (const pattern of covering) as.used.add(`secret ${pattern}`);
};

const checkQueues: Check<{ QueueUrl?: string | undefined }> = (as, { sends }, action, { QueueUrl = "" }) => {
  const queue = sends.find((name) => name === QueueUrl.split("/").at(-1));
  // A batch is sent under the same action.
  const sending = action === "SendMessage" || action === "SendMessageBatch";
  if (!sending || queue === undefined) refuse(as, `sqs:${action}`, QueueUrl);
  as.used.add(`queue ${queue}`);
};

const checkObjects: Check<ObjectRequest> = (as, { objects = {} }, operation, request) => {
  for (const { action, bucket: asked } of objectsAskedOf(operation, request)) {
    const bucket = (Object.keys(buckets) as BucketName[]).find((name) => bucketName(name) === asked);
    const granted: readonly string[] = bucket ? (objects[bucket] ?? []) : [];
    if (!granted.includes(action)) refuse(as, `s3:${action}`, bucket ?? asked);
    as.used.add(`${bucket} ${action}`);
  }
};

const checkTopics: Check<{ TopicArn?: string | undefined }> = (as, { tells }, action, { TopicArn = "" }) => {
  if (!tells || action !== "Publish" || TopicArn !== env().ALARMS_TOPIC)
    refuse(as, `sns:${action}`, TopicArn);
  as.used.add("tells");
};

/** Before everything else an SDK's client does, so that what is refused is neither tried again nor sent. */
const first = { step: "initialize", priority: "high", name: "access" } as const;

const guarding =
  <Request>(check: Check<Request>) =>
  <Args extends { input: object }, Answer>(
    next: (args: Args) => Promise<Answer>,
    { commandName = "" }: { commandName?: string },
  ) =>
  async (args: Args): Promise<Answer> => {
    const as = running.getStore();
    const action = commandName.replace(/Command$/, "");
    if (as) check(as, permissionsOf(as.lambda), action, args.input as Request);
    return next(args);
  };

store.middlewareStack.add(guarding(checkStore), first);
kms.middlewareStack.add(guarding(checkKeys), first);
queueClient().middlewareStack.add(guarding(checkQueues), first);
objectClient().middlewareStack.add(guarding(checkObjects), first);
topicClient().middlewareStack.add(guarding(checkTopics), first);
keepSecrets(() => running.getStore()?.secrets);

/** Of a function's grants those that it has used. */
export function usedBy(lambda: string): Permissions {
  const { used } = environmentOf(lambda);
  const { tables: actions, keys, secrets, sends, objects, tells } = permissionsOf(lambda);
  const among = <Grant extends string>(of: string, grants: readonly Grant[]): Grant[] =>
    grants.filter((grant) => used.has(`${of} ${grant}`));
  const each = <Grant extends string>(granted: Readonly<Record<string, readonly Grant[]>>) =>
    Object.fromEntries(Object.entries(granted).map(([of, grants]) => [of, among(of, grants)]));
  return {
    tables: each(actions) as Permissions["tables"],
    ...(keys && { keys: each(keys) }),
    secrets: among("secret", secrets),
    sends: among("queue", sends),
    ...(objects && { objects: each(objects) }),
    ...(tells && used.has("tells") && { tells }),
  };
}

/** Every function is as in a new environment, which has to open its secrets again. */
export function forgetSecrets(): void {
  for (const { secrets } of environments.values()) secrets.clear();
}
