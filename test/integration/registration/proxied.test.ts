import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamo } from "#shared/platform/dynamo.ts";
import { child, elderOf, family } from "../../support/family.ts";
import { deliverNotices, inboxOf, messageOf } from "../../support/notices.ts";
import { deliver, take, work } from "../../support/queues.ts";
import {
  citizen,
  good,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { cancel, fullEvent, join } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const told = async (someone: Parameters<typeof inboxOf>[0]) =>
  (await inboxOf(someone)).map(({ kind, about }) => [kind, about]);

describe("whoever was signed up by somebody else and has an account", () => {
  it("is told so, in the inbox and by message, with what they can do", async () => {
    const relative = await citizen(service);
    const elder = await elderOf(service, relative.call);
    const { path, groupIds, event } = await publishedEvent(service);
    const { registrationId } = await good(
      signUp(relative.call, path, groupIds[0] ?? "", { participantId: elder.personId }),
    );
    const inbox = await inboxOf(elder);
    expect(inbox).toMatchObject([{ kind: "registered-for-you", about: registrationId }]);
    expect(inbox[0]?.text.zh).toBe(
      `您委托的人已为您报名“${event.name}”成人组，2026年7月10日 08:00开始。登录可查看是否已有名额；如非本意，可以取消报名并收回委托。`,
    );
    await deliverNotices();
    expect(messageOf(elder, inbox[0]?.noticeId ?? "")).toMatchObject({ template: "registered-for-you" });
    expect(await told(relative)).toEqual([]);
  });

  it("is told once, however often it is asked again, and anew when signed up anew", async () => {
    const relative = await citizen(service);
    const elder = await elderOf(service, relative.call);
    const { path, groupIds } = await publishedEvent(service);
    const press = (idempotencyKey: string) =>
      good(signUp(relative.call, path, groupIds[0] ?? "", { participantId: elder.personId, idempotencyKey }));
    const { registrationId } = await press("first");
    await press("first");
    expect(await told(elder)).toHaveLength(1);
    await good(cancel({ call: elder.call, registrationId }));
    service.clock.advance(1);
    await press("second");
    expect(await told(elder)).toHaveLength(2);
  });

  it("is told among several who were signed up together; those without an account have no inbox", async () => {
    const { call, participantIds } = await family(service, 3);
    const elder = await elderOf(service, call);
    const { path, groupIds } = await publishedEvent(service);
    await good(
      signUp(call, path, groupIds[0] ?? "", { participantIds: [...participantIds, elder.personId] }),
    );
    expect(await told(elder)).toMatchObject([["registered-for-you", expect.any(String)]]);
    expect(await told({ call })).toEqual([]);
  });

  it("is told of a place in the queue as well", async () => {
    const relative = await citizen(service);
    const elder = await elderOf(service, relative.call);
    const full = await fullEvent(service);
    const { registrationId } = await join(relative.call, full, [elder.personId]);
    expect(await told(elder)).toEqual([["registered-for-you", registrationId]]);
  });

  it("is told when a queued sign-up is served, also when its message comes twice", async () => {
    const relative = await citizen(service);
    const elder = await elderOf(service, relative.call);
    const { path, groupIds } = await publishedEvent(service, { mode: "queued" });
    const { registrationId } = await good(
      signUp(relative.call, path, groupIds[0] ?? "", { participantId: elder.personId }),
    );
    expect(await told(elder)).toEqual([]);
    const messages = await take(service, "sign-ups");
    for (let time = 0; time < 2; time += 1) expect(await work("sign-ups", messages)).toEqual([]);
    expect(await told(elder)).toEqual([["registered-for-you", registrationId]]);
  });

  it("is not told of what did not come to be", async () => {
    const relative = await citizen(service);
    const elder = await elderOf(service, relative.call);
    const full = await fullEvent(service);
    const press = signUp(relative.call, full.path, full.groupId, { participantId: elder.personId });
    expect(await refused(press)).toBe("409 event-full");
    expect(await told(elder)).toEqual([]);
  });
});

it.each(["direct", "queued"] as const)(
  "who signs up for themself, or a child, is told nothing that the screen has said: %s",
  async (mode) => {
    const parent = await citizen(service);
    const { personId: participantId } = await child(parent.call);
    const { path, groupIds } = await publishedEvent(service, { mode });
    await good(signUp(parent.call, path, groupIds[0] ?? ""));
    await good(signUp(parent.call, path, groupIds[0] ?? "", { participantId }));
    await deliver(service, "sign-ups");
    expect(await told(parent)).toEqual([]);
    // Nobody reads a child's inbox, so nothing is put there.
    for (const personId of [parent.personId, participantId])
      expect(await dynamo.tally({ table: "operations", partition: `INBOX#${personId}` })).toBe(0);
  },
);
