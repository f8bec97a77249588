import { randomBytes } from "node:crypto";
import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { holderItemKey } from "#shared/allotment/model.ts";
import { findJob, LeaseLost, note, takeLease } from "#shared/jobs/store.ts";
import { client, dynamo } from "#shared/platform/dynamo.ts";
import { policyRoutes } from "#shared/policies/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { remindNext } from "#shared/registration/reminders/remind.ts";
import { reminderId } from "#shared/registration/reminders/rules.ts";
import { findEvent } from "#shared/registration/store.ts";
import { approve } from "../../support/deciding.ts";
import { child, elderOf, family } from "../../support/family.ts";
import { finance } from "../../support/ledger.ts";
import { deliverNotices, inboxOf, messageOf, tell } from "../../support/notices.ts";
import { policyInput } from "../../support/policies.ts";
import { roundTrips } from "../../support/roundTrips.ts";
import {
  citizen,
  good,
  publishedEvent,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { cancel, changed, fullEvent, join } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
const NOON = new Date("2026-06-10T04:00:00.000Z");
afterEach(() => service.clock.set(NOON));

const HOUR = 3_600_000;
const before = (startsAt: string, hours: number, seconds = 0) =>
  new Date(Date.parse(startsAt) - hours * HOUR + seconds * 1_000);

/** One tick at an instant. */
async function tickAt(at: Date): Promise<void> {
  service.clock.set(at);
  expect(await runJob("remindParticipants")).toBe(true);
}

let days = 0;
/** Two in the afternoon of a day that no other test has, in Shanghai; or another time of it. */
const start = (time = "14:00") => {
  days += 1;
  return new Date(Date.parse(`2026-08-01T${time}:00+08:00`) + days * 3 * 86_400_000).toISOString();
};
const eventAt = (startsAt: string, of: Record<string, unknown> = {}) =>
  publishedEvent(service, {
    startsAt,
    endsAt: before(startsAt, -2).toISOString(),
    signUpClosesAt: startsAt,
    ...of,
  });

const reminded = async (someone: Parameters<typeof inboxOf>[0]) =>
  (await inboxOf(someone)).map(({ kind }) => kind).filter((kind) => kind.startsWith("event-"));

/** An event as its cancelling will leave it. */
const cancelled = async ({ eventId }: { eventId: string }) =>
  dynamo.writeHints(
    "registration",
    [{ ...(await findEvent(eventId)), pk: `EVENT#${eventId}`, sk: "EVENT", status: "cancelled" }],
    [],
  );

/** An event at that time and somebody who has a place in it. */
async function entered(startsAt: string) {
  const event = await eventAt(startsAt);
  const me = await citizen(service);
  const registration = await good(signUp(me.call, event.path, event.groupIds[0] ?? ""));
  return { ...event, me, registration };
}

describe("who has a place is reminded", () => {
  it("a day before and two hours before, once each, with when and where", async () => {
    const startsAt = start();
    const { me, event } = await entered(startsAt);
    await tickAt(before(startsAt, 24, -1));
    expect(await reminded(me)).toEqual([]);
    await tickAt(before(startsAt, 24));
    const [first] = await inboxOf(me);
    expect(first).toMatchObject({ kind: "event-in-a-day", about: event.eventId });
    expect(first?.text.zh).toMatch(
      /^您报名的“平望镇运河健步走”将于2026年8月\d+日 14:00开始，地点：平望文体活动中心。/,
    );
    await deliverNotices();
    expect(messageOf(me, first?.noticeId ?? "")).toMatchObject({ template: "event-in-a-day", times: 1 });
    for (const hours of [24, 23, 13, 12, 3]) await tickAt(before(startsAt, hours, 300));
    expect(await reminded(me)).toEqual(["event-in-a-day"]);
    await tickAt(before(startsAt, 2));
    await tickAt(before(startsAt, 2, 300));
    expect(await reminded(me)).toEqual(["event-soon", "event-in-a-day"]);
    for (const hours of [1, 0, -1]) await tickAt(before(startsAt, hours));
    expect(await reminded(me)).toHaveLength(2);
  });

  it("also when ticks were missed, while the window is open, and not when it is over", async () => {
    // At ten in the evening, so that neither window ends in quiet hours.
    const startsAt = start("22:00");
    const { me } = await entered(startsAt);
    await tickAt(before(startsAt, 12, -60));
    expect(await reminded(me)).toEqual(["event-in-a-day"]);
    await tickAt(before(startsAt, 1));
    expect(await reminded(me)).toEqual(["event-in-a-day"]);
    const later = start("22:00");
    const { me: other } = await entered(later);
    await tickAt(before(later, 12));
    expect(await reminded(other)).toEqual([]);
    await tickAt(before(later, 1, -60));
    expect(await reminded(other)).toEqual(["event-soon"]);
  });

  it("of the later one alone when they signed up after the first was due, and of none after both", async () => {
    const startsAt = start();
    const { path, groupIds } = await eventAt(startsAt);
    const [early, late, last] = [await citizen(service), await citizen(service), await citizen(service)];
    const enter = (who: typeof early) => good(signUp(who.call, path, groupIds[0] ?? ""));
    await enter(early);
    service.clock.set(before(startsAt, 24, 60));
    await enter(late);
    await tickAt(before(startsAt, 24, 300));
    service.clock.set(before(startsAt, 2, 60));
    await enter(last);
    await tickAt(before(startsAt, 2, 300));
    expect(await Promise.all([early, late, last].map(reminded))).toEqual([
      ["event-soon", "event-in-a-day"],
      ["event-soon"],
      [],
    ]);
  });

  it("unless they gave it back, only wait, or the event is no more at that time", async () => {
    const startsAt = start();
    const full = await fullEvent(service, 2, { startsAt, endsAt: before(startsAt, -2).toISOString() });
    const [kept, given] = full.holders;
    if (!kept || !given) throw new Error("nobody has a place");
    const waiting = await join((await citizen(service)).call, full);
    await good(cancel(given));
    await tickAt(before(startsAt, 24));
    // The place that was given back is offered, and an offer is no place yet.
    expect(await Promise.all([kept, given, waiting].map(reminded))).toEqual([["event-in-a-day"], [], []]);

    service.clock.set(NOON);
    const moved = await entered(start());
    const later = start();
    await good(changed(service, moved.path, { startsAt: later, endsAt: before(later, -2).toISOString() }));
    await tickAt(before(moved.event.startsAt, 24));
    expect(await reminded(moved.me)).toEqual([]);
    await tickAt(before(later, 24));
    expect(await reminded(moved.me)).toEqual(["event-in-a-day"]);
  });

  it("again when the event was moved after they had been reminded of it", async () => {
    const moved = await entered(start());
    await tickAt(before(moved.event.startsAt, 24));
    const later = start();
    await good(changed(service, moved.path, { startsAt: later, endsAt: before(later, -2).toISOString() }));
    await tickAt(before(later, 24));
    expect(await reminded(moved.me)).toEqual(["event-in-a-day", "event-in-a-day"]);
  });

  it("once for all whom they signed up, together or one by one; an elder with an account is told beside", async () => {
    const startsAt = start();
    const { path, groupIds } = await eventAt(startsAt);
    const groupId = groupIds[0] ?? "";
    const { call, participantIds } = await family(service, 3);
    await good(signUp(call, path, groupId, { participantIds }));
    await good(signUp(call, path, groupId, { participantId: (await child(call)).personId }));
    const elder = await elderOf(service, call);
    await good(signUp(call, path, groupId, { participantId: elder.personId }));
    await tickAt(before(startsAt, 24));
    expect(await reminded({ call })).toEqual(["event-in-a-day"]);
    expect(await reminded(elder)).toEqual(["event-in-a-day"]);
  });
});

describe("in quiet hours nobody is reminded", () => {
  it("of a run at seven: it is told the day before, after them, and not at five in the morning", async () => {
    const startsAt = start("07:00");
    const { me } = await entered(startsAt);
    await tickAt(before(startsAt, 24));
    expect(await reminded(me)).toEqual([]);
    await tickAt(before(startsAt, 23));
    expect(await reminded(me)).toEqual(["event-in-a-day"]);
    for (const hours of [2, 1.5, 1]) await tickAt(before(startsAt, hours));
    expect(await reminded(me)).toEqual(["event-in-a-day"]);
  });

  it("and of a race at half past nine it is told at eight, when they end", async () => {
    const startsAt = start("09:30");
    const { me } = await entered(startsAt);
    await tickAt(before(startsAt, 2));
    expect(await reminded(me)).toEqual([]);
    await tickAt(before(startsAt, 1.5));
    expect(await reminded(me)).toEqual(["event-soon"]);
  });
});

describe("a run of the job", () => {
  const PEOPLE = 230;

  /** An event with so many who have a place, put beside the service; answers their ids. */
  async function crowded(startsAt: string) {
    const { path, groupIds, event } = await eventAt(startsAt, {
      groups: [{ name: "成人组", capacity: 1_500 }],
    });
    const { allotment } = (await findEvent(path.eventId)) ?? {};
    if (!allotment) throw new Error("the event is a draft");
    const people = Array.from(
      { length: PEOPLE },
      () => `per_${randomBytes(13).toString("hex").toUpperCase()}`,
    );
    const signedUpAt = NOON.toISOString();
    const items = people.map((participantId) => ({
      ...holderItemKey(allotment, randomBytes(12).toString("hex")),
      state: "active",
      version: 1,
      claim: {
        ...path,
        groupId: groupIds[0],
        participantId,
        signedUpBy: participantId,
        status: "confirmed",
        signedUpAt,
      },
    }));
    await dynamo.writeHints("registration", items, []);
    return { people, event };
  }

  /** How many notices each of these people has. */
  const inboxes = (people: readonly string[]) =>
    Promise.all(
      people.map(async (personId) => {
        const { Count = 0 } = await client.send(
          new QueryCommand({
            TableName: service.parts.tableNames.operations,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": `INBOX#${personId}` },
          }),
        );
        return Count;
      }),
    );

  it("tells many in few writes, each once, also those whom an earlier one did not come to", async () => {
    const startsAt = start();
    const { people, event } = await crowded(startsAt);
    service.clock.set(before(startsAt, 24));
    // One of them was told in another way, and an earlier run was killed among the registrations.
    await tell<"event-in-a-day">({ personId: people[0] ?? "" }, reminderId(event, "dayBefore"), {
      template: "event-in-a-day",
      facts: { event: event.name, venue: event.venue, startsAt },
    });
    const lease = await takeLease("killed", service.clock.now(), 60);
    if (!lease) throw new Error("the lease is taken");
    const begun = await remindNext({ kind: "dayBefore", eventId: event.eventId }, lease);
    expect(begun).toMatchObject({ next: { eventId: event.eventId, at: expect.anything() } });
    const { trips } = await roundTrips(() => tickAt(before(startsAt, 24, 60)));
    expect(await inboxes(people)).toEqual(people.map(() => 1));
    // Three pages: the first is refused whole and told nothing, the others are written in four.
    expect(trips["TransactWriteItemsCommand"]).toBeLessThan(30);
    const { trips: nothing } = await roundTrips(() => tickAt(before(startsAt, 24, 300)));
    expect(nothing["TransactWriteItemsCommand"] ?? 0).toBeLessThanOrEqual(8);
    expect(await inboxes(people)).toEqual(people.map(() => 1));
  }, 60_000);

  it("that comes twice at once is worked on by one", async () => {
    const startsAt = start();
    const { people } = await crowded(startsAt);
    service.clock.set(before(startsAt, 24));
    await Promise.all([1, 2, 3].map(() => runJob("remindParticipants")));
    expect(await inboxes(people)).toEqual(people.map(() => 1));
  }, 60_000);

  it("that lost its lease tells nobody any more", async () => {
    const startsAt = start();
    const { people, event } = await crowded(startsAt);
    service.clock.set(before(startsAt, 24));
    const first = await takeLease("overtaken", service.clock.now(), 0);
    if (!first) throw new Error("the lease is taken");
    service.clock.advance(1);
    expect(await takeLease("overtaken", service.clock.now(), 60)).toMatchObject({ fence: first.fence + 1 });
    const cursor = { kind: "dayBefore", eventId: event.eventId } as const;
    await expect(remindNext(cursor, first)).rejects.toThrow(LeaseLost);
    expect(await inboxes(people)).toEqual(people.map(() => 0));
  }, 60_000);

  it("leaves an event whose time has passed, or that was cancelled, while it was elsewhere", async () => {
    const startsAt = start("22:00");
    const { me, path } = await entered(startsAt);
    service.clock.set(before(startsAt, 12));
    const lease = await takeLease("late", service.clock.now(), 60);
    if (!lease) throw new Error("the lease is taken");
    const cursor = { kind: "dayBefore", eventId: path.eventId } as const;
    const left = { handled: 0, next: { kind: "dayBefore" } };
    expect(await remindNext(cursor, lease)).toEqual(left);
    service.clock.set(before(startsAt, 13));
    await cancelled(path);
    expect(await remindNext(cursor, lease)).toEqual(left);
    expect(await reminded(me)).toEqual([]);
  });

  it("goes on where an interrupted one was, also when that has passed out of the window", async () => {
    const job = "remindParticipants";
    const startsAt = start();
    const { me } = await entered(startsAt);
    service.clock.set(before(startsAt, 24));
    const lease = await takeLease(job, service.clock.now(), 60);
    if (!lease) throw new Error("the lease is taken");
    const after = { pk: "LIST#all", sk: `${before(startsAt, 48).toISOString()}#evt_1` };
    await note(lease, { cursor: { kind: "dayBefore", after }, until: service.clock.now().toISOString() });
    await tickAt(before(startsAt, 24, 1));
    expect(await reminded(me)).toEqual(["event-in-a-day"]);
    expect(await findJob(job)).not.toHaveProperty("cursor");
  });
});

it("nobody is reminded of an event that is cancelled", async () => {
  const startsAt = start();
  const { me, path } = await entered(startsAt);
  expect((await good(service.anyone(registrationRoutes.getEvent, { path }))).status).toBe("published");
  await cancelled(path);
  await tickAt(before(startsAt, 24));
  expect(await reminded(me)).toEqual([]);
});

it("nobody is reminded where a deployment has switched reminders off, from that day on", async () => {
  const [from, startsAt] = ["2026-12-20", "2026-12-24T06:00:00.000Z"];
  const until = await entered("2026-12-16T06:00:00.000Z");
  const { me } = await entered(startsAt);
  const value = { dayBefore: { dueHours: 24, lateHours: 12 }, soon: { dueHours: 2, lateHours: 1 } };
  const of = { policyId: "registration.reminders", jurisdiction: "CN-3205", enforcement: "off" as const };
  const body = policyInput({ ...of, value, validFrom: from });
  const { approvalId } = await good(finance(service)(policyRoutes.changePolicy, { body }));
  await good(approve(finance(service, "finance-2"), approvalId));
  await tickAt(before(until.event.startsAt, 24));
  await tickAt(before(startsAt, 24));
  expect(await Promise.all([until.me, me].map(reminded))).toEqual([["event-in-a-day"], []]);
});
