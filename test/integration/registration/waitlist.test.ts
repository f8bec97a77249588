import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "#shared/client.ts";
import { family } from "../../support/family.ts";
import { deliver } from "../../support/queues.ts";
import {
  citizen,
  good,
  NOON,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import {
  accept,
  availability,
  cancel,
  decline,
  fullEvent,
  type Holder,
  join,
  offeredTo,
  queueFor,
  standing,
} from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

const someone = async (): Promise<Client> => (await citizen(service)).call;

const positions = async (queue: readonly Holder[]) =>
  (await Promise.all(queue.map(standing))).map((read) => ("position" in read ? read.position : read.status));

describe("who finds an event full", () => {
  it("waits only when they ask to", async () => {
    const { path, groupId } = await fullEvent(service);
    const call = await someone();
    expect(await refused(signUp(call, path, groupId))).toBe("409 event-full");
    const waiting = await good(signUp(call, path, groupId, { waitlist: true }));
    expect(waiting.status).toBe("waitlisted");
    expect(await availability(service, path)).toMatchObject([{ held: 1, free: 0, waitlisted: 1 }]);
  });

  it("has a place at once where one is free, though they would have waited", async () => {
    const { path, groupIds } = await publishedEvent(service, { waitlist: true });
    const answer = await good(signUp(await someone(), path, groupIds[0] ?? "", { waitlist: true }));
    expect(answer.status).toBe("confirmed");
  });

  it("cannot wait for an event that has no waiting list", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const answer = signUp(await someone(), path, groupIds[0] ?? "", { waitlist: true });
    expect(await refused(answer)).toBe("422 no-waitlist");
  });

  it("waits once: the same request has the same answer, another is refused", async () => {
    const { path, groupId } = await fullEvent(service);
    const call = await someone();
    const asked = { waitlist: true, idempotencyKey: crypto.randomUUID() };
    const first = await good(signUp(call, path, groupId, asked));
    expect(await good(signUp(call, path, groupId, asked))).toEqual(first);
    expect(await refused(signUp(call, path, groupId, { waitlist: true }))).toBe("409 already-signed-up");
    expect(await availability(service, path)).toMatchObject([{ waitlisted: 1 }]);
  });

  it("waits in a rush too, in the order of asking, whatever the order of serving", async () => {
    const groups = [{ name: "成人组", capacity: 1 }];
    const { path, groupIds } = await publishedEvent(service, { groups, mode: "queued", waitlist: true });
    const asked: Holder[] = [];
    while (asked.length < 4) {
      asked.push(await join(await someone(), { path, groupId: groupIds[0] ?? "" }));
      service.clock.advance(1);
    }
    await deliver(service, "sign-ups", (messages) => messages.toReversed());
    expect(await positions(asked)).toEqual(["confirmed", 1, 2, 3]);
  });
});

describe("one who waits", () => {
  it("is told how many stand before them, fewer as others leave", async () => {
    const event = await fullEvent(service);
    const queue = await queueFor(service, event, 3);
    expect(await positions(queue)).toEqual([1, 2, 3]);
    expect(await good(cancel(queue[1] as Holder))).toMatchObject({ status: "cancelled" });
    expect(await positions(queue)).toEqual([1, "cancelled", 2]);
    expect(await availability(service, event.path)).toMatchObject([{ held: 1, waitlisted: 2 }]);
  });

  it("who left and comes again stands at the end", async () => {
    const event = await fullEvent(service);
    const [first, second] = (await queueFor(service, event, 2)) as [Holder, Holder];
    await good(cancel(first));
    await join(first.call, event);
    expect(await positions([first, second])).toEqual([2, 1]);
  });

  it("may leave when nobody may give a place back any more", async () => {
    const event = await fullEvent(service, 1, { cancelUntil: "2026-06-11T00:00:00Z" });
    const [waiter] = (await queueFor(service, event, 1)) as [Holder];
    service.clock.advance(86_400);
    expect(await refused(cancel(event.holders[0] as Holder))).toBe("409 cancel-closed");
    expect(await good(cancel(waiter))).toMatchObject({ status: "cancelled" });
  });

  it("is seen by the organiser as waiting, and has no place in what is held", async () => {
    const event = await fullEvent(service, 2);
    await queueFor(service, event, 3);
    expect(await availability(service, event.path)).toMatchObject([
      { capacity: 2, held: 2, confirmed: 2, free: 0, waitlisted: 3 },
    ]);
  });
});

