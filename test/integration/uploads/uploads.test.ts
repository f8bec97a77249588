import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "#shared/client.ts";
import { objectClient, objectFacts } from "#shared/platform/objects.ts";
import type { Role } from "#shared/platform/route.ts";
import { uploads as policies } from "#shared/policies/definitions/uploads.ts";
import { uploadRoutes } from "#shared/uploads/contract.ts";
import { incoming, kept } from "#shared/uploads/model.ts";
import { purposes } from "#shared/uploads/purposes.ts";
import { finance } from "../../support/ledger.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";
import {
  announced,
  arrived,
  begin,
  complete,
  csv,
  EICAR,
  look,
  pdf,
  png,
  put,
  sha256,
  uploaded,
  workbook,
  xlsx,
  zip,
} from "../../support/uploads.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const somebodyAs = (role: Role = "citizen"): Client => service.as(`${role}-${randomUUID()}`, [role]);
const stands = async (key: string) => (await objectFacts({ bucket: "uploads", key })) !== undefined;

describe("a file that somebody gives", () => {
  it("is put past the service, completed, and ready; it is what was announced", async () => {
    const me = somebodyAs();
    const content = pdf("一份证据");
    const begun = await good(begin(me, content, { sha256: sha256(content, "hex") }));
    expect(begun).toMatchObject({ uploadId: expect.stringMatching(/^upl_/), method: "PUT" });
    const waiting = await good(look(me, begun.uploadId));
    expect(waiting).toMatchObject({ state: "waiting", expiresAt: begun.expiresAt });
    expect(Date.parse(begun.expiresAt) - Date.parse(waiting.madeAt)).toBe(600_000);
    expect((await put(begun, content)).status).toBe(200);
    const ready = await good(complete(me, begun.uploadId));
    expect(ready).toMatchObject({
      state: "ready",
      purpose: "evidence",
      fileName: "收据.pdf",
      sizeBytes: content.length,
      sha256: sha256(content, "hex"),
    });
    expect(await good(look(me, begun.uploadId))).toEqual(ready);
  });

  it("is no longer where it was put, so that no address leads to it", async () => {
    const me = somebodyAs();
    const { uploadId, ...begun } = await uploaded(me);
    expect([await stands(incoming(uploadId)), await stands(kept(uploadId))]).toEqual([false, true]);
    // Its place is free, but what is put there is nobody's.
    expect((await put({ uploadId, ...begun } as never, pdf())).status).toBe(200);
    const link = await good(look(finance(service), uploadId, { link: "true" }));
    expect(await (await fetch(link.link?.url ?? "")).text()).toBe(pdf().toString());
    expect(await good(look(me, uploadId))).toMatchObject({ state: "ready" });
  });

  it.each([
    ["image/png", png(), "evidence", "citizen", "a.png"],
    [xlsx.contentType, workbook(), "results", "organiser", "a.xlsx"],
    ["text/csv", Buffer.from("\uFEFF姓名,成绩\n张三,1:02\n"), "results", "organiser", "a.csv"],
    ["text/plain", Buffer.from([0xd5, 0xc5, 0xc8, 0xfd, 0x0a]), "bank-statement", "finance", "gb.txt"],
  ] as const)("may be %s", async (contentType, content, purpose, role, fileName) => {
    const { state } = await uploaded(somebodyAs(role), content, { contentType, purpose, fileName });
    expect(state).toBe("ready");
  });

  it("of twenty megabytes is taken too, and read to its end", async () => {
    const content = Buffer.from("金额,1\n".repeat(1_900_000));
    const of = { ...csv, purpose: "bank-statement" };
    expect(await uploaded(finance(service), content, of)).toMatchObject({ state: "ready" });
  });

  it("is completed once, whoever says so twice", async () => {
    const me = somebodyAs();
    const { uploadId } = await arrived(me, pdf());
    const key = randomUUID();
    const [first, ...others] = await Promise.all([
      complete(me, uploadId, key),
      complete(me, uploadId, key),
      complete(me, uploadId),
    ]);
    for (const answer of [first, ...others]) expect(answer).toMatchObject({ status: 200 });
    const again = await good(complete(me, uploadId, key));
    expect(again).toEqual(await good(look(me, uploadId)));
    expect(again.state).toBe("ready");
    expect(await good(complete(me, uploadId))).toEqual(again);
  });
});

