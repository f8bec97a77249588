import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approvalRoutes } from "#shared/registration/approval/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import type { RegistrationView } from "#shared/registration/model.ts";
import { family } from "../../support/family.ts";
import { inboxOf } from "../../support/notices.ts";
import {
  citizen,
  good,
  organiser,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { pdf, uploaded as whole } from "../../support/uploads.ts";
import { availability } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const event = (of: Record<string, unknown> = {}) =>
  publishedEvent(service, { allocation: "approval", groups: [{ name: "专业组", capacity: 2 }], ...of });

const licence = { documentId: "licence", title: "参赛资格证书" };

async function applied(path: { eventId: string }, groupId = "") {
  const one = await citizen(service);
  const { registrationId } = await good(signUp(one.call, path, groupId));
  const read = async () =>
    (await good(
      one.call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} }),
    )) as RegistrationView;
  return { ...one, registrationId, read, at: { ...path, registrationId } };
}

const approve = (at: { eventId: string; registrationId: string }, idempotencyKey?: string) =>
  organiser(service)(approvalRoutes.approveRegistration, {
    path: at,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
const reject = (at: { eventId: string; registrationId: string }, reason = "not-qualified" as const) =>
  organiser(service)(approvalRoutes.rejectRegistration, { path: at, body: { reason } });

describe("an event whose organiser decides on applications", () => {
  it("takes more applications than it has places, and gives places to those it accepts", async () => {
    const { path, groupIds } = await event();
    const people = await Promise.all([1, 2, 3, 4].map(() => applied(path, groupIds[0])));
    const [first, second, third, fourth] = people as [
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
    ];
    expect(await first.read()).toMatchObject({ status: "pending-approval" });
    expect(await availability(service, path)).toMatchObject([{ held: 0, free: 2 }]);
    expect(await good(approve(first.at))).toMatchObject({ status: "confirmed" });
    expect(await good(reject(second.at))).toMatchObject({ status: "rejected" });
    expect(await second.read()).toMatchObject({ status: "rejected", rejection: "not-qualified" });
    expect(await good(approve(third.at))).toMatchObject({ status: "confirmed" });
    expect(await refused(approve(fourth.at))).toBe("409 event-full");
    expect(await fourth.read()).toMatchObject({ status: "pending-approval" });
    expect(await availability(service, path)).toMatchObject([{ held: 2, confirmed: 2, free: 0 }]);
    const kinds = async (one: typeof first) => (await inboxOf(one)).map(({ kind }) => kind);
    expect(await kinds(first)).toEqual(["registration-approved"]);
    expect(await kinds(second)).toEqual(["registration-rejected"]);
    expect(await kinds(fourth)).toEqual([]);
  });

  it("decides once on an application: a second decision is refused, a repeated request is answered", async () => {
    const { path, groupIds } = await event();
    const one = await applied(path, groupIds[0]);
    const key = "decide-once-0001";
    expect(await good(approve(one.at, key))).toMatchObject({ status: "confirmed" });
    expect(await good(approve(one.at, key))).toMatchObject({ status: "confirmed" });
    expect(await refused(approve(one.at))).toBe("409 not-pending");
    expect(await refused(reject(one.at))).toBe("409 not-pending");
    expect(await availability(service, path)).toMatchObject([{ held: 1 }]);
    const racing = await applied(path, groupIds[0]);
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => refused(approve(racing.at))),
      ...Array.from({ length: 5 }, () => refused(reject(racing.at))),
    ]);
    expect(answers.filter((answer) => answer.startsWith("200"))).toHaveLength(1);
  });

  it("gives the last place once, also when two applications are accepted at once", async () => {
    const { path, groupIds } = await event({ groups: [{ name: "专业组", capacity: 1 }] });
    const people = await Promise.all([1, 2, 3].map(() => applied(path, groupIds[0])));
    const answers = await Promise.all(people.map(({ at }) => refused(approve(at))));
    expect(answers.toSorted()).toEqual(["200 undefined", "409 event-full", "409 event-full"]);
    expect(await availability(service, path)).toMatchObject([{ held: 1, free: 0 }]);
  });

  it("decides on those who applied together together", async () => {
    const { path, groupIds } = await event({ groups: [{ name: "家庭组", capacity: 4 }] });
    const { call, participantIds } = await family(service, 3);
    const { party = [] } = await good(signUp(call, path, groupIds[0] ?? "", { participantIds }));
    await good(approve({ ...path, registrationId: party[1] ?? "" }));
    const { items } = await good(call(registrationRoutes.listMyRegistrations, { query: {} }));
    expect(items.map(({ status }) => status)).toEqual(["confirmed", "confirmed", "confirmed"]);
    expect(await availability(service, path)).toMatchObject([{ held: 3, free: 1 }]);
  });

  it("whoever withdraws is not decided on any more, and may apply again", async () => {
    const { path, groupIds } = await event();
    const one = await applied(path, groupIds[0]);
    await good(
      one.call(registrationRoutes.cancelRegistration, { path: { registrationId: one.registrationId } }),
    );
    expect(await refused(approve(one.at))).toBe("409 not-pending");
    expect(await good(signUp(one.call, path, groupIds[0] ?? ""))).toMatchObject({
      status: "pending-approval",
    });
    expect(await good(approve(one.at))).toMatchObject({ status: "confirmed" });
  });

  it("is nobody else's to decide", async () => {
    const { path, groupIds } = await event();
    const one = await applied(path, groupIds[0]);
    const other = organiser(service, "org-other");
    expect(await refused(other(approvalRoutes.approveRegistration, { path: one.at }))).toBe("404 not-found");
    expect(await refused(other(approvalRoutes.getEntrant, { path: one.at }))).toBe("404 not-found");
    const { path: mine } = await event();
    expect(await refused(approve({ ...mine, registrationId: one.registrationId }))).toBe("404 not-found");
  });
});

