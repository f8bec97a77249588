import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actorOf } from "#shared/audit/actor.ts";
import { auditRoutes } from "#shared/audit/contract.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { deleteObject, putObject } from "#shared/platform/objects.ts";
import type { Refusal } from "#shared/platform/problem.ts";
import type { Role } from "#shared/platform/route.ts";
import { attachUpload, uploadedFile, usedUpload } from "#shared/uploads/attaching.ts";
import { kept } from "#shared/uploads/model.ts";
import { findUpload } from "#shared/uploads/store.ts";
import { readUpload, uploadText } from "#shared/uploads/using.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import { finance } from "../../support/ledger.ts";
import { good, startTestService, type TestService } from "../../support/service.ts";
import { arrived, csv, inScan, look, pdf, uploaded } from "../../support/uploads.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

async function person(role: Role = "citizen") {
  const sub = `${role}-${randomUUID()}`;
  return { call: service.as(sub, [role]), by: await actorOf({ sub }) };
}
const now = () => service.clock.now();
const told = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    ({ problem }: Refusal) => `${problem.status} ${problem.slug}`,
  );
const asEvidence = (by: string) => ({ purpose: "evidence", by, now: now() }) as const;

describe("a file that a request names", () => {
  it("is told with what was checked of it", async () => {
    const { call, by } = await person();
    const { uploadId, sizeBytes } = await uploaded(call);
    expect(await uploadedFile(uploadId, asEvidence(by))).toMatchObject({
      uploadId,
      sizeBytes,
      state: "ready",
    });
  });

  it("is not found when it is another's, or none", async () => {
    const { uploadId } = await uploaded((await person()).call);
    const { by } = await person();
    expect(await told(uploadedFile(uploadId, asEvidence(by)))).toBe("404 not-found");
    expect(await told(uploadedFile("upl_01J00000000000000000000000", asEvidence(by)))).toBe("404 not-found");
  });

  it("is refused for another purpose than it was given for", async () => {
    const { call, by } = await person();
    const { uploadId } = await uploaded(call);
    expect(await told(uploadedFile(uploadId, { ...asEvidence(by), purpose: "lease" }))).toBe(
      "422 upload-wrong-purpose",
    );
  });

  it("is refused until it is ready, and when it never will be", async () => {
    const { call, by } = await person();
    const [scanning, waiting] = [await inScan(call), await arrived(call, pdf())];
    for (const { uploadId } of [scanning, waiting])
      expect(await told(uploadedFile(uploadId, asEvidence(by)))).toBe("409 upload-not-ready");
    // Nor does the write believe what was read before.
    const waits = await findUpload(waiting.uploadId);
    if (!waits) throw new Error("not kept");
    expect(await told(dynamo.commit([attachUpload(waits, "dsp_a", now())]))).toBe("409 upload-not-ready");
  });
});

describe("a file that is used", () => {
  it("is used once: by one of two at once, and by nothing else after", async () => {
    const { call, by } = await person();
    const { uploadId } = await uploaded(call);
    const file = await uploadedFile(uploadId, asEvidence(by));
    const subjects = ["dsp_a", "dsp_b"];
    const both = await Promise.all(
      subjects.map((to) => told(dynamo.commit([attachUpload(file, to, now())]))),
    );
    expect(both.toSorted()).toEqual(["409 upload-used", "done"]);
    const winner = subjects[both.indexOf("done")] ?? "";
    expect(await good(look(call, uploadId))).toMatchObject({ usedBy: winner });
    expect(await told(uploadedFile(uploadId, asEvidence(by)))).toBe("409 upload-used");
    // The same again is the same.
    expect(await told(dynamo.commit([attachUpload(file, winner, now())]))).toBe("done");
    expect(await usedUpload(uploadId, winner)).toMatchObject({ uploadId });
    expect(await told(usedUpload(uploadId, "dsp_c"))).toBe("404 not-found");
  });

  it("is used in the write of what uses it, or not at all", async () => {
    const { call, by } = await person();
    const [one, other] = [await uploaded(call), await uploaded(call)];
    const [file, taken] = await Promise.all(
      [one, other].map(({ uploadId }) => uploadedFile(uploadId, asEvidence(by))),
    );
    if (!file || !taken) throw new Error("not ready");
    await dynamo.commit([attachUpload(taken, "dsp_a", now())]);
    const together = [attachUpload(file, "dsp_b", now()), attachUpload(taken, "dsp_b", now())];
    expect(await told(dynamo.commit(together))).toBe("409 upload-used");
    expect(await uploadedFile(one.uploadId, asEvidence(by))).not.toHaveProperty("usedBy");
  });
});

