import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { auditRoutes } from "#shared/audit/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { finance } from "../../support/ledger.ts";
import { draftOf, publish } from "../../support/programme.ts";
import {
  citizen,
  good,
  NOON,
  organiser,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { pdf, png, uploaded } from "../../support/uploads.ts";
import { availability } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

const own = () => organiser(service);
const checklist = [
  { itemId: "safety-plan", title: "安全工作方案和应急预案" },
  { itemId: "medical", title: "医疗保障方案" },
  { itemId: "weather", title: "恶劣天气办法", required: false },
];
const draft = () => good(draftOf(own(), { checklist }));

const tick = (
  eventId: string,
  itemId: string,
  ifMatch: number,
  body: Record<string, unknown> = {},
  more: { idempotencyKey?: string } = {},
) => {
  const path = { eventId, itemId };
  return own()(programmeRoutes.tickChecklistItem, { path, body: { done: true, ...body }, ifMatch, ...more });
};

const paper = async (call = own(), content: Uint8Array = pdf("预案"), of: Record<string, unknown> = {}) =>
  (await uploaded(call, content, { purpose: "checklist-paper", fileName: "预案.pdf", ...of })).uploadId;

const file = (eventId: string, itemId: string, call = own()) =>
  call(programmeRoutes.getChecklistFile, { path: { eventId, itemId } });

describe("an event with a checklist", () => {
  it("is not published while a required item is open, and is told which", async () => {
    const { eventId } = await draft();
    const answer = await publish(own(), eventId);
    expect(answer).toMatchObject({
      status: 409,
      body: {
        type: "/problems/checklist-open",
        errors: [
          { pointer: "/checklist/safety-plan", message: "安全工作方案和应急预案" },
          { pointer: "/checklist/medical" },
        ],
      },
    });
    expect((answer.body as { errors?: unknown[] }).errors).toHaveLength(2);
    await good(tick(eventId, "safety-plan", 1));
    expect(await refused(publish(own(), eventId))).toBe("409 checklist-open");
    const done = await good(tick(eventId, "medical", 2, { note: "已与二院签约" }));
    expect(done.checklist).toMatchObject([
      { done: true, doneAt: expect.stringContaining("2026-06-10T04:00:0") },
      { done: true, note: "已与二院签约" },
      { itemId: "weather", done: false, required: false },
    ]);
    expect(await good(publish(own(), eventId))).toMatchObject({ status: "published" });
  });

  it("is published by nobody while an item is opened again beside", async () => {
    const { eventId } = await good(draftOf(own(), { checklist: checklist.slice(0, 1) }));
    await good(tick(eventId, "safety-plan", 1));
    const [published, opened] = await Promise.all([
      publish(own(), eventId),
      tick(eventId, "safety-plan", 2, { done: false }),
    ]);
    expect([published.ok, opened.ok].filter(Boolean)).toHaveLength(1);
    const list = own()(registrationRoutes.listOrganiserEvents, {
      path: { orgId: "org-association" },
      query: {},
    });
    const event = (await good(list)).items.find((of) => of.eventId === eventId);
    expect(event?.status === "published").toBe(event?.checklist?.[0]?.done);
  });

  it("shows it to its organisation and to nobody else", async () => {
    const { eventId } = await good(
      draftOf(own(), { checklist: [{ itemId: "medical", title: "医疗", required: false }] }),
    );
    expect(await good(publish(own(), eventId))).toHaveProperty("checklist");
    const seen = await good(service.anyone(registrationRoutes.getEvent, { path: { eventId } }));
    expect(seen).not.toHaveProperty("checklist");
  });

  it("has no other items, and none twice", async () => {
    const { eventId } = await draft();
    expect(await refused(tick(eventId, "nothing", 1))).toBe("404 not-found");
    const { eventId: without } = await good(draftOf(own()));
    expect(await refused(tick(without, "medical", 1))).toBe("404 not-found");
    const twice = [checklist[0], checklist[0]];
    expect(await refused(draftOf(own(), { checklist: twice }))).toBe("422 invalid-event");
  });
});

describe("an item", () => {
  it("is done on the version that was read, once per request", async () => {
    const { eventId } = await draft();
    const idempotencyKey = crypto.randomUUID();
    const first = await good(tick(eventId, "medical", 1, {}, { idempotencyKey }));
    expect(first.version).toBe(2);
    expect(await good(tick(eventId, "medical", 1, {}, { idempotencyKey }))).toEqual(first);
    expect(await refused(tick(eventId, "safety-plan", 1))).toBe("412 version-mismatch");
    const path = { eventId, itemId: "medical" };
    const without = own()(programmeRoutes.tickChecklistItem, { path, body: { done: true } });
    expect(await refused(without)).toBe("428 precondition-required");
    const both = await Promise.all([tick(eventId, "medical", 2), tick(eventId, "safety-plan", 2)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it("has a file that its organisation can read again, which the audit log keeps", async () => {
    const { eventId } = await draft();
    expect(await refused(file(eventId, "medical"))).toBe("404 not-found");
    const uploadId = await paper();
    const event = await good(tick(eventId, "medical", 1, { uploadId }));
    expect(event.checklist?.[1]).toMatchObject({ done: true, uploadId });
    const { url } = await good(file(eventId, "medical"));
    const read = await fetch(url);
    expect(Buffer.from(await read.arrayBuffer())).toEqual(pdf("预案"));
    const { items } = await good(finance(service)(auditRoutes.listAuditLog, { query: {} }));
    expect(items[0]).toMatchObject({ action: "downloadUpload", subject: uploadId, roles: ["organiser"] });
    expect(await refused(file(eventId, "medical", organiser(service, "org-other")))).toBe("404 not-found");
    expect(await refused(file(eventId, "nothing"))).toBe("404 not-found");
  });

  it("takes a picture, and no file of another, of another purpose or of another item", async () => {
    const { eventId } = await draft();
    const picture = await paper(own(), png(), { contentType: "image/png", fileName: "许可.png" });
    await good(tick(eventId, "medical", 1, { uploadId: picture }));
    expect(await refused(tick(eventId, "safety-plan", 2, { uploadId: picture }))).toBe("409 upload-used");
    const others = await paper(organiser(service, "org-other"));
    expect(await refused(tick(eventId, "safety-plan", 2, { uploadId: others }))).toBe("404 not-found");
    const results = await uploaded(own(), Buffer.from("名次,姓名\n"), {
      purpose: "results",
      contentType: "text/csv",
      fileName: "成绩.csv",
    });
    const wrong = tick(eventId, "safety-plan", 2, { uploadId: results.uploadId });
    expect(await refused(wrong)).toBe("422 upload-wrong-purpose");
    // What was refused changed nothing.
    expect((await good(tick(eventId, "safety-plan", 2))).checklist?.[0]).not.toHaveProperty("uploadId");
  });

  it("of a draft can be opened again, of a published event not", async () => {
    const { eventId } = await good(draftOf(own(), { checklist: checklist.slice(0, 1) }));
    await good(tick(eventId, "safety-plan", 1));
    const open = await good(tick(eventId, "safety-plan", 2, { done: false }));
    expect(open.checklist?.[0]).toMatchObject({ done: false });
    expect(open.checklist?.[0]).not.toHaveProperty("doneAt");
    await good(tick(eventId, "safety-plan", 3));
    await good(publish(own(), eventId));
    expect(await refused(tick(eventId, "safety-plan", 5, { done: false }))).toBe("409 event-not-draft");
  });

  it("can be done after publishing while people sign up, and places are handed out as before", async () => {
    const { eventId, groups } = await good(draftOf(own(), { checklist: checklist.slice(2) }));
    await good(publish(own(), eventId));
    const path = { eventId };
    const groupId = groups[0]?.groupId ?? "";
    const people = await Promise.all(Array.from({ length: 6 }, () => citizen(service)));
    const [ticked] = await Promise.all([
      tick(eventId, "weather", 2, { note: "延期一周" }),
      ...people.map(({ call }) => good(signUp(call, path, groupId))),
    ]);
    expect(ticked).toMatchObject({ status: 200, body: { version: 3 } });
    expect(await availability(service, path)).toMatchObject([{ held: 6, confirmed: 6, free: 4 }]);
    await good(signUp((await citizen(service)).call, path, groupId));
  });
});
