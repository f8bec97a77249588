import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Parts, startParts } from "#local/parts/index.ts";
import { Unavailable } from "#shared/platform/database.ts";
import { sdkError } from "../../support/faults.ts";

type Objects = typeof import("#shared/platform/objects.ts");
type Page = typeof import("#shared/platform/page.ts");

let parts: Parts;
let objects: Objects;
let page: Page;
beforeAll(async () => {
  parts = await startParts({ prefix: "objects-test", queues: [] });
  for (const [name, value] of Object.entries(parts.env)) vi.stubEnv(name, value);
  // The environment is read once.
  objects = await import("#shared/platform/objects.ts");
  page = await import("#shared/platform/page.ts");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await parts.stop();
});

/** Lets each request that a client sends end in an error while `work` runs. */
async function failing<T>(
  client: { middlewareStack: { add: (...args: never) => void; remove: (name: string) => boolean } },
  error: Error,
  work: () => Promise<T>,
): Promise<T> {
  const add = client.middlewareStack.add as (fault: unknown, of: object) => void;
  add.call(client.middlewareStack, () => async () => Promise.reject(error), {
    step: "initialize",
    name: "fault",
  });
  try {
    return await work();
  } finally {
    client.middlewareStack.remove("fault");
  }
}

const root = (key: string, body = '{"root":"1"}') =>
  objects.putObject({ bucket: "evidence", key, body, contentType: "application/json" });

