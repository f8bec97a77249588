import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { withFault } from "../../support/faults.ts";
import { draftOf, dropIn, publish, readSeries, seriesOf } from "../../support/programme.ts";
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
import { changed } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

/** Lets nobody write before so many are about to: each has read what none has changed. */
function writingTogether<T>(count: number, work: () => Promise<T>): Promise<T> {
  const all = Promise.withResolvers<void>();
  let writers = 0;
  return withFault(async (command, _, next) => {
    if (command === "TransactWriteItemsCommand") {
      writers += 1;
      if (writers === count) all.resolve();
      await all.promise;
    }
    return next();
  }, work);
}

const own = () => organiser(service);
const later = { startsAt: "2026-08-10T00:00:00.000Z", endsAt: "2026-08-10T09:00:00.000Z" };

describe("a series", () => {
  it("is seen by everybody with its published rounds in order of their start, and without a table", async () => {
    const rule = { points: [10, 6], bestOf: 2, tieBreaks: ["most-wins"] };
    const tiers = [{ name: "甲级" }, { name: "乙级" }];
    const { seriesId } = await seriesOf(own(), { tiers, rule });
    const second = await good(draftOf(own(), { seriesId, tier: "t2", ...later }));
    const first = await good(draftOf(own(), { seriesId, tier: "t1" }));
    const draft = await good(draftOf(own(), { seriesId, tier: "t1" }));
    await good(draftOf(own()));
    for (const { eventId } of [second, first]) await good(publish(own(), eventId));
    const read = await readSeries(service, seriesId);
    expect(read).toMatchObject({
      kind: "league",
      season: "2026",
      tiers: [{ tierId: "t1" }, { tierId: "t2" }],
    });
    expect(read.rule).toEqual({ ...rule, beyond: 0, minRounds: 1 });
    expect(read.rounds.map(({ eventId, tier }) => [eventId, tier])).toEqual([
      [first.eventId, "t1"],
      [second.eventId, "t2"],
    ]);
    expect(read).not.toHaveProperty("table");
    expect(JSON.stringify(read)).not.toContain(draft.eventId);
    await good(
      changed(service, { eventId: first.eventId }, { ...later, startsAt: "2026-08-10T08:00:00.000Z" }),
    );
    const moved = await readSeries(service, seriesId);
    expect(moved.rounds.map(({ eventId }) => eventId)).toEqual([second.eventId, first.eventId]);
  });

  it("has events of its own organisation alone", async () => {
    const { seriesId } = await seriesOf(organiser(service, "org-other"));
    expect(await refused(draftOf(own(), { seriesId }))).toBe("404 not-found");
    const absent = { seriesId: "ser_01J00000000000000000000000" };
    expect(await refused(draftOf(own(), absent))).toBe("404 not-found");
    const { eventId } = await good(draftOf(own()));
    const body = { startsAt: later.startsAt, seriesId };
    const clone = own()(programmeRoutes.cloneEvent, { path: { eventId }, body });
    expect(await refused(clone)).toBe("404 not-found");
    expect((await readSeries(service, seriesId)).rounds).toEqual([]);
  });

  it("says of each round its tier", async () => {
    const { seriesId } = await seriesOf(own(), { tiers: [{ name: "甲级" }] });
    expect(await refused(draftOf(own(), { seriesId }))).toBe("422 invalid-event");
    expect(await refused(draftOf(own(), { seriesId, tier: "t9" }))).toBe("422 invalid-event");
    expect(await refused(draftOf(own(), { tier: "t1" }))).toBe("422 invalid-event");
  });

  it("is changed by who has read it last, and no other", async () => {
    const series = await seriesOf(own());
    const path = { seriesId: series.seriesId };
    const change = (ifMatch: number, season: string) =>
      own()(programmeRoutes.changeSeries, { path, body: { season }, ifMatch });
    expect(await good(change(1, "2027"))).toMatchObject({ season: "2027", version: 2, name: series.name });
    expect(await refused(change(1, "2028"))).toBe("412 version-mismatch");
    expect(await readSeries(service, series.seriesId)).toMatchObject({ season: "2027" });
    const both = await writingTogether(2, () => Promise.all([change(2, "甲"), change(2, "乙")]));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const foreign = organiser(service, "org-other")(programmeRoutes.changeSeries, {
      path,
      body: {},
      ifMatch: 3,
    });
    expect(await refused(foreign)).toBe("404 not-found");
  });

  it("is in the list of its organisation, and no event is", async () => {
    const call = organiser(service, "org-lists");
    const made = [await seriesOf(call, { name: "一" }), await seriesOf(call, { name: "二" })];
    await good(draftOf(call, { seriesId: made[0]?.seriesId }));
    const path = { orgId: "org-lists" };
    const list = await good(call(programmeRoutes.listOrganiserSeries, { path, query: {} }));
    expect(list.items.map(({ name }) => name)).toEqual(["二", "一"]);
    const first = await good(call(programmeRoutes.listOrganiserSeries, { path, query: { limit: "1" } }));
    const query = { limit: "1", cursor: first.nextCursor ?? "" };
    const second = await good(call(programmeRoutes.listOrganiserSeries, { path, query }));
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(["二", "一"]);
    const events = await good(call(registrationRoutes.listOrganiserEvents, { path, query: {} }));
    expect(events.items).toHaveLength(1);
  });
});

