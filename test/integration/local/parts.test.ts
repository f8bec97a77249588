import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ListKeysCommand,
} from "@aws-sdk/client-kms";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Parts, startParts } from "#local/parts/index.ts";

let parts: Parts;

beforeAll(async () => {
  parts = await startParts({ prefix: "parts-test", queues: ["events", "failing"] });
  // Clients are made with nothing but the environment: that is how the handlers make theirs.
  vi.stubEnv("AWS_PROFILE", "a-developers-own");
  for (const [name, value] of Object.entries(parts.env)) vi.stubEnv(name, value);
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await parts.stop();
});

const describeTable = async (name: string) => {
  const { Table } = await new DynamoDBClient().send(new DescribeTableCommand({ TableName: name }));
  return Table;
};

describe("the local database", () => {
  it("has each table under its prefix, keyed by pk and sk", async () => {
    for (const name of Object.values(parts.tableNames)) {
      const table = await describeTable(name);
      expect(table?.KeySchema).toEqual([
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ]);
      expect(table?.BillingModeSummary?.BillingMode).toBe("PAY_PER_REQUEST");
    }
  });

  it("has the indexes that infra/tables.ts names, with all attributes", async () => {
    const table = await describeTable(parts.tableNames.registration);
    const stands = table?.GlobalSecondaryIndexes?.toSorted((a, b) =>
      String(a.IndexName).localeCompare(String(b.IndexName)),
    );
    const Projection = { ProjectionType: "ALL" };
    expect(stands).toMatchObject([
      {
        IndexName: "byOwner",
        KeySchema: [
          { AttributeName: "owner", KeyType: "HASH" },
          { AttributeName: "ownerSort", KeyType: "RANGE" },
        ],
        Projection,
      },
      {
        IndexName: "byPending",
        KeySchema: [
          { AttributeName: "pending", KeyType: "HASH" },
          { AttributeName: "pendingSort", KeyType: "RANGE" },
        ],
        Projection,
      },
    ]);
  });

  it("streams new and old images to a streams client that knows nothing but the environment", async () => {
    const TableName = parts.tableNames.people;
    await new DynamoDBClient().send(
      new PutItemCommand({ TableName, Item: { pk: { S: "person" }, sk: { S: "facts" } } }),
    );
    const StreamArn = (await describeTable(TableName))?.LatestStreamArn;
    const streams = new DynamoDBStreamsClient();
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({
        StreamArn,
        ShardId: StreamDescription?.Shards?.[0]?.ShardId,
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    expect(StreamDescription?.StreamViewType).toBe("NEW_AND_OLD_IMAGES");
    expect(Records?.[0]?.dynamodb?.NewImage).toEqual({ pk: { S: "person" }, sk: { S: "facts" } });
  });

  it("leaves no JVM behind when its parent is killed with SIGKILL", { timeout: 60_000 }, async () => {
    const module = new URL("../../../local/parts/dynamo.ts", import.meta.url);
    const script = `const { startDynamo } = await import(${JSON.stringify(module)});
      console.log((await startDynamo()).endpoint);`;
    const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, DYNAMODB_ENDPOINT: "" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const port = Number(new URL(line.toString().trim()).port);
    expect(await listens(port)).toBe(true);

    parent.kill("SIGKILL");
    await expect.poll(() => listens(port), { timeout: 5_000, interval: 100 }).toBe(false);
  });
});

const listens = (port: number) =>
  new Promise<boolean>((answer) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
    socket.once("connect", () => socket.destroy());
  });

describe("what is kept in a directory", () => {
  it("is found again by the next start, under the same master key", { timeout: 60_000 }, async () => {
    // A database that others have started keeps nothing in our directory.
    vi.stubEnv("DYNAMODB_ENDPOINT", "");
    const dir = await mkdtemp(join(tmpdir(), "leyun-parts-"));
    const item = { pk: { S: "kept" }, sk: { S: "item" } };
    const client = (endpoint: string) => new DynamoDBClient({ endpoint });
    try {
      const first = await startParts({ dir, prefix: "kept", queues: [] });
      const TableName = first.tableNames.operations;
      await client(first.dynamoEndpoint).send(new PutItemCommand({ TableName, Item: item }));
      await first.stop();

      const second = await startParts({ dir, prefix: "kept", queues: [] });
      const found = await client(second.dynamoEndpoint).send(new GetItemCommand({ TableName, Key: item }));
      await second.stop();

      expect(found.Item).toEqual(item);
      expect(second.masterKeyId).toBe(first.masterKeyId);
      expect((await readFile(join(dir, "master.key"))).length).toBe(32);
      expect((await stat(join(dir, "master.key"))).mode & 0o777).toBe(0o600);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

describe("the local KMS", () => {
  const context = { purpose: "person-key-encryption-key", month: "2026-05" };
  const wrap = (more: { NumberOfBytes: number } | { KeySpec: "AES_256" }) =>
    new KMSClient().send(
      new GenerateDataKeyCommand({ KeyId: parts.masterKeyId, EncryptionContext: context, ...more }),
    );
  const open = (blob: Uint8Array | undefined, more: object = {}) =>
    new KMSClient().send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext: context, ...more }));

  it("opens what it wrapped, in the length asked for", async () => {
    const long = await wrap({ NumberOfBytes: 64 });
    expect(long.Plaintext).toHaveLength(64);
    expect((await open(long.CiphertextBlob)).Plaintext).toEqual(long.Plaintext);

    const key = await wrap({ KeySpec: "AES_256" });
    const opened = await open(key.CiphertextBlob, { KeyId: key.KeyId });
    expect(key.Plaintext).toHaveLength(32);
    expect(opened).toMatchObject({ KeyId: key.KeyId, Plaintext: key.Plaintext });
  });

  it.each([
    { month: "2026-05" },
    { ...context, month: "2026-06" },
    { ...context, more: "than was bound" },
    undefined,
  ])("refuses another encryption context: %o", async (EncryptionContext) => {
    const { CiphertextBlob } = await wrap({ KeySpec: "AES_256" });
    await expect(open(CiphertextBlob, { EncryptionContext })).rejects.toMatchObject({
      name: "InvalidCiphertextException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("refuses a blob of which any part was altered, shortened or lengthened", async () => {
    const { CiphertextBlob: blob = new Uint8Array() } = await wrap({ KeySpec: "AES_256" });
    const altered = Array.from(blob, (byte, at) => blob.with(at, byte ^ 1));
    const shortened = Array.from(blob, (_, length) => blob.slice(0, length)).filter((one) => one.length > 0);
    const lengthened = [Uint8Array.of(...blob, 0)];
    for (const forged of [...altered, ...shortened, ...lengthened])
      await expect(open(forged)).rejects.toThrow(
        expect.objectContaining({ name: "InvalidCiphertextException" }),
      );
  }, 60_000);

  it("opens what it was given to encrypt, in its context alone, up to the length that KMS takes", async () => {
    const encrypt = (Plaintext: Uint8Array) =>
      new KMSClient().send(
        new EncryptCommand({ KeyId: parts.masterKeyId, Plaintext, EncryptionContext: context }),
      );
    const given = new Uint8Array(4_096).fill(7);
    const { CiphertextBlob } = await encrypt(given);
    expect((await open(CiphertextBlob)).Plaintext).toEqual(given);
    await expect(open(CiphertextBlob, { EncryptionContext: {} })).rejects.toMatchObject({
      name: "InvalidCiphertextException",
    });
    await expect(encrypt(new Uint8Array(4_097))).rejects.toMatchObject({ name: "ValidationException" });
    await expect(
      new KMSClient().send(new EncryptCommand({ KeyId: "alias/another", Plaintext: given })),
    ).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("refuses a key it does not have and an operation it does not do", async () => {
    const kms = new KMSClient();
    const KeyId = "alias/another";
    await expect(kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
    await expect(kms.send(new ListKeysCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException",
    });
  });
});

describe("the local queues", () => {
  const sqs = () => new SQSClient();
  const receive = async (queue: string, VisibilityTimeout?: number) => {
    const QueueUrl = parts.queueUrl(queue);
    return (await sqs().send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout }))).Messages ?? [];
  };

  it("hand over what was sent, once it is deleted never again", async () => {
    const QueueUrl = parts.queueUrl("events");
    await sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: "报名" }));
    const [message] = await receive("events", 0);
    expect(message?.Body).toBe("报名");
    await sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    await delay(50);
    expect(await receive("events")).toEqual([]);
  });

  it("hide a message that is being worked on", async () => {
    const QueueUrl = parts.queueUrl("events");
    await sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: "one worker" }));
    expect(await receive("events")).toHaveLength(1);
    expect(await receive("events")).toEqual([]);
  });

  it("lay a message aside that was received five times and never deleted", async () => {
    await sqs().send(new SendMessageCommand({ QueueUrl: parts.queueUrl("failing"), MessageBody: "poison" }));
    for (let time = 1; time <= 5; time++) expect(await receive("failing", 0)).toHaveLength(1);
    expect(await receive("failing", 0)).toEqual([]);
    expect(await receive("failing-dlq")).toMatchObject([{ Body: "poison" }]);
  });

  it("are called by the names they were made with", () => {
    expect(() => parts.queueUrl("no-such-queue")).toThrow("no-such-queue");
  });
});