describe("an object", () => {
  it("is put once and read as it was put; who comes second is told that it stands", async () => {
    expect(await root("roots/2026-06-10.json", '{"根":"1"}')).toBe("put");
    expect(await root("roots/2026-06-10.json", '{"根":"2"}')).toBe("stood");
    expect(await objects.getObject("evidence", "roots/2026-06-10.json")).toBe('{"根":"1"}');
    expect(await objects.getObject("evidence", "roots/2026-06-11.json")).toBeUndefined();
  });

  it("of several who put it at once is the one of whom it is said", async () => {
    const bodies = Array.from({ length: 8 }, (_, at) => `"${at}"`);
    const outcomes = await Promise.all(bodies.map((body) => root("race.json", body)));
    expect(outcomes.filter((outcome) => outcome === "put")).toHaveLength(1);
    expect(await objects.getObject("evidence", "race.json")).toBe(bodies[outcomes.indexOf("put")]);
  });

  it("is uploaded in parts of whatever comes, whole and in order, while only a few parts are held", async () => {
    const rows = 4_000;
    const row = (at: number) => `${at}`.padEnd(8_000, "账");
    let made = 0;
    let sent = 0;
    let held = 0;
    async function* lines() {
      for (let at = 0; at < rows; at += 1) {
        made += Buffer.byteLength(row(at));
        held = Math.max(held, made - sent);
        yield at % 2 === 0 ? row(at) : Buffer.from(row(at));
      }
    }
    const { middlewareStack } = objects.objectClient();
    const counting = { step: "initialize", name: "counting" } as const;
    middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        sent += Buffer.byteLength((args.input as { Body?: Uint8Array }).Body ?? "");
        return answer;
      },
      counting,
    );
    const file = { bucket: "exports", key: "a.csv" } as const;
    await objects.uploadStream({ ...file, contentType: "text/csv", parts: lines() });
    middlewareStack.remove(counting.name);
    const text = (await objects.getObject(file.bucket, file.key)) ?? "";
    expect(text === Array.from({ length: rows }, (_, at) => row(at)).join("")).toBe(true);
    expect([sent, made > 80e6, held < 30e6]).toEqual([made, true, true]);
  });

  it("is not there when what was to be uploaded broke off, and says why", async () => {
    async function* breaking() {
      yield "x".repeat(12 * 1024 * 1024);
      throw new RangeError("no such entry");
    }
    const upload = { bucket: "exports", key: "broken.csv", contentType: "text/csv" } as const;
    await expect(objects.uploadStream({ ...upload, parts: breaking() })).rejects.toThrow(RangeError);
    expect(await objects.getObject("exports", "broken.csv")).toBeUndefined();
  });

  it("can be downloaded from a link, under the name that it was given", async () => {
    async function* content() {
      yield "借,贷";
    }
    await objects.uploadStream({
      bucket: "exports",
      key: "b/c.csv",
      contentType: "text/csv",
      parts: content(),
    });
    const url = await objects.downloadUrl({
      bucket: "exports",
      key: "b/c.csv",
      seconds: 300,
      filename: "六月 (账).csv",
    });
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("300");
    const answer = await fetch(url);
    expect(await answer.text()).toBe("借,贷");
    expect(answer.headers.get("content-type")).toBe("text/csv");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="______.csv"; filename*=UTF-8''${encodeURIComponent("六月 ")}%28${encodeURIComponent("账")}%29.csv`,
    );
  });

  it("that another puts is put as its address says, once, and of its checksum", async () => {
    const content = Buffer.from("甲");
    const sha256 = createHash("sha256").update(content).digest("base64");
    const expected = { contentType: "text/plain", sizeBytes: content.length, sha256 };
    const at = { bucket: "uploads", key: "incoming/a" } as const;
    const { url, headers } = await objects.uploadUrl({ ...at, expected, seconds: 60, at: new Date() });
    const put = (body: Uint8Array) => fetch(url, { method: "PUT", headers, body: new Uint8Array(body) });
    expect((await put(Buffer.from("乙"))).status).toBe(400);
    expect(await objects.objectFacts(at)).toBeUndefined();
    expect((await put(content)).status).toBe(200);
    expect((await put(content)).status).toBe(412);
    expect(await objects.objectFacts(at)).toMatchObject({ ...expected, etag: expect.stringMatching(/\w/) });
  });

  const bytesOf = async (of: Parameters<Objects["readObject"]>[0]) => {
    const content = await objects.readObject(of);
    if (!content) return undefined;
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };

  it("is read in part, copied and deleted, each time the one that is meant", async () => {
    await root("copied.json", "0123456789");
    const at = { bucket: "evidence", key: "copied.json" } as const;
    const { etag = "" } = (await objects.objectFacts(at)) ?? {};
    expect(await bytesOf({ ...at, range: "bytes=2-4" })).toBe("234");
    expect(await bytesOf({ ...at, etag })).toBe("0123456789");
    expect(await bytesOf({ ...at, etag: '"other"' })).toBeUndefined();
    const copy = (of: string) =>
      objects.copyObject({ bucket: "evidence", from: at.key, to: "copy.json", etag: of });
    expect(await copy('"other"')).toBe(false);
    expect(await objects.getObject("evidence", "copy.json")).toBeUndefined();
    expect(await copy(etag)).toBe(true);
    expect(await objects.getObject("evidence", "copy.json")).toBe("0123456789");
    await objects.deleteObject(at);
    await objects.deleteObject(at);
    expect(await bytesOf(at)).toBeUndefined();
    expect(await copy(etag)).toBe(false);
  });

  it("that breaks off while it is read is of a store that is away", async () => {
    await root("broken.json", "x");
    const { middlewareStack } = objects.objectClient();
    const breaking = async function* () {
      yield Buffer.from("x");
      throw Object.assign(new Error("reset"), { code: "ECONNRESET" });
    };
    middlewareStack.add(
      (next) => async (args) => {
        const answer = await next(args);
        return { ...answer, output: { ...answer.output, Body: breaking() } } as unknown as typeof answer;
      },
      { step: "initialize", name: "breaking" },
    );
    const reading = bytesOf({ bucket: "evidence", key: "broken.json" });
    await expect(reading).rejects.toThrow(Unavailable);
    middlewareStack.remove("breaking");
  });

  it("under incoming/ is scanned: its tags say what of, and go with it", async () => {
    const eicar = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");
    const put = async (key: string, body: string) => {
      await objects.putObject({ bucket: "uploads", key, body, contentType: "text/plain" });
      return objects.objectTags({ bucket: "uploads", key });
    };
    expect(await put("incoming/clean", "a")).toEqual({ GuardDutyMalwareScanStatus: "NO_THREATS_FOUND" });
    expect(await put("incoming/infected", `before ${eicar}`)).toMatchObject({
      GuardDutyMalwareScanStatus: "THREATS_FOUND",
    });
    expect(await put("kept/elsewhere", eicar)).toEqual({});
    await objects.deleteObject({ bucket: "uploads", key: "incoming/clean" });
    expect(await objects.objectTags({ bucket: "uploads", key: "incoming/clean" })).toEqual({});
  });

  it("of a store that is away is unavailable, and what will not pass by itself is told as it is", async () => {
    const away = [sdkError("SlowDown", { $metadata: { httpStatusCode: 503 } }), sdkError("TimeoutError")];
    for (const error of away) {
      const put = () => failing(objects.objectClient(), error, () => root("away.json"));
      await expect(put()).rejects.toThrow(Unavailable);
    }
    const denied = sdkError("AccessDenied", { $metadata: { httpStatusCode: 403 } });
    const get = () =>
      failing(objects.objectClient(), denied, () => objects.getObject("evidence", "away.json"));
    await expect(get()).rejects.toBe(denied);
  });
});

describe("the people on call", () => {
  const told = async () => {
    await delay(50);
    const asked = new ReceiveMessageCommand({ QueueUrl: parts.queueUrl("alarms"), MaxNumberOfMessages: 10 });
    const { Messages = [] } = await new SQSClient().send(asked);
    return Messages.map(({ Body = "{}" }) => JSON.parse(Body) as { Subject: string; Message: string });
  };

  it("are told, under a subject that SNS takes", async () => {
    const subject = `ledger broken 账 ${"x".repeat(200)}`;
    expect(await page.tellOnCall({ subject, text: "段 17：借贷不平" })).toBe(true);
    const [message] = await told();
    expect(message?.Message).toBe("段 17：借贷不平");
    expect(message?.Subject).toBe(`ledger broken ? ${"x".repeat(84)}`);
  });

  it("are not told when the topic is away, which nobody's work ends by", async () => {
    const tell = () => page.tellOnCall({ subject: "s", text: "t" });
    expect(await failing(page.topicClient(), sdkError("TimeoutError"), tell)).toBe(false);
  });
});