describe("a file that is read", () => {
  const lines = "\uFEFF序号,金额\n1,壹佰元\n";

  it("comes as it was given, piece by piece", async () => {
    const { call, by } = await person();
    const content = pdf("x".repeat(300_000));
    const { uploadId } = await uploaded(call, content);
    const pieces: Uint8Array[] = [];
    for await (const piece of readUpload(await uploadedFile(uploadId, asEvidence(by)))) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
  });

  it.each([
    ["UTF-8", Buffer.from(lines)],
    // 序号,金额 and 1,壹佰元 in GB 18030.
    ["GB 18030", Buffer.from("d0f2bac52cbdf0b6ee0a312cd2bcb0dbd4aa0a", "hex")],
  ])("as text is read in its own encoding: %s", async (_, content) => {
    const { call, by } = await person("finance");
    const { uploadId } = await uploaded(call, content, { ...csv, purpose: "bank-statement" });
    const file = await uploadedFile(uploadId, { purpose: "bank-statement", by, now: now() });
    expect(await uploadText(file)).toBe(lines.slice(1));
  });

  it("is the one that was checked, or the reading fails", async () => {
    const { call, by } = await person();
    const { uploadId } = await uploaded(call, pdf("a"));
    const file = await uploadedFile(uploadId, asEvidence(by));
    await deleteObject({ bucket: "uploads", key: kept(uploadId) });
    await putObject({
      bucket: "uploads",
      key: kept(uploadId),
      body: pdf("b"),
      contentType: "application/pdf",
    });
    await expect(uploadText(file)).rejects.toThrow("not the one that was checked");
  });
});

describe("what officials see of others' files", () => {
  const seen = async () => {
    const { items } = await good(
      finance(service, "auditor")(auditRoutes.listAuditLog, { query: { limit: 100 } }),
    );
    return items.filter(({ action }) => /Upload$/.test(action));
  };

  it("is in the audit log before it is shown: a link always, and what may tell of a person", async () => {
    const { call } = await person("merchant");
    const evidence = await uploaded(call);
    const licence = await uploaded(call, pdf(), { purpose: "licence" });
    await good(look(call, evidence.uploadId));
    await good(look(finance(service), licence.uploadId));
    expect(await seen()).toEqual([]);
    await good(look(finance(service), evidence.uploadId));
    await good(look(finance(service), licence.uploadId, { link: "true" }));
    expect(await seen()).toMatchObject([
      { action: "downloadUpload", subject: licence.uploadId, facts: { purpose: "licence" } },
      { action: "getUpload", subject: evidence.uploadId, facts: { purpose: "evidence" } },
    ]);
    expect(JSON.stringify(await seen())).not.toContain("收据");
  });

  it("is not shown when it cannot be written down", async () => {
    const { call } = await person();
    const { uploadId } = await uploaded(call);
    const failing = () =>
      withFault(
        async (_, input, next) => {
          if (JSON.stringify(input).includes("audit-log")) throw sdkError("InternalServerError");
          return next();
        },
        () => look(finance(service), uploadId, { link: "true" }),
      );
    expect((await failing()).status).toBe(503);
  });
});

it("what a browser of this machine may put, it may put: the store answers its question", async () => {
  const begun = await arrived((await person()).call, pdf());
  const origin = "http://127.0.0.1:3000";
  const asked = await fetch(begun.url, { method: "OPTIONS", headers: { origin } });
  expect([asked.status, asked.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
  expect(asked.headers.get("access-control-allow-headers")).toContain("x-amz-checksum-sha256");
  const foreign = await fetch(begun.url, { headers: { origin: "https://example.org" } });
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
});
