import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chanceOf } from "#local/demo/random.ts";
import { runJob } from "#local/localRoutes.ts";
import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { businessDate } from "#shared/platform/time.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { findLimits, NotCounted, planIntervalMoved } from "#shared/registration/standing/store.ts";
import { listRegistrationsOf } from "#shared/registration/store.ts";
import { clerk, signUpAtDesk } from "../../support/desk.ts";
import { family } from "../../support/family.ts";
import { withFault } from "../../support/faults.ts";
import { decidedPolicy } from "../../support/policies.ts";
import { deliver, take, work } from "../../support/queues.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  patiently,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { accept, cancel, changed, decline, fullEvent, join } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

/** An event of some hours of one day, which keeps the limits. */
async function fair(day: number, [from, to]: readonly [number, number] = [1, 9], of: object = {}) {
  const at = (hour: number) =>
    `2026-07-${String(day).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00.000Z`;
  const event = await publishedEvent(service, {
    name: `赛事${day}-${from}`,
    startsAt: at(from),
    endsAt: at(to),
    fairness: true,
    ...of,
  });
  return { ...event, groupId: event.groupIds[0] ?? "" };
}
type Fair = Awaited<ReturnType<typeof fair>>;
const press = (call: Client, { path, groupId }: Fair, more: Parameters<typeof signUp>[3] = {}) =>
  signUp(call, path, groupId, more);

const entriesOf = async (personId: string) => Object.keys((await findLimits(personId))?.entries ?? {}).sort();
const liveOf = async (personId: string) =>
  (await listRegistrationsOf(personId))
    .filter(({ holder, claim }) => holder.state !== "released" && claim.limited)
    .map(({ registrationId }) => registrationId)
    .sort();
/** What the guard counts is what there is. */
async function agrees(personId: string): Promise<string[]> {
  const live = await liveOf(personId);
  expect(await entriesOf(personId)).toEqual(live);
  return live;
}

describe("an event", () => {
  it("keeps no limits by default, and then nothing of them is read or written", async () => {
    const { event, path, groupIds } = await publishedEvent(service);
    expect(event.fairness).toBe(false);
    const me = await citizen(service);
    const asked: string[] = [];
    await withFault(
      (command, input, next) => {
        asked.push(`${command} ${JSON.stringify(input)}`);
        return next();
      },
      () => signUp(me.call, path, groupIds[0] ?? ""),
    );
    expect(asked.filter((one) => /LIMITS|POLICIES/.test(one))).toEqual([]);
    expect(await findLimits(me.personId)).toBeUndefined();
  });

  it("keeps them where the organiser, or the rule in force, says so; for good once it is published", async () => {
    const by = organiser(service);
    const create = async (of: object) =>
      good(by(registrationRoutes.createEvent, { body: eventInput(of as Record<string, unknown>) }));
    const draft = await create({ fairness: true });
    const path = { eventId: draft.eventId };
    const patch = (fairness: boolean, ifMatch: number) =>
      by(registrationRoutes.changeEvent, { path, body: { fairness }, ifMatch });
    expect(await good(patch(false, 1))).toMatchObject({ fairness: false });
    expect(await good(patch(true, 2))).toMatchObject({ fairness: true });
    await good(by(registrationRoutes.publishEvent, { path }));
    expect(await refused(patch(false, 4))).toBe("409 event-not-draft");
    expect(await good(patch(true, 4))).toMatchObject({ fairness: true });
  });
});