describe("two who complete an upload at once are told the same", () => {
  /** Lets `first` happen when the service is about to ask something of the object store. */
  async function meanwhile<T>(command: string, first: () => Promise<unknown>, work: () => Promise<T>) {
    const { middlewareStack } = objectClient();
    let waiting = true;
    middlewareStack.add(
      (next, { commandName = "" }: { commandName?: string }) =>
        async (args) => {
          if (waiting && commandName === command) {
            waiting = false;
            await first();
          }
          return next(args);
        },
      { step: "initialize", priority: "low", name: "meanwhile" },
    );
    try {
      return await work();
    } finally {
      middlewareStack.remove("meanwhile");
    }
  }

  it.each(["HeadObjectCommand", "GetObjectCommand"])("wherever they meet: %s", async (command) => {
    const me = somebodyAs();
    const { uploadId } = await arrived(me, pdf());
    const first = () => good(complete(me, uploadId));
    const second = await meanwhile(command, first, () => good(complete(me, uploadId)));
    expect(second).toEqual(await good(look(me, uploadId)));
    expect(second.state).toBe("ready");
  });

  it("also when it is refused", async () => {
    const me = somebodyAs();
    const { uploadId } = await arrived(me, png());
    const first = async () => expect(await refused(complete(me, uploadId))).toBe("422 upload-mismatch");
    const second = await meanwhile("GetObjectCommand", first, () => refused(complete(me, uploadId)));
    expect(second).toBe("422 upload-mismatch");
    expect(await good(look(me, uploadId))).toMatchObject({ state: "refused", refusedFor: "content" });
  });
});