describe("a place that is given back", () => {
  it("is offered at once to who asked first, and kept for four hours of the day", async () => {
    const event = await fullEvent(service);
    const queue = await queueFor(service, event, 3);
    await good(cancel(event.holders[0] as Holder));
    expect(await positions(queue)).toEqual(["offered", 1, 2]);
    expect(await standing(queue[0] as Holder)).toMatchObject({
      offer: { expiresAt: expect.stringMatching(/^2026-06-10T08:00:/) },
    });
    expect(await availability(service, event.path)).toMatchObject([
      { held: 1, confirmed: 0, free: 0, waitlisted: 2 },
    ]);
  });

  it("is theirs once they accept it", async () => {
    const { path, offered } = await offeredTo(service, await someone());
    const idempotencyKey = crypto.randomUUID();
    const accepted = await good(accept(offered, idempotencyKey));
    expect(accepted.status).toBe("confirmed");
    expect(await good(accept(offered, idempotencyKey))).toEqual(accepted);
    expect(await refused(accept(offered))).toBe("409 no-offer");
    expect(await refused(decline(offered))).toBe("409 no-offer");
    expect(await availability(service, path)).toMatchObject([{ held: 1, confirmed: 1, free: 0 }]);
  });

  it("passes to the next when they decline it", async () => {
    const event = await offeredTo(service, await someone());
    const [next] = (await queueFor(service, event, 1)) as [Holder];
    expect(await good(decline(event.offered))).toMatchObject({ status: "cancelled" });
    expect(await good(accept(next))).toMatchObject({ status: "confirmed" });
    expect(await refused(decline(event.offered))).toBe("409 no-offer");
  });

  it("passes to the next when they cancel instead", async () => {
    const event = await offeredTo(service, await someone());
    const [next] = (await queueFor(service, event, 1)) as [Holder];
    expect(await good(cancel(event.offered))).toMatchObject({ status: "cancelled" });
    expect(await positions([next])).toEqual(["offered"]);
  });

  it("is neither accepted nor declined by who still waits", async () => {
    const [waiter] = (await queueFor(service, await fullEvent(service), 1)) as [Holder];
    expect(await refused(accept(waiter))).toBe("409 no-offer");
    expect(await refused(decline(waiter))).toBe("409 no-offer");
  });

  it("is everybody's when nobody waits", async () => {
    const { path, groupId, holders } = await fullEvent(service);
    await good(cancel(holders[0] as Holder));
    expect((await good(signUp(await someone(), path, groupId))).status).toBe("confirmed");
  });

  it("goes to no newcomer while somebody waits, who would wait behind them", async () => {
    const event = await fullEvent(service, 2);
    const pair = await family(service, 2);
    const waiting = await join(pair.call, event, pair.participantIds);
    await good(cancel(event.holders[0] as Holder));
    // One place is free, and two people wait for two.
    expect(await availability(service, event.path)).toMatchObject([{ held: 1, free: 0, waitlisted: 2 }]);
    expect(await refused(signUp(await someone(), event.path, event.groupId))).toBe("409 event-full");
    expect(await positions([waiting])).toEqual([1]);
  });

  it("is offered to who can have it where the whole holds fewer than its groups", async () => {
    const groups = [
      { name: "甲组", capacity: 2 },
      { name: "乙组", capacity: 2 },
    ];
    const { path, groupIds } = await publishedEvent(service, { groups, capacity: 2, waitlist: true });
    const [a = "", b = ""] = groupIds;
    await good(signUp(await someone(), path, a));
    const leaver = await someone();
    const { registrationId } = await good(signUp(leaver, path, b));
    const [waiter] = (await queueFor(service, { path, groupId: a }, 1)) as [Holder];
    await good(cancel({ call: leaver, registrationId }));
    expect(await refused(signUp(await someone(), path, b))).toBe("409 event-full");
    expect(await good(accept(waiter))).toMatchObject({ status: "confirmed" });
    expect(await availability(service, path)).toMatchObject([
      { held: 2, free: 0, waitlisted: 0 },
      { held: 0, free: 0 },
    ]);
  });
});