describe("the limits of a person", () => {
  it("refuse another event at the same time and name it to who acts for the person", async () => {
    const [morning, noon, afternoon] = [await fair(2, [1, 4]), await fair(2, [3, 6]), await fair(2, [4, 8])];
    const me = await citizen(service);
    const { registrationId } = await good(press(me.call, morning));
    const { status, body } = await press(me.call, noon);
    expect([status, body]).toMatchObject([
      409,
      { type: "/problems/time-clash", eventId: morning.path.eventId, registrationId },
    ]);
    expect((body as { detail: string }).detail).toContain("“赛事2-1”");
    // One may begin when the other ends.
    expect(await press(me.call, afternoon)).toMatchObject({ status: 201 });
    await good(cancel({ call: me.call, registrationId }));
    await agrees(me.personId);
    expect(await refused(press(me.call, noon))).toBe("409 time-clash");
    expect(await press(me.call, morning)).toMatchObject({ status: 201 });
    await agrees(me.personId);
  });

  it("refuse more events than allowed at a time; what was cancelled, has ended or is long ago counts no more", async () => {
    const me = await citizen(service);
    const events = [];
    for (let day = 3; day < 9; day += 1) events.push(await fair(day));
    const held = [];
    for (const event of events.slice(0, 5)) held.push(await good(press(me.call, event)));
    const sixth = events[5] as Fair;
    const { status, body } = await press(me.call, sixth);
    expect([status, body]).toMatchObject([
      409,
      { type: "/problems/active-limit", activeMax: 5, perDays: 30 },
    ]);
    await good(cancel({ call: me.call, registrationId: held[0]?.registrationId ?? "" }));
    expect(await press(me.call, sixth)).toMatchObject({ status: 201 });
    expect(await refused(press(me.call, events[0] as Fair))).toBe("409 active-limit");
    await agrees(me.personId);
  });

  it("are each person's own: of a party one that is refused keeps all from it", async () => {
    const [first, second] = [await fair(2, [1, 4]), await fair(2, [2, 5])];
    const { call, participantIds } = await family(service, 3);
    const [mine = "", kid = ""] = participantIds;
    await good(press(call, first, { participantId: kid }));
    expect(await refused(press(call, second, { participantIds }))).toBe("409 time-clash");
    for (const personId of participantIds) await agrees(personId);
    expect(await entriesOf(mine)).toEqual([]);
    const others = { participantIds: participantIds.filter((one) => one !== kid) };
    const { party = [] } = (await good(press(call, second, others))) as { party?: string[] };
    expect(party).toHaveLength(2);
    // Each gives back their own place, and counts their own.
    await good(cancel({ call, registrationId: party[1] ?? "" }));
    for (const personId of participantIds) await agrees(personId);
    expect(await entriesOf(mine)).toHaveLength(1);
  });

  it("hold at a desk, where staff are not told of the person's other events", async () => {
    const [one, two] = [await fair(2, [1, 4]), await fair(2, [2, 5])];
    const me = await citizen(service);
    await good(press(me.call, one));
    const { status, body } = await signUpAtDesk(clerk(service), two, me.input);
    expect([status, body]).toMatchObject([409, { type: "/problems/time-clash" }]);
    expect(body).not.toHaveProperty("eventId");
    expect(JSON.stringify(body)).not.toMatch(/赛事2-1|reg_/);
    expect(await agrees(me.personId)).toHaveLength(1);
    const other = await citizen(service);
    expect(await signUpAtDesk(clerk(service), two, other.input)).toMatchObject({ status: 201 });
    expect(await agrees(other.personId)).toHaveLength(1);
  });

  it("count who waits, and forget who leaves, declines, lets an offer lapse or is erased", async () => {
    const full = await fullEvent(service, 1, {
      fairness: true,
      startsAt: "2026-07-20T00:00:00Z",
      endsAt: "2026-07-20T09:00:00Z",
    });
    const waits = async () => {
      const me = await citizen(service);
      return { ...me, ...(await join(me.call, full)) };
    };
    const [leaves, declines, lapses] = [await waits(), await waits(), await waits()];
    const [accepts, erased] = [await waits(), await waits()];
    const waiting = [leaves, declines, lapses, accepts, erased];
    const counts = async () =>
      Promise.all(waiting.map(async ({ personId }) => (await agrees(personId)).length));
    expect(await counts()).toEqual([1, 1, 1, 1, 1]);
    await good(cancel(leaves));
    expect(await counts()).toEqual([0, 1, 1, 1, 1]);
    for (const holder of full.holders) await good(cancel(holder));
    await good(decline(declines));
    expect(await counts()).toEqual([0, 0, 1, 1, 1]);
    service.clock.advance(86_400);
    expect(await runJob("offerPlaces")).toBe(true);
    expect(await counts()).toEqual([0, 0, 0, 1, 1]);
    await good(accept(accepts));
    expect(await counts()).toEqual([0, 0, 0, 1, 1]);
    await good(erased.call(peopleRoutes.eraseMe, {}));
    expect(await runJob("releaseErased")).toBe(true);
    expect(await counts()).toEqual([0, 0, 0, 1, 0]);
  });

  it("forget a party that leaves the queue together", async () => {
    const full = await fullEvent(service, 1, { fairness: true });
    const { call, participantIds } = await family(service, 3);
    const first = await join(call, full, participantIds);
    for (const personId of participantIds) expect(await agrees(personId)).toHaveLength(1);
    await good(cancel(first));
    for (const personId of participantIds) expect(await agrees(personId)).toHaveLength(0);
  });

  it("follow an event whose times are changed, and what another context moves", async () => {
    const [moved, other] = [await fair(10, [1, 3]), await fair(11, [1, 3])];
    const [me, you] = [await citizen(service), await citizen(service)];
    const { registrationId } = await good(press(me.call, moved));
    const given = await good(press(you.call, moved));
    await good(cancel({ call: you.call, registrationId: given.registrationId }));
    const times = { startsAt: "2026-07-11T02:00:00.000Z", endsAt: "2026-07-11T05:00:00.000Z" };
    await good(changed(service, moved.path, times));
    expect((await findLimits(me.personId))?.entries[registrationId]).toMatchObject(times);
    expect(await refused(press(me.call, other))).toBe("409 time-clash");
    expect(await press(you.call, other)).toMatchObject({ status: 201 });
    const postponed = { startsAt: "2026-07-12T02:00:00.000Z", endsAt: "2026-07-12T05:00:00.000Z" };
    await dynamo.commit([planIntervalMoved(me.personId, registrationId, postponed)]);
    expect(await press(me.call, other)).toMatchObject({ status: 201 });
    const gone = planIntervalMoved(you.personId, given.registrationId, postponed);
    await expect(dynamo.commit([gone])).rejects.toThrow(NotCounted);
  });
});