describe("one entry for all rounds", () => {
  const whole = async () => {
    const { seriesId } = await seriesOf(own(), { kind: "series", entry: "whole" });
    const first = await good(draftOf(own(), { seriesId }));
    return { seriesId, first };
  };

  it("is taken by the first round that is made; at a later one it is told where to enter", async () => {
    const { seriesId, first } = await whole();
    const second = await good(draftOf(own(), { seriesId, ...later }));
    for (const { eventId } of [first, second]) await good(publish(own(), eventId));
    expect(first).toMatchObject({ entryFor: "series" });
    expect(second).toMatchObject({ enterAt: first.eventId });
    expect(second).not.toHaveProperty("entryFor");
    expect(await readSeries(service, seriesId)).toMatchObject({
      entryEventId: first.eventId,
      rounds: [{ entryFor: "series" }, { enterAt: first.eventId }],
    });
    const { call } = await citizen(service);
    const answer = await signUp(call, { eventId: second.eventId }, second.groups[0]?.groupId ?? "");
    expect(answer).toMatchObject({
      status: 409,
      body: { type: "/problems/enter-elsewhere", eventId: first.eventId },
    });
    expect(String((answer.body as { detail: string }).detail)).toContain(first.eventId);
    await good(signUp(call, { eventId: first.eventId }, first.groups[0]?.groupId ?? ""));
  });

  it("leaves later rounds without groups where the organiser wants none, and they are not open to sign up", async () => {
    const { seriesId, first } = await whole();
    const town = "只有一站镇";
    const second = await good(draftOf(own(), { seriesId, ...later, groups: [], town }));
    await good(publish(own(), second.eventId));
    const open = await good(service.anyone(registrationRoutes.listEvents, { query: { town, open: "true" } }));
    expect(open.items).toEqual([]);
    const closed = await good(
      service.anyone(registrationRoutes.listEvents, { query: { town, open: "false" } }),
    );
    expect(closed.items.map(({ eventId }) => eventId)).toEqual([second.eventId]);
    const path = { eventId: second.eventId };
    const { groups } = await good(service.anyone(registrationRoutes.getAvailability, { path }));
    expect(groups).toEqual([]);
    expect(await good(changed(service, path, { name: "第二站" }))).toMatchObject({ enterAt: first.eventId });
  });

  it("is taken by exactly one event, though several are made at once", async () => {
    const { seriesId } = await seriesOf(own(), { entry: "whole" });
    const four = Array.from({ length: 4 });
    const made = await writingTogether(4, () =>
      Promise.all(
        four.map(async () => {
          const idempotencyKey = crypto.randomUUID();
          const body = {
            ...later,
            name: "同一天",
            sport: "篮球",
            town: "同里镇",
            venue: "同里运动场",
            seriesId,
          };
          const times = { signUpOpensAt: "2026-06-01T00:00:00Z", signUpClosesAt: "2026-07-01T00:00:00Z" };
          const groups = [{ name: "公开组", capacity: 10 }];
          for (;;) {
            const input = { body: { ...body, ...times, groups }, idempotencyKey };
            const answer = await own()(registrationRoutes.createEvent, input);
            if (answer.ok) return answer.body;
            expect(answer.body).toMatchObject({ type: "/problems/request-in-progress" });
          }
        }),
      ),
    );
    const taking = made.filter(({ entryFor }) => entryFor === "series");
    expect(taking).toHaveLength(1);
    const others = made.filter(({ enterAt }) => enterAt === taking[0]?.eventId);
    expect(others).toHaveLength(3);
    expect((await readSeries(service, seriesId)).entryEventId).toBe(taking[0]?.eventId);
  });

  it("is entered before the first round begins", async () => {
    const { seriesId } = await whole();
    const early = { startsAt: "2026-07-09T23:00:00.000Z" };
    expect(await refused(draftOf(own(), { seriesId, ...early }))).toBe("422 invalid-event");
  });
});

