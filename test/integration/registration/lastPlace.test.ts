import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { Gate } from "../../support/crowd.ts";
import {
  citizen,
  good,
  organiser,
  patiently,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability, cancel, changed, fullEvent, type Holder, queueFor } from "../../support/waiting.ts";

let service: TestService;
let people: Awaited<ReturnType<typeof citizen>>[];
beforeAll(async () => {
  service = await startTestService();
  people = [];
  while (people.length < 100)
    people.push(...(await Promise.all(Array.from({ length: 20 }, () => citizen(service)))));
});
afterAll(() => service.stop());

/** Everybody, so many at once; answers how often each answer was given. */
async function race(
  path: { eventId: string },
  groupId: string,
  { waits = () => false, atOnce = people.length }: { waits?: (at: number) => boolean; atOnce?: number } = {},
) {
  const gate = new Gate(atOnce);
  const told = await Promise.all(
    people.map(async ({ call }, at) => {
      const idempotencyKey = crypto.randomUUID();
      const press = () => signUp(call, path, groupId, { idempotencyKey, waitlist: waits(at) });
      const answer = await gate.pass(() => patiently(press));
      return answer.ok ? `${answer.status} ${answer.body.status}` : refused(Promise.resolve(answer));
    }),
  );
  return Object.fromEntries(
    [...new Set(told)].map((one) => [one, told.filter((other) => other === one).length]),
  );
}

describe("hard case 21: a hundred people at once for the last place", () => {
  const groups = [{ name: "成人组", capacity: 1 }];

  it("one has it, and the others are told that it is full", async () => {
    const { path, groupIds } = await publishedEvent(service, { groups });
    expect(await race(path, groupIds[0] ?? "")).toEqual({
      "201 confirmed": 1,
      "409 event-full": 99,
    });
    expect(await availability(service, path)).toMatchObject([{ held: 1, confirmed: 1, free: 0 }]);
  });

  it("one has it, and the others wait who asked to", async () => {
    const { path, groupIds } = await publishedEvent(service, { groups, waitlist: true });
    const told = await race(path, groupIds[0] ?? "", { waits: (at) => at % 2 === 0 });
    const { "201 waitlisted": waiting = 0, "409 event-full": full = 0 } = told;
    expect(told).toEqual({ "201 confirmed": 1, "201 waitlisted": waiting, "409 event-full": full });
    // Whoever has the place is of either half.
    expect([
      [49, 50],
      [50, 49],
    ]).toContainEqual([waiting, full]);
    expect(await availability(service, path)).toMatchObject([{ held: 1, free: 0, waitlisted: waiting }]);
  });
});

describe("hard case 30: an event's capacity", () => {
  const shrink = async (event: Awaited<ReturnType<typeof fullEvent>>, capacity: number) =>
    changed(service, event.path, { groups: [{ groupId: event.groupId, name: "成人组", capacity }] });

  it("does not go below the places taken, and the refusal says how far it can go", async () => {
    const event = await fullEvent(service, 3);
    await good(cancel(event.holders[0] as Holder));
    const refusal = await shrink(event, 1);
    expect(refusal.status).toBe(409);
    expect(refusal.body).toMatchObject({ type: "/problems/capacity-below-confirmed" });
    expect(JSON.stringify(refusal.body)).toContain("1 个名额");
    expect(await good(shrink(event, 2))).toMatchObject({ capacity: 2 });
    expect(await availability(service, event.path)).toMatchObject([{ capacity: 2, held: 2, free: 0 }]);
  });

  it("counts a place that is offered as taken", async () => {
    const event = await fullEvent(service, 2);
    await queueFor(service, event, 1);
    await good(cancel(event.holders[0] as Holder));
    expect(await refused(shrink(event, 1))).toBe("409 capacity-below-confirmed");
  });

  it("is exact when it falls beside those who sign up", async () => {
    const groups = [{ name: "成人组", capacity: 60 }];
    const { path, groupIds } = await publishedEvent(service, { groups });
    const groupId = groupIds[0] ?? "";
    const falling = (async () => {
      const answers: string[] = [];
      for (let capacity = 55; capacity >= 40; capacity -= 5) {
        const change = await changed(service, path, { groups: [{ groupId, name: "成人组", capacity }] });
        answers.push(change.ok ? "changed" : await refused(Promise.resolve(change)));
      }
      return answers;
    })();
    const told = await race(path, groupId, { atOnce: 5 });
    const answers = await falling;
    // In the end places may be gone before they are taken away.
    expect(answers[0]).toBe("changed");
    expect(answers.filter((one) => one !== "changed" && one !== "409 capacity-below-confirmed")).toEqual([]);
    const capacity = 60 - 5 * answers.filter((one) => one === "changed").length;
    expect(told).toEqual({ "201 confirmed": capacity, "409 event-full": 100 - capacity });
    expect(await availability(service, path)).toMatchObject([{ capacity, held: capacity, free: 0 }]);
  });

  it("and its times do not contradict themselves", async () => {
    const { path } = await publishedEvent(service);
    const answer = await changed(service, path, { endsAt: "2026-07-09T00:00:00.000Z" });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      type: "/problems/invalid-event",
      errors: expect.arrayContaining([expect.objectContaining({ pointer: "/endsAt" })]),
    });
  });

  it("of the whole is bound in the same way", async () => {
    const groups = [
      { name: "甲组", capacity: 5 },
      { name: "乙组", capacity: 5 },
    ];
    const { path, groupIds } = await publishedEvent(service, { groups, capacity: 3 });
    for (const { call } of people.slice(0, 3)) await good(signUp(call, path, groupIds[0] ?? ""));
    expect(await refused(changed(service, path, { capacity: 2 }))).toBe("409 capacity-below-confirmed");
    const { version } = await good(organiser(service)(registrationRoutes.getEvent, { path }));
    expect(version).toBe(2);
  });
});