describe("a sign-up that is served in turn", () => {
  it("is refused at once where the limits are reached already", async () => {
    const [direct, rush] = [await fair(2, [1, 4]), await fair(2, [2, 5], { mode: "queued" })];
    const me = await citizen(service);
    await good(press(me.call, direct));
    expect(await refused(press(me.call, rush))).toBe("409 time-clash");
    expect(await take(service, "sign-ups")).toEqual([]);
  });

  it("is refused by who serves it, is told so for good, and gets nothing though it is handed over again", async () => {
    const [one, two] = [await fair(2, [1, 4], { mode: "queued" }), await fair(2, [2, 5], { mode: "queued" })];
    const me = await citizen(service);
    const first = await good(press(me.call, one));
    const second = await good(press(me.call, two));
    const messages = await take(service, "sign-ups");
    const [of, other] = [one, two].map(({ path }) =>
      messages.filter(({ body }) => body.includes(path.eventId)),
    );
    expect(await work("sign-ups", of ?? [])).toEqual([]);
    expect(await work("sign-ups", other ?? [])).toEqual([]);
    const read = ({ registrationId, ...rest }: typeof first) =>
      me.call(registrationRoutes.getRegistration, {
        path: { registrationId },
        query: "ticket" in rest ? { ticket: rest.ticket } : {},
      });
    expect(await good(read(first))).toMatchObject({ status: "confirmed" });
    expect(await refused(read(second))).toBe("409 time-clash");
    // The place at the same time is given back, and the message comes a second time.
    await good(cancel({ call: me.call, registrationId: first.registrationId }));
    expect(await work("sign-ups", other ?? [])).toEqual([]);
    expect(await refused(read(second))).toBe("409 time-clash");
    expect(await agrees(me.personId)).toEqual([]);
    // Asked anew it is another sign-up.
    const anew = await good(press(me.call, two));
    await deliver(service, "sign-ups");
    expect(await good(read(anew))).toMatchObject({ status: "confirmed" });
    await agrees(me.personId);
  });
});