describe("a clone", () => {
  it("is a draft on another day with nobody in it, and a repeat of the request is the same draft", async () => {
    const { eventId, groups } = await good(draftOf(own(), { capacity: 8, waitlist: true }));
    await good(publish(own(), eventId));
    await good(signUp((await citizen(service)).call, { eventId }, groups[0]?.groupId ?? ""));
    const input = {
      path: { eventId },
      body: { startsAt: "2026-07-17T00:00:00.000Z", name: "第二次" },
      idempotencyKey: crypto.randomUUID(),
    };
    const clone = await good(own()(programmeRoutes.cloneEvent, input));
    expect(clone).toMatchObject({
      name: "第二次",
      status: "draft",
      version: 1,
      capacity: 8,
      waitlist: true,
      startsAt: "2026-07-17T00:00:00.000Z",
      endsAt: "2026-07-17T09:00:00.000Z",
      signUpOpensAt: "2026-06-08T00:00:00.000Z",
      signUpClosesAt: "2026-07-08T00:00:00.000Z",
      groups: [{ name: "成人组", capacity: 10 }],
    });
    expect(clone.groups[0]?.groupId).not.toBe(groups[0]?.groupId);
    expect(await good(own()(programmeRoutes.cloneEvent, input))).toEqual(clone);
    const path = { eventId: clone.eventId };
    expect(await refused(service.anyone(registrationRoutes.getEvent, { path }))).toBe("404 not-found");
    await good(publish(own(), clone.eventId));
    const [free] = (await good(service.anyone(registrationRoutes.getAvailability, { path }))).groups;
    expect(free).toMatchObject({ held: 0 });
  });

  it("of the round that takes the entries is a later round, and of another series its first", async () => {
    const { seriesId } = await seriesOf(own(), { entry: "whole" });
    const { eventId } = await good(draftOf(own(), { seriesId }));
    const cloned = (more: Record<string, unknown> = {}) =>
      own()(programmeRoutes.cloneEvent, { path: { eventId }, body: { startsAt: later.startsAt, ...more } });
    const second = await good(cloned());
    expect(second).toMatchObject({ seriesId, enterAt: eventId });
    expect(second).not.toHaveProperty("entryFor");
    const next = await seriesOf(own(), { entry: "whole", season: "2027" });
    expect(await good(cloned({ seriesId: next.seriesId }))).toMatchObject({ entryFor: "series" });
    expect(await good(cloned({ seriesId: null }))).not.toHaveProperty("seriesId");
    const early = cloned({ startsAt: "2026-07-01T00:00:00.000Z" });
    expect(await refused(early)).toBe("422 invalid-event");
  });

  it("is made by the event's own organisation", async () => {
    const { eventId } = await good(draftOf(own()));
    const clone = organiser(service, "org-other")(programmeRoutes.cloneEvent, {
      path: { eventId },
      body: { startsAt: later.startsAt },
    });
    expect(await refused(clone)).toBe("404 not-found");
  });
});

describe("templates", () => {
  it("are listed for everybody, and an event from one is an ordinary draft", async () => {
    const { items } = await good(service.anyone(programmeRoutes.listEventTemplates, {}));
    expect(items.map(({ title }) => title.zh.slice(0, 4))).toEqual([
      "路跑",
      "定向",
      "球类联赛",
      "运动会",
      "线下活动",
    ]);
    const body = { template: "road-race" as const, name: "环湖跑", town: "同里镇", venue: "同里健身步道" };
    const startsAt = "2026-11-08T00:00:00.000Z";
    const draft = await good(own()(registrationRoutes.createEvent, { body: { ...body, startsAt } }));
    const ofTemplate = items[0]?.fills.groups.map(({ name, minAge }) => [name, minAge]);
    expect(draft.groups.map(({ name, minAge }) => [name, minAge])).toEqual(ofTemplate);
    expect(draft.checklist?.every(({ done }) => !done)).toBe(true);
    const change = { path: { eventId: draft.eventId }, body: { statements: [] }, ifMatch: 1 };
    expect(await good(own()(registrationRoutes.changeEvent, change))).toMatchObject({ statements: [] });
  });

  it("leave to say what only the organiser knows, and without one all is to be said", async () => {
    const body = { template: "ball-league" as const, name: "联赛", town: "同里镇", venue: "同里运动场" };
    const startsAt = "2026-11-08T00:00:00.000Z";
    const missing = await own()(registrationRoutes.createEvent, { body: { ...body, startsAt } });
    expect(missing).toMatchObject({ status: 400, body: { errors: [{ pointer: "/sport" }] } });
    const nothing = await own()(registrationRoutes.createEvent, { body: { name: "联赛" } });
    expect(nothing).toMatchObject({ status: 400, body: { type: "/problems/invalid-body" } });
    expect((nothing.body as { errors?: unknown[] }).errors?.length).toBeGreaterThan(5);
  });
});

describe("an activity to which one may come as one is", () => {
  it("has no places, and a sign-up is told to come", async () => {
    const { path, event } = await dropIn(service);
    expect(event).toMatchObject({ groups: [], capacity: 0, dropIn: true, status: "published" });
    const { call } = await citizen(service);
    const answer = await signUp(call, path, "grp_01J00000000000000000000000");
    expect(answer).toMatchObject({
      status: 409,
      body: { type: "/problems/no-sign-up", title: "本活动无需报名" },
    });
  });

  it("takes sign-ups where it has groups", async () => {
    const grouped = await good(
      draftOf(own(), { kind: "activity", dropIn: true, groups: [{ name: "方阵", capacity: 2 }] }),
    );
    await good(publish(own(), grouped.eventId));
    const { call } = await citizen(service);
    const groupId = grouped.groups[0]?.groupId ?? "";
    expect(await good(signUp(call, { eventId: grouped.eventId }, groupId))).toMatchObject({
      status: "confirmed",
    });
  });

  it("can be changed once it is published", async () => {
    const { path } = await dropIn(service);
    expect(await good(changed(service, path, { name: "新名字" }))).toMatchObject({
      name: "新名字",
      groups: [],
    });
  });
});
