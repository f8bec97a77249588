import { setTimeout as delay } from "node:timers/promises";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Parts, startParts } from "#local/parts/index.ts";

const invoked = vi.hoisted(() => vi.fn<(lambda: string, event: unknown) => Promise<unknown>>());
vi.mock("#local/functions.ts", () => ({ invoke: invoked }));

let parts: Parts;
beforeAll(async () => {
  parts = await startParts({ prefix: "streams-test", queues: [] });
  for (const [name, value] of Object.entries(parts.env)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await parts.stop();
});

const put = (pk: string) =>
  new DynamoDBClient().send(
    new PutItemCommand({
      TableName: parts.tableNames.journal,
      Item: { pk: { S: pk }, sk: { S: "1" }, hash: { B: Uint8Array.of(1, 2, 255) } },
    }),
  );

/** What a function is handed, as it reads it. */
const handed = (): string[][] =>
  invoked.mock.calls
    .filter(([lambda]) => lambda === "streams/journal")
    .map(([, event]) =>
      (event as DynamoDBStreamEvent).Records.map(({ dynamodb }) => dynamodb?.Keys?.["pk"]?.S ?? ""),
    );

it("hands over changes as Lambda does, and from the one that failed again", async () => {
  for (const pk of ["a", "b", "c"]) await put(pk);
  const { pollStreams } = await import("#local/pollers/streams.ts");
  let failures = 2;
  invoked.mockImplementation(async (_, event): Promise<DynamoDBBatchResponse> => {
    const { Records } = JSON.parse(JSON.stringify(event)) as DynamoDBStreamEvent;
    const failing = Records.find(({ dynamodb }) => dynamodb?.Keys?.["pk"]?.S === "b")?.dynamodb;
    if (failing?.SequenceNumber === undefined || failures === 0) return { batchItemFailures: [] };
    failures -= 1;
    return { batchItemFailures: [{ itemIdentifier: failing.SequenceNumber }] };
  });
  const delivered = vi.fn();
  const stop = await pollStreams(parts, delivered);
  await vi.waitFor(() => expect(handed().length).toBeGreaterThanOrEqual(3), { timeout: 10_000 });
  await delay(700);
  await stop();
  expect(handed()).toEqual([
    ["a", "b", "c"],
    ["b", "c"],
    ["b", "c"],
  ]);
  expect(new Set(delivered.mock.calls.flat())).toEqual(new Set(["journal"]));
  const [first] = invoked.mock.calls.map(([, event]) => event as DynamoDBStreamEvent);
  const record = first?.Records[0];
  expect(record?.dynamodb?.NewImage?.["hash"]).toEqual({ B: Buffer.of(1, 2, 255).toString("base64") });
  expect(record?.dynamodb?.ApproximateCreationDateTime).toBeTypeOf("number");
});