describe("the address to which it is put", () => {
  it("is signed for exactly this type, size and checksum, where nothing stands, for ten minutes", async () => {
    const content = pdf();
    const { url, headers, uploadId, expiresAt } = await good(begin(somebodyAs(), content));
    const { pathname, searchParams } = new URL(url);
    expect(pathname).toMatch(new RegExp(`/incoming/${uploadId}$`));
    expect(searchParams.get("X-Amz-SignedHeaders")?.split(";")).toEqual([
      "content-length",
      "content-type",
      "host",
      "if-none-match",
      "x-amz-checksum-sha256",
    ]);
    expect(searchParams.get("X-Amz-Expires")).toBe("600");
    const signedAt = new Date(Date.parse(expiresAt) - 600_000).toISOString();
    expect(searchParams.get("X-Amz-Date")).toBe(signedAt.replaceAll(/[-:]|\.\d+/g, ""));
    expect(headers).toEqual({
      "content-type": "application/pdf",
      "if-none-match": "*",
      "x-amz-checksum-sha256": sha256(content),
    });
    // In the address S3 would read a checksum and hold nothing to it.
    expect([...searchParams.keys()].filter((name) => /checksum|tagging|acl/i.test(name))).toEqual([]);
  });

  it("takes one file: a second is refused, also of two at once", async () => {
    const me = somebodyAs();
    const begun = await good(begin(me, pdf()));
    const both = await Promise.all([put(begun, pdf()), put(begun, pdf())]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    expect((await put(begun, pdf())).status).toBe(412);
    expect(await good(complete(me, begun.uploadId))).toMatchObject({ state: "ready" });
  });

  it("takes no body that is not of the checksum", async () => {
    const begun = await good(begin(somebodyAs(), pdf("a")));
    expect((await put(begun, pdf("b"))).status).toBe(400);
  });
});

describe("a file that is not what was announced is refused and deleted", () => {
  const other = pdf("another");
  it.each([
    ["size", pdf(), pdf("longer"), {}],
    ["checksum", pdf("a"), pdf("b"), {}],
    ["type", pdf(), pdf(), { "content-type": "text/html" }],
  ] as const)("for its %s", async (differsIn, said, content, headers) => {
    const me = somebodyAs();
    const begun = await good(begin(me, said));
    // S3 would refuse it before, by the signature that the emulator does not look at.
    const sent = { "x-amz-checksum-sha256": sha256(content), ...headers };
    expect((await put(begun, content, sent)).status).toBe(200);
    const key = randomUUID();
    for (let time = 0; time < 2; time += 1)
      expect(await complete(me, begun.uploadId, key)).toMatchObject({
        status: 422,
        body: { type: "/problems/upload-mismatch", differsIn },
      });
    expect(await stands(incoming(begun.uploadId))).toBe(false);
    expect(await good(look(me, begun.uploadId))).toMatchObject({ state: "refused", refusedFor: differsIn });
    expect(await refused(complete(me, begun.uploadId))).toBe("422 upload-mismatch");
  });

  it.each([
    ["a PDF that is a ZIP", zip("a.txt"), { contentType: "application/pdf" }],
    ["a picture that is a PDF", other, { contentType: "image/png", fileName: "a.png" }],
    ["a JPEG that is a PNG", png(), { contentType: "image/jpeg", fileName: "a.jpg" }],
    ["a program before a PDF", Buffer.concat([Buffer.from("MZ"), pdf()]), {}],
  ])("for its content: %s", async (_, content, of) => {
    const me = somebodyAs();
    const { uploadId } = await arrived(me, content, of);
    expect(await refused(complete(me, uploadId))).toBe("422 upload-mismatch");
    expect(await good(look(me, uploadId))).toMatchObject({ state: "refused", refusedFor: "content" });
    expect(await stands(incoming(uploadId))).toBe(false);
  });

  it.each([
    ["an archive without a workbook", zip("[Content_Types].xml", "word/document.xml"), xlsx],
    ["a workbook with macros", zip("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), xlsx],
    ["a text with a NUL in its last bytes", Buffer.from(`${"a,b\n".repeat(40_000)}\0`), csv],
    ["a text in neither UTF-8 nor GB 18030", Buffer.from([0x61, 0x2c, 0x81, 0x20, 0xff, 0xff]), csv],
  ])("for its content: %s", async (_, content, of) => {
    const me = somebodyAs("organiser");
    const { uploadId } = await arrived(me, content, { ...of, purpose: "results" });
    expect(await refused(complete(me, uploadId))).toBe("422 upload-mismatch");
  });

  it("that is not there yet changes nothing", async () => {
    const me = somebodyAs();
    const begun = await good(begin(me, pdf()));
    expect(await refused(complete(me, begun.uploadId))).toBe("409 upload-missing");
    await put(begun, pdf());
    expect(await good(complete(me, begun.uploadId))).toMatchObject({ state: "ready" });
  });

  it("with malware in it", async () => {
    const me = somebodyAs();
    const { uploadId, state, refusedFor } = await uploaded(me, pdf(EICAR));
    expect([state, refusedFor]).toEqual(["refused", "infected"]);
    expect([await stands(incoming(uploadId)), await stands(kept(uploadId))]).toEqual([false, false]);
    expect(await good(complete(me, uploadId))).toMatchObject({ state: "refused" });
    expect(await refused(look(finance(service), uploadId, { link: "true" }))).toBe("409 upload-not-ready");
  });
});

describe("an upload that was begun and not completed in time", () => {
  it("has expired, with its file or without", async () => {
    const me = somebodyAs();
    const begun = [await good(begin(me, pdf())), await arrived(me, pdf())];
    const before = service.clock.now();
    service.clock.advance(599);
    expect(await good(look(me, begun[0]?.uploadId ?? ""))).toMatchObject({ state: "waiting" });
    service.clock.advance(1);
    for (const { uploadId } of begun) {
      expect(await refused(complete(me, uploadId))).toBe("409 upload-expired");
      expect(await good(look(me, uploadId))).toMatchObject({ state: "expired" });
    }
    service.clock.set(before);
  });
});

describe("who may", () => {
  it.each(Object.entries(purposes))("give a file as %s", async (purpose, { givenBy, contentTypes }) => {
    const [contentType] = contentTypes;
    for (const role of ["citizen", "merchant", "organiser", "finance", "admin"] as const) {
      const answer = await begin(somebodyAs(role), pdf(), { purpose, contentType });
      expect([role, answer.status]).toEqual([
        role,
        (givenBy as readonly string[]).includes(role) ? 201 : 403,
      ]);
    }
  });

  it("see an upload: who gives it and officials; to anybody else it does not exist", async () => {
    const me = somebodyAs();
    const { uploadId } = await uploaded(me);
    for (const role of ["citizen", "merchant", "organiser"] as const) {
      expect(await refused(look(somebodyAs(role), uploadId))).toBe("404 not-found");
      expect(await refused(complete(somebodyAs(role), uploadId))).toBe("404 not-found");
    }
    for (const role of ["finance", "admin"] as const) {
      expect(await good(look(somebodyAs(role), uploadId))).toMatchObject({ state: "ready" });
      // To see is not to act.
      expect(await refused(complete(somebodyAs(role), uploadId))).toBe("404 not-found");
    }
  });

  it("ask for a link: officials, for five minutes, and under the name that it was given", async () => {
    const me = somebodyAs();
    const { uploadId } = await uploaded(me);
    expect(await refused(look(me, uploadId, { link: "true" }))).toBe("403 forbidden");
    const { link } = await good(look(somebodyAs("admin"), uploadId, { link: "true" }));
    expect(Date.parse(link?.expiresAt ?? "") - service.clock.now().getTime()).toBeGreaterThan(290_000);
    expect(new URL(link?.url ?? "").searchParams.get("X-Amz-Expires")).toBe("300");
    const answer = await fetch(link?.url ?? "");
    expect(answer.headers.get("content-disposition")).toContain(encodeURIComponent("收据.pdf"));
    const waiting = await good(begin(me, pdf()));
    expect(await refused(look(finance(service), waiting.uploadId, { link: "true" }))).toBe(
      "409 upload-not-ready",
    );
  });
});

describe("what is not taken", () => {
  it("another type than the purpose has", async () => {
    const answer = await begin(somebodyAs(), pdf(), csv);
    expect(answer).toMatchObject({
      status: 422,
      body: {
        type: "/problems/upload-type-not-allowed",
        allowed: expect.stringContaining("application/pdf"),
      },
    });
  });

  it("a file larger than the rule of the day", async () => {
    const maxBytes = policies.evidence.defaults[0]?.value.maxBytes ?? 0;
    const asked = (sizeBytes: number) => begin(somebodyAs(), pdf(), { sizeBytes });
    expect(await asked(maxBytes + 1)).toMatchObject({
      status: 422,
      body: { type: "/problems/upload-too-large", maxBytes },
    });
    expect((await asked(maxBytes)).status).toBe(201);
  });

  it.each([
    [{ sizeBytes: 0 }],
    [{ sizeBytes: 1.5 }],
    [{ sha256: "abc" }],
    [{ sha256: "g".repeat(64) }],
    [{ contentType: "text/html" }],
    [{ purpose: "anything" }],
    [{ fileName: "" }],
  ])("%j", async (of) => {
    expect(await refused(begin(somebodyAs(), pdf(), of))).toBe("400 invalid-body");
  });

  it("a name that hides what it is: with NUL or characters that turn the writing", async () => {
    for (const fileName of ["收据\0.pdf", "收据\u202Efdp.exe", "\u2066a.pdf"])
      expect(await refused(begin(somebodyAs(), pdf(), { fileName }))).toBe("400 invalid-string");
  });

  it("and a name with a path or another ending is shown without it", async () => {
    const me = somebodyAs();
    const named = async (fileName: string) =>
      (await good(look(me, (await good(begin(me, pdf(), { fileName }))).uploadId))).fileName;
    expect(await named("../../etc/收据.pdf")).toBe("收据.pdf");
    expect(await named("C:\\Users\\张三\\收据.PDF")).toBe("收据.pdf");
    expect(await named("收据.exe")).toBe("收据.exe.pdf");
    expect([...(await named(`${"很长".repeat(300)}.pdf`))]).toHaveLength(200);
  });

  it("more than sixty in ten minutes of one person", async () => {
    const me = somebodyAs();
    const answers = [];
    for (let asked = 0; asked < 61; asked += 1) answers.push((await begin(me, pdf())).status);
    expect(answers.filter((status) => status === 201)).toHaveLength(60);
    expect(answers.at(-1)).toBe(429);
  });

  it("a request without a token", async () => {
    const answer = await service.anyone(uploadRoutes.createUpload, { body: announced(pdf()) });
    expect(answer.status).toBe(401);
  });
});
