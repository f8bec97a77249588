import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import type { Client } from "#shared/client.ts";
import { family } from "../../support/family.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import {
  citizen,
  good,
  NOON,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import {
  accept,
  availability,
  cancel,
  changed,
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
const statuses = async (of: readonly Holder[]) =>
  (await Promise.all(of.map(standing))).map(({ status }) => status);
const sweep = async () => {
  const answer = await fetch(`${service.url}/local/jobs/offerPlaces/run`, { method: "POST" });
  expect(answer.status).toBe(200);
};
const HOUR = 3_600;

describe("an offer that lapses", () => {
  it("is over when it is read, before any job ran, and can then not be accepted", async () => {
    const { offered, path } = await offeredTo(service, await someone());
    service.clock.advance(4 * HOUR - 60);
    expect(await statuses([offered])).toEqual(["offered"]);
    service.clock.advance(61);
    expect(await statuses([offered])).toEqual(["expired"]);
    expect(await refused(accept(offered))).toBe("409 offer-expired");
    // Nobody else has the place before it is given back.
    expect(await availability(service, path)).toMatchObject([{ held: 1, confirmed: 0, free: 0 }]);
  });

  it("passes to the next at the following run, and a second run changes nothing", async () => {
    const event = await offeredTo(service, await someone());
    const queue = await queueFor(service, event, 2);
    service.clock.advance(4 * HOUR);
    await sweep();
    const stands = await Promise.all([...queue, event.offered].map(standing));
    expect(stands.map(({ status }) => status)).toEqual(["offered", "waitlisted", "expired"]);
    await sweep();
    expect(await Promise.all([...queue, event.offered].map(standing))).toEqual(stands);
  });

  it("leaves its holder free to wait again, behind the others", async () => {
    const event = await offeredTo(service, await someone());
    const [next] = (await queueFor(service, event, 1)) as [Holder];
    service.clock.advance(4 * HOUR);
    expect(await refused(signUp(event.offered.call, event.path, event.groupId, { waitlist: true }))).toBe(
      "409 already-signed-up",
    );
    await sweep();
    await join(event.offered.call, event);
    expect(await standing(event.offered)).toMatchObject({ status: "waitlisted", position: 1 });
    expect(await statuses([next])).toEqual(["offered"]);
  });

  it("is everybody's after the run when nobody waits", async () => {
    const { path, groupId } = await offeredTo(service, await someone());
    service.clock.advance(4 * HOUR);
    await sweep();
    expect((await good(signUp(await someone(), path, groupId))).status).toBe("confirmed");
  });

  it("of many, after three days without a run, are all made good by one", async () => {
    const event = await fullEvent(service, 3);
    const queue = await queueFor(service, event, 5);
    for (const holder of event.holders) await good(cancel(holder));
    service.clock.advance(72 * HOUR);
    await sweep();
    expect(await statuses(queue)).toEqual(["expired", "expired", "expired", "offered", "offered"]);
    expect(await availability(service, event.path)).toMatchObject([{ held: 2, free: 1, waitlisted: 0 }]);
  });
});

it("a place that came free while the store was away is offered by the next run", async () => {
  const event = await fullEvent(service);
  const [waiter] = (await queueFor(service, event, 1)) as [Holder];
  let written = false;
  const cancelled = await withFault(
    async (command, _, next) => {
      if (written) throw sdkError("ServiceUnavailable");
      written = command.startsWith("TransactWrite");
      return next();
    },
    () => cancel(event.holders[0] as Holder),
  );
  expect(cancelled).toMatchObject({ ok: false, status: 503 });
  expect(await statuses([waiter, event.holders[0] as Holder])).toEqual(["waitlisted", "cancelled"]);
  expect(await refused(signUp(await someone(), event.path, event.groupId))).toBe("409 event-full");
  expect(await runJob("offerPlaces")).toBe(true);
  expect(await statuses([waiter])).toEqual(["offered"]);
});

it("an event whose places cannot be changed holds no other up", async () => {
  const stuck = await offeredTo(service, await someone());
  const event = await offeredTo(service, await someone());
  const queue = [...(await queueFor(service, stuck, 1)), ...(await queueFor(service, event, 1))];
  service.clock.advance(4 * HOUR);
  const done = await withFault(
    async (command, input, next) => {
      const changes = command.startsWith("TransactWrite") ? JSON.stringify(input["TransactItems"]) : "";
      if (changes.includes(stuck.path.eventId)) throw sdkError("ServiceUnavailable");
      return next();
    },
    () => runJob("offerPlaces"),
  );
  expect(done).toBe(false);
  expect(await statuses(queue)).toEqual(["waitlisted", "offered"]);
  await sweep();
  expect(await statuses(queue)).toEqual(["offered", "offered"]);
});

describe("people who wait together", () => {
  it("are offered places when as many are free, and passed by who needs fewer", async () => {
    const event = await fullEvent(service, 4);
    const [first, second, third, fourth] = event.holders as [Holder, Holder, Holder, Holder];
    const three = await family(service, 3);
    const party = await join(three.call, event, three.participantIds);
    const [single] = (await queueFor(service, event, 1)) as [Holder];
    await good(cancel(first));
    expect(await statuses([party, single])).toEqual(["waitlisted", "offered"]);
    expect(await standing(party)).toMatchObject({ position: 1 });
    await good(cancel(second));
    await good(cancel(third));
    expect(await statuses([party])).toEqual(["waitlisted"]);
    await good(cancel(fourth));
    expect(await statuses([party])).toEqual(["offered"]);
    expect(await availability(service, event.path)).toMatchObject([
      { held: 4, confirmed: 0, free: 0, waitlisted: 0 },
    ]);
  });

  it("stand at one place in the queue, whoever of them asks", async () => {
    const event = await fullEvent(service, 2);
    await queueFor(service, event, 1);
    const pair = await family(service, 2);
    const first = await join(pair.call, event, pair.participantIds);
    const { party = [] } = await standing(first);
    const both = party.map((registrationId) => ({ call: pair.call, registrationId }));
    expect(await Promise.all(both.map(standing))).toMatchObject([{ position: 2 }, { position: 2 }]);
    // Positions are of those who asked, places of people.
    expect(await availability(service, event.path)).toMatchObject([{ waitlisted: 3 }]);
  });

  it("accept together", async () => {
    const event = await fullEvent(service, 2);
    const pair = await family(service, 2);
    const first = await join(pair.call, event, pair.participantIds);
    for (const holder of event.holders) await good(cancel(holder));
    const accepted = await good(accept(first));
    expect(accepted).toMatchObject({
      status: "confirmed",
      party: [first.registrationId, expect.any(String)],
    });
    const members = (accepted.party ?? []).map((registrationId) => ({ call: pair.call, registrationId }));
    expect(await statuses(members)).toEqual(["confirmed", "confirmed"]);
    expect(await availability(service, event.path)).toMatchObject([{ held: 2, confirmed: 2 }]);
  });

  it("leave together, whoever of them leaves", async () => {
    const event = await fullEvent(service, 2);
    const pair = await family(service, 2);
    const first = await join(pair.call, event, pair.participantIds);
    const [, other = ""] = (await standing(first)).party ?? [];
    const second = { call: pair.call, registrationId: other };
    await good(cancel(second));
    expect(await statuses([first, second])).toEqual(["cancelled", "cancelled"]);
    expect(await availability(service, event.path)).toMatchObject([{ waitlisted: 0 }]);
  });

  it("let an offer lapse together", async () => {
    const event = await fullEvent(service, 2);
    const pair = await family(service, 2);
    const first = await join(pair.call, event, pair.participantIds);
    for (const holder of event.holders) await good(cancel(holder));
    const [next] = (await queueFor(service, event, 1)) as [Holder];
    service.clock.advance(4 * HOUR);
    await sweep();
    expect(await statuses([first, next])).toEqual(["expired", "offered"]);
    expect(await availability(service, event.path)).toMatchObject([{ held: 1, free: 1, waitlisted: 0 }]);
  });
});

describe("places that an organiser adds", () => {
  it("are offered to who waits, in order, as many as there are", async () => {
    const event = await fullEvent(service, 1);
    const queue = await queueFor(service, event, 3);
    const groups = [{ groupId: event.groupId, name: "成人组", capacity: 3 }];
    await good(changed(service, event.path, { groups }));
    expect(await statuses(queue)).toEqual(["offered", "offered", "waitlisted"]);
    expect(await refused(signUp(await someone(), event.path, event.groupId))).toBe("409 event-full");
  });

  it("are offered to who waits where the whole was the bound", async () => {
    const two = [
      { name: "甲组", capacity: 2 },
      { name: "乙组", capacity: 2 },
    ];
    const event = await fullEvent(service, 2, { groups: two, capacity: 2 });
    const [waiter] = (await queueFor(service, event, 1)) as [Holder];
    const groups = event.event.groups.map(({ groupId, name }) => ({ groupId, name, capacity: 3 }));
    await good(changed(service, event.path, { groups, capacity: 3 }));
    expect(await statuses([waiter])).toEqual(["offered"]);
    expect(await refused(signUp(await someone(), event.path, event.groupIds[1] ?? ""))).toBe(
      "409 event-full",
    );
  });
});
