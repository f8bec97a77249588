import { randomUUID } from "node:crypto";
import { DeleteCommand, GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { client, dynamo } from "#shared/platform/dynamo.ts";
import { deleteObject, objectClient, objectFacts } from "#shared/platform/objects.ts";
import { uploads as policies } from "#shared/policies/definitions/uploads.ts";
import { attachUpload } from "#shared/uploads/attaching.ts";
import { incoming, kept } from "#shared/uploads/model.ts";
import { findUpload, forget, planBegun, takeAway } from "#shared/uploads/store.ts";
import { sdkError } from "../../support/faults.ts";
import { finance } from "../../support/ledger.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";
import {
  arrived,
  begin,
  complete,
  inScan,
  look,
  pdf,
  put,
  scannedAs,
  unscanned,
  uploaded,
} from "../../support/uploads.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const somebody = () => service.as(`citizen-${randomUUID()}`, ["citizen"]);
const stands = async (key: string) => (await objectFacts({ bucket: "uploads", key })) !== undefined;
const HOUR = 3_600;
const { unusedHours = 0, scanHours = 0 } = policies.times.defaults[0]?.value ?? {};
const retentionDays = policies.evidence.defaults[0]?.value.retentionDays ?? 0;

/** The upload as it is kept. */
async function stored(uploadId: string) {
  const upload = await findUpload(uploadId);
  if (!upload) throw new Error(`${uploadId} is not kept`);
  return upload;
}

/** Lets the object store fail at some requests while `work` runs. */
async function failingAt<T>(failing: (command: string, key: string) => boolean, work: () => Promise<T>) {
  const name = `fault-${Math.random()}`;
  objectClient().middlewareStack.add(
    (next, { commandName = "" }: { commandName?: string }) =>
      async (args) => {
        const { Key = "" } = args.input as { Key?: string };
        if (failing(commandName.replace("Command", ""), Key))
          throw sdkError("SlowDown", { $metadata: { httpStatusCode: 503 } });
        return next(args);
      },
    { step: "initialize", name },
  );
  try {
    return await work();
  } finally {
    objectClient().middlewareStack.remove(name);
  }
}

describe("an upload whose scan takes a while", () => {
  it("is scanning until the scanner has looked, and cannot be used or seen", async () => {
    const me = somebody();
    const { uploadId, state } = await inScan(me);
    expect(state).toBe("scanning");
    expect(await runJob("settleUploads")).toBe(true);
    expect(await good(look(me, uploadId))).toMatchObject({ state: "scanning" });
    expect(await refused(look(finance(service), uploadId, { link: "true" }))).toBe("409 upload-not-ready");
    await scannedAs(uploadId, "NO_THREATS_FOUND");
    expect(await runJob("settleUploads")).toBe(true);
    expect(await good(look(me, uploadId))).toMatchObject({ state: "ready" });
    expect([await stands(incoming(uploadId)), await stands(kept(uploadId))]).toEqual([false, true]);
  });

  it.each([
    ["THREATS_FOUND", "infected"],
    ["UNSUPPORTED", "unscannable"],
  ])("is refused and gone when the scanner says %s", async (status, refusedFor) => {
    const me = somebody();
    const { uploadId } = await inScan(me);
    await scannedAs(uploadId, status);
    for (let time = 0; time < 2; time += 1) expect(await runJob("settleUploads")).toBe(true);
    expect(await good(look(me, uploadId))).toMatchObject({ state: "refused", refusedFor });
    expect([await stands(incoming(uploadId)), await stands(kept(uploadId))]).toEqual([false, false]);
  });

  it("goes on waiting when the scanner failed, and the run says so; others are not held up", async () => {
    const me = somebody();
    const [broken, fine] = [await inScan(me), await inScan(me)];
    await scannedAs(broken.uploadId, "FAILED");
    await scannedAs(fine.uploadId, "NO_THREATS_FOUND");
    expect(await runJob("settleUploads")).toBe(false);
    expect(await good(look(me, broken.uploadId))).toMatchObject({ state: "scanning" });
    expect(await good(look(me, fine.uploadId))).toMatchObject({ state: "ready" });
    await scannedAs(broken.uploadId, "NO_THREATS_FOUND");
    expect(await runJob("settleUploads")).toBe(true);
  });

  it("is completed all the same when nobody can ask the scanner", async () => {
    const me = somebody();
    const { uploadId } = await arrived(me, pdf());
    const completed = await failingAt(
      (command) => command === "GetObjectTagging",
      () => good(complete(me, uploadId)),
    );
    expect(completed.state).toBe("scanning");
    expect(await runJob("settleUploads")).toBe(true);
    expect(await good(look(me, uploadId))).toMatchObject({ state: "ready" });
  });

  it("is refused when its file is no longer the one that was looked at", async () => {
    const me = somebody();
    const begun = await good(begin(me, pdf("a")));
    await put(begun, pdf("a"));
    await unscanned(begun.uploadId);
    await good(complete(me, begun.uploadId));
    // Only somebody of the deployment could: the address takes no second file.
    await deleteObject({ bucket: "uploads", key: incoming(begun.uploadId) });
    const { "x-amz-checksum-sha256": _, "if-none-match": __, ...headers } = begun.headers;
    await put({ ...begun, headers }, pdf("b"));
    expect(await runJob("settleUploads")).toBe(true);
    expect(await good(look(me, begun.uploadId))).toMatchObject({ state: "refused", refusedFor: "changed" });
    expect([await stands(incoming(begun.uploadId)), await stands(kept(begun.uploadId))]).toEqual([
      false,
      false,
    ]);
  });

  it("hard case 56: is settled once by two ticks at the same time", async () => {
    const me = somebody();
    const { uploadId } = await inScan(me);
    await scannedAs(uploadId, "NO_THREATS_FOUND");
    expect(await Promise.all([runJob("settleUploads"), runJob("settleUploads")])).toEqual([true, true]);
    const settled = await stored(uploadId);
    expect(settled).toMatchObject({ state: "ready", object: kept(uploadId) });
    service.clock.advance(60);
    expect(await runJob("settleUploads")).toBe(true);
    expect(await stored(uploadId)).toEqual(settled);
  });

  it("tells the people on call after half an hour, and is refused after a day", async () => {
    const me = somebody();
    const { uploadId } = await inScan(me);
    service.clock.advance(29 * 60);
    expect(await runJob("settleUploads")).toBe(true);
    service.clock.advance(2 * 60);
    expect(await runJob("settleUploads")).toBe(false);
    expect(await good(look(me, uploadId))).toMatchObject({ state: "scanning" });
    service.clock.advance(scanHours * HOUR);
    expect(await runJob("settleUploads")).toBe(true);
    expect(await good(look(me, uploadId))).toMatchObject({ state: "refused", refusedFor: "unscanned" });
    expect(await stands(incoming(uploadId))).toBe(false);
  });

  it("of a run that died between copying and writing is made ready by the next", async () => {
    const me = somebody();
    const { uploadId } = await inScan(me);
    await scannedAs(uploadId, "NO_THREATS_FOUND");
    const died = await failingAt(
      (command) => command === "DeleteObject",
      () => runJob("settleUploads"),
    );
    expect(died).toBe(false);
    expect(await good(look(me, uploadId))).toMatchObject({ state: "ready" });
    expect(await runJob("settleUploads")).toBe(true);
    expect(await stands(kept(uploadId))).toBe(true);
  });
});

describe("files whose time is over", () => {
  const purge = () => runJob("purgeUploads");
  const gone = async (uploadId: string) => ({
    item: await findUpload(uploadId),
    files: [await stands(incoming(uploadId)), await stands(kept(uploadId))],
  });
  const nothing = { item: undefined, files: [false, false] };

  it("are removed when nothing used them: a day after they were settled, and not before", async () => {
    const me = somebody();
    const [idle, refusedOne, waiting] = [
      await uploaded(me),
      await arrived(me, pdf(), { contentType: "image/png", fileName: "a.png" }),
      await arrived(me, pdf()),
    ];
    await complete(me, refusedOne.uploadId);
    service.clock.advance(unusedHours * HOUR - 10);
    expect(await purge()).toBe(true);
    expect(await good(look(me, idle.uploadId))).toMatchObject({ state: "ready" });
    expect(await stands(incoming(waiting.uploadId))).toBe(true);
    service.clock.advance(20);
    expect(await purge()).toBe(true);
    for (const { uploadId } of [idle, refusedOne, waiting]) {
      expect(await gone(uploadId)).toEqual(nothing);
      expect(await refused(look(me, uploadId))).toBe("404 not-found");
    }
  });

  it("hard case 56: two ticks at once, again, and three days late, remove them once and nothing else", async () => {
    const me = somebody();
    const idle = await uploaded(me);
    const used = await uploaded(me);
    await dynamo.commit([attachUpload(await stored(used.uploadId), "dispute-1", service.clock.now())]);
    service.clock.advance(3 * 24 * HOUR + unusedHours * HOUR);
    const late = await uploaded(me);
    expect(await Promise.all([purge(), purge()])).toEqual([true, true]);
    expect(await purge()).toBe(true);
    expect(await gone(idle.uploadId)).toEqual(nothing);
    for (const { uploadId } of [used, late])
      expect(await gone(uploadId)).toMatchObject({ item: { state: "ready" }, files: [false, true] });
  });

  it("are removed when they were kept for as long as their purpose says, from when they were used", async () => {
    const me = somebody();
    const { uploadId } = await uploaded(me);
    service.clock.advance(5 * HOUR);
    await dynamo.commit([attachUpload(await stored(uploadId), "dispute-2", service.clock.now())]);
    service.clock.advance(retentionDays * 24 * HOUR - 10);
    expect(await purge()).toBe(true);
    expect((await gone(uploadId)).files).toEqual([false, true]);
    service.clock.advance(20);
    expect(await purge()).toBe(true);
    expect(await gone(uploadId)).toEqual(nothing);
  });

  it("are not removed when something comes to use them in that moment", async () => {
    const { uploadId } = await uploaded(somebody());
    const listed = await stored(uploadId);
    service.clock.advance(unusedHours * HOUR + 10);
    await dynamo.commit([attachUpload(listed, "dispute-3", service.clock.now())]);
    expect(await takeAway(listed)).toBe(false);
    expect(await purge()).toBe(true);
    expect((await gone(uploadId)).files).toEqual([false, true]);
  });

  it("cannot be used once a run has begun to remove them, and are not shown; the next run ends it", async () => {
    const me = somebody();
    const { uploadId } = await uploaded(me);
    const listed = await stored(uploadId);
    service.clock.advance(unusedHours * HOUR + 10);
    const died = await failingAt((command) => command === "DeleteObject", purge);
    expect(died).toBe(false);
    expect(await stored(uploadId)).toMatchObject({ state: "gone" });
    expect(await stored(uploadId)).not.toHaveProperty("fileName");
    expect(await refused(look(me, uploadId))).toBe("404 not-found");
    // Tokens of before the years that have passed are no good.
    expect(await refused(look(finance(service, "finance-later"), uploadId))).toBe("404 not-found");
    const use = dynamo.commit([attachUpload(listed, "dispute-4", service.clock.now())]);
    await expect(use).rejects.toMatchObject({ problem: { slug: "not-found" } });
    expect(await purge()).toBe(true);
    expect(await gone(uploadId)).toEqual(nothing);
  });

  it("are never taken away while they are scanned, whatever a lagging index says, nor forgotten before", async () => {
    const { uploadId } = await inScan(somebody());
    const upload = await stored(uploadId);
    expect(await takeAway(upload)).toBe(false);
    await forget(upload);
    expect(await stored(uploadId)).toEqual(upload);
    await scannedAs(uploadId, "NO_THREATS_FOUND");
    expect(await runJob("settleUploads")).toBe(true);
  });

  it("have an item of their own, which no other begins", async () => {
    const { uploadId } = await uploaded(somebody());
    const upload = await stored(uploadId);
    await expect(dynamo.commit([planBegun(upload)])).rejects.toThrow();
  });

  it("do not hold each other up when one cannot be deleted", async () => {
    const me = somebody();
    const [stuck, other] = [await uploaded(me), await uploaded(me)];
    service.clock.advance(unusedHours * HOUR + 10);
    const ran = await failingAt(
      (command, key) => command === "DeleteObject" && key === kept(stuck.uploadId),
      purge,
    );
    expect(ran).toBe(false);
    expect(await gone(other.uploadId)).toEqual(nothing);
    expect((await gone(stuck.uploadId)).files).toEqual([false, true]);
    expect(await purge()).toBe(true);
    expect(await gone(stuck.uploadId)).toEqual(nothing);
  });

  it("leave no item that decides by itself: DynamoDB's time to live has none of them", async () => {
    const { uploadId } = await uploaded(somebody());
    const TableName = service.parts.tableNames.operations;
    const Key = { pk: `UPLOAD#${uploadId}`, sk: "UPLOAD" };
    const { Item } = await client.send(new GetCommand({ TableName, Key }));
    expect(Item).toBeDefined();
    expect(Item).not.toHaveProperty("expiresAt");
    await client.send(new DeleteCommand({ TableName, Key }));
  });
});
