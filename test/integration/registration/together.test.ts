import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { child, family } from "../../support/family.ts";
import { deliver } from "../../support/queues.ts";
import {
  citizen,
  good,
  patiently,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

/** An event with so many places. */
async function event(capacity: number, of: Record<string, unknown> = {}) {
  const groups = [{ name: "家庭组", capacity, ...of }];
  const { path, groupIds } = await publishedEvent(service, { groups });
  return { path, groupId: groupIds[0] ?? "" };
}

describe("several people signed up at once", () => {
  it("each have a place and a registration, which name each other", async () => {
    const { path, groupId } = await event(5);
    const { call, participantIds } = await family(service, 3);
    const answer = await good(signUp(call, path, groupId, { participantIds }));
    expect(answer).toMatchObject({ status: "confirmed", participantId: participantIds[0] });
    const { items } = await good(call(registrationRoutes.listMyRegistrations, { query: {} }));
    expect(items.map(({ participantId }) => participantId).toSorted()).toEqual(participantIds.toSorted());
    expect(items.map(({ registrationId }) => registrationId).toSorted()).toEqual(answer.party?.toSorted());
    for (const { party } of items) expect(party).toEqual(answer.party);
    expect(await availability(service, path)).toMatchObject([{ held: 3, free: 2 }]);
  });

  it("get no place when there is none for all of them, and whoever needs fewer gets it", async () => {
    const { path, groupId } = await event(1);
    const { call, participantIds } = await family(service, 2);
    expect(await refused(signUp(call, path, groupId, { participantIds }))).toBe("409 event-full");
    expect(await availability(service, path)).toMatchObject([{ held: 0, free: 1 }]);
    expect((await good(signUp(call, path, groupId))).status).toBe("confirmed");
  });

  it("are refused whole when one of them has a place already", async () => {
    const { path, groupId } = await event(5);
    const { call, participantIds } = await family(service, 3);
    const [, second = ""] = participantIds;
    const { registrationId } = await good(signUp(call, path, groupId, { participantId: second }));
    const again = await signUp(call, path, groupId, { participantIds });
    expect(await refused(Promise.resolve(again))).toBe("409 already-signed-up");
    expect(JSON.stringify(again.body)).toContain(registrationId);
    expect(await availability(service, path)).toMatchObject([{ held: 1 }]);
  });

  it("are refused whole when one of them may not have a place", async () => {
    const { path, groupId } = await event(5, { minAge: 18 });
    const { call, participantIds } = await family(service, 2);
    expect(await refused(signUp(call, path, groupId, { participantIds }))).toBe("422 not-eligible");
    expect(await availability(service, path)).toMatchObject([{ held: 0 }]);
  });

  it("are refused whole when the caller may not act for one of them", async () => {
    const { path, groupId } = await event(5);
    const { call, participantIds } = await family(service, 1);
    const stranger = await child((await citizen(service)).call);
    const asked = { participantIds: [...participantIds, stranger.personId] };
    expect(await refused(signUp(call, path, groupId, asked))).toBe("404 not-found");
    expect(await availability(service, path)).toMatchObject([{ held: 0 }]);
  });

  it("are several: nobody is named twice", async () => {
    const { path, groupId } = await event(5);
    const { call, participantIds } = await family(service, 1);
    const asked = { participantIds: [...participantIds, ...participantIds] };
    expect(await refused(signUp(call, path, groupId, asked))).toBe("400 invalid-body");
  });

  it("are remembered under their request's key", async () => {
    const { path, groupId } = await event(5);
    const { call, participantIds } = await family(service, 2);
    const asked = { participantIds, idempotencyKey: crypto.randomUUID() };
    const first = await good(signUp(call, path, groupId, asked));
    expect(await good(signUp(call, path, groupId, asked))).toEqual(first);
    const other = { ...asked, participantIds: participantIds.toReversed() };
    expect(await refused(signUp(call, path, groupId, other))).toBe("422 idempotency-key-reused");
    expect(await availability(service, path)).toMatchObject([{ held: 2 }]);
  });

  it("give their places back one by one", async () => {
    const { path, groupId } = await event(5);
    const { call, participantIds } = await family(service, 2);
    const { party = [] } = await good(signUp(call, path, groupId, { participantIds }));
    const [, second = ""] = party;
    await good(call(registrationRoutes.cancelRegistration, { path: { registrationId: second } }));
    expect(await availability(service, path)).toMatchObject([{ held: 1, free: 4 }]);
  });

  it("race for an odd number of places in pairs: as many pairs as fit, and one place is left", async () => {
    const { path, groupId } = await event(7);
    const pairs = await Promise.all(Array.from({ length: 12 }, () => family(service, 2)));
    const answers = await Promise.all(
      pairs.map(({ call, participantIds }) => {
        const idempotencyKey = crypto.randomUUID();
        return patiently(() => signUp(call, path, groupId, { participantIds, idempotencyKey }));
      }),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    expect(await availability(service, path)).toMatchObject([{ held: 6, free: 1 }]);
  });

  it("are served at once in a rush too, all or none", async () => {
    const groups = [{ name: "家庭组", capacity: 3 }];
    const { path, groupIds } = await publishedEvent(service, { groups, mode: "queued" });
    const groupId = groupIds[0] ?? "";
    const [first, second] = [await family(service, 2), await family(service, 2)];
    const { participantIds } = second;
    const answer = await good(signUp(first.call, path, groupId, { participantIds: first.participantIds }));
    expect(answer).toMatchObject({ status: "confirmed", party: [expect.any(String), expect.any(String)] });
    expect(await refused(signUp(second.call, path, groupId, { participantIds }))).toBe("409 event-full");
    expect(await good(signUp(second.call, path, groupId))).toMatchObject({ status: "queued" });
    await deliver(service, "sign-ups");
    expect(await availability(service, path)).toMatchObject([{ held: 3, free: 0 }]);
  });
});