it("a queued sign-up whose refusal is overtaken is judged again, and then gets the place", async () => {
  const [one, two] = [await fair(2, [1, 4]), await fair(2, [2, 5], { mode: "queued" })];
  const me = await citizen(service);
  await good(press(me.call, two));
  const held = await good(press(me.call, one));
  const messages = await take(service, "sign-ups");
  let cancelled = false;
  const again = await withFault(
    async (command, input, next) => {
      const notes = JSON.stringify(input["TransactItems"] ?? []).includes('"refused"');
      if (command.startsWith("TransactWrite") && notes && !cancelled) {
        cancelled = true;
        await good(cancel({ call: me.call, registrationId: held.registrationId }));
      }
      return next();
    },
    () => work("sign-ups", messages),
  );
  expect([cancelled, again.length]).toEqual([true, 1]);
  expect(await work("sign-ups", messages)).toEqual([]);
  expect(await agrees(me.personId)).toHaveLength(1);
});

describe("two sign-ups at once", () => {
  it("for events at the same time: exactly one gets a place, in each of many rounds", async () => {
    const [one, two] = [
      await fair(13, [1, 4], { groups: [{ name: "成人组", capacity: 100 }] }),
      await fair(13, [2, 5], { groups: [{ name: "成人组", capacity: 100 }] }),
    ];
    for (let round = 0; round < 25; round += 1) {
      const me = await citizen(service);
      const keys = [crypto.randomUUID(), crypto.randomUUID()];
      const answers = await Promise.all(
        [one, two].map((event, at) =>
          patiently(() => press(me.call, event, { idempotencyKey: keys[at] ?? "" })),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
        type: "/problems/time-clash",
      });
      expect(await agrees(me.personId)).toHaveLength(1);
    }
  });
});

it("under random sign-ups, cancellations and races the limits are the live registrations of a person", async () => {
  const random = chanceOf(20_260_610);
  await decidedPolicy(service, {
    policyId: "registration.fairness",
    jurisdiction: "CN",
    value: { activeMax: 3, perDays: 30, clash: true },
    enforcement: "refuse",
    validFrom: businessDate(service.clock.now()),
  });
  service.clock.advance(31);
  const { event } = await publishedEvent(service);
  // Where the rule refuses, events keep the limits unless their organiser says otherwise.
  expect(event.fairness).toBe(true);
  const groups = [{ name: "成人组", capacity: 2 }];
  const events: Fair[] = [];
  for (const [day, from, to] of [
    [20, 1, 4],
    [20, 3, 6],
    [20, 6, 8],
    [21, 1, 9],
    [22, 1, 9],
  ] as const)
    events.push(await fair(day, [from, to], { groups, waitlist: true }));
  const people = [await citizen(service), await citizen(service), await citizen(service)];
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random.next() * of.length)] as T;
  let refusals = 0;
  for (let round = 0; round < 40; round += 1) {
    await Promise.all(
      Array.from({ length: 3 }, async () => {
        const { call, personId } = pick(people);
        const [held] = random.next() < 0.4 ? await liveOf(personId) : [];
        if (held !== undefined) return cancel({ call, registrationId: held });
        const key = { idempotencyKey: crypto.randomUUID(), waitlist: random.next() < 0.7 };
        const to = pick(events);
        const answer = await patiently(() => press(call, to, key));
        refusals += Number(answer.status === 409);
        return answer;
      }),
    );
    if (round % 10 === 9) {
      service.clock.advance(5 * 3_600);
      expect(await runJob("offerPlaces")).toBe(true);
    }
    for (const { personId } of people) {
      const live = await agrees(personId);
      expect(live.length).toBeLessThanOrEqual(3);
      const { entries = {} } = (await findLimits(personId)) ?? {};
      const times = Object.values(entries).sort((a, b) => (a.startsAt < b.startsAt ? -1 : 1));
      for (const [at, { startsAt }] of times.entries())
        if (at > 0) expect(startsAt >= (times[at - 1]?.endsAt ?? "")).toBe(true);
    }
  }
  expect(refusals).toBeGreaterThan(10);
}, 120_000);