describe("documents of an application", () => {
  const withDocuments = () =>
    event({
      documents: [
        { ...licence, required: true },
        { documentId: "photo", title: "照片", required: false },
      ],
    });
  const uploaded = async (call: Parameters<typeof whole>[0]) =>
    (await whole(call, pdf(String(Math.random())), { purpose: "registration-document" })).uploadId;

  it("are required, known to the event and each given once", async () => {
    const { path, groupIds } = await withDocuments();
    const { call } = await citizen(service);
    const uploadId = await uploaded(call);
    const apply = (documents: { documentId: string; uploadId: string }[]) =>
      refused(signUp(call, path, groupIds[0] ?? "", { documents }));
    expect(await apply([])).toBe("422 documents-wrong");
    expect(await apply([{ documentId: "photo", uploadId }])).toBe("422 documents-wrong");
    expect(
      await apply([
        { documentId: "licence", uploadId },
        { documentId: "other", uploadId },
      ]),
    ).toBe("422 documents-wrong");
    expect(await apply([{ documentId: "licence", uploadId: "upl_01J00000000000000000000000" }])).toBe(
      "404 not-found",
    );
    expect(await apply([{ documentId: "licence", uploadId }])).toBe("201 undefined");
  });

  it("belong to one application, and are shown to its organiser alone", async () => {
    const { path, groupIds } = await withDocuments();
    const { call } = await citizen(service);
    const uploadId = await uploaded(call);
    const documents = [{ documentId: "licence", uploadId }];
    const { registrationId } = await good(signUp(call, path, groupIds[0] ?? "", { documents }));
    const seen = await good(
      organiser(service)(approvalRoutes.getEntrant, { path: { ...path, registrationId } }),
    );
    expect(seen).toMatchObject({
      status: "pending-approval",
      documents: [{ documentId: "licence", title: "参赛资格证书" }],
    });
    const file = await fetch(seen.documents[0]?.url ?? "");
    expect((await file.text()).startsWith("%PDF")).toBe(true);
    const elsewhere = await withDocuments();
    expect(await refused(signUp(call, elsewhere.path, elsewhere.groupIds[0] ?? "", { documents }))).toBe(
      "409 upload-used",
    );
  });

  it("are asked for by no event whose places are not decided on", async () => {
    await expect(event({ allocation: "first-come", documents: [licence] })).rejects.toThrow("/documents");
  });
});
