import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { holderItemKey, shardsFor } from "#shared/allotment/model.ts";
import type { CallOutput } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { insightRoutes } from "#shared/registration/insight/contract.ts";
import { atMost } from "#shared/registration/insight/reading.ts";
import { findEvent } from "#shared/registration/store.ts";
import { child, family } from "../../support/family.ts";
import { roundTrips } from "../../support/roundTrips.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { accept, cancel, decline, join } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

type Statistics = Extract<CallOutput<typeof insightRoutes.getEventStatistics>, { ok: true }>["body"];

const statistics = (path: { eventId: string }): Promise<Statistics> =>
  good(organiser(service)(insightRoutes.getEventStatistics, { path }));

/** Every line of the organiser's table. */
async function table(path: { eventId: string }) {
  const lines = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 7, ...(cursor !== undefined && { cursor }) };
    const page = await good(organiser(service)(registrationRoutes.listEntrants, { path, query }));
    lines.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return lines;
}

/** Holds the statistics of an event against what availability and the table say of it. */
async function agreed(path: { eventId: string }): Promise<Statistics> {
  const said = await statistics(path);
  const { groups } = await good(service.anyone(registrationRoutes.getAvailability, { path }));
  const lines = await table(path);
  const of = (groupId: string, ...statuses: string[]) =>
    lines.filter((line) => line.groupId === groupId && statuses.includes(line.status)).length;
  expect(said.complete).toBe(true);
  expect(said.groups.map(({ name: _, pending: __, fillRate: ___, pools: ____, ...same }) => same)).toEqual(
    groups,
  );
  for (const group of said.groups) {
    const { groupId, confirmed, held, pending, waitlisted, capacity } = group;
    expect(confirmed).toBe(of(groupId, "confirmed"));
    expect(pending).toBe(of(groupId, "offered"));
    expect(held).toBe(confirmed + pending);
    expect(waitlisted).toBe(of(groupId, "waitlisted"));
    expect(group.fillRate).toBeCloseTo(held / capacity, 4);
    for (const pool of group.pools) expect(pool.held + pool.free).toBe(pool.capacity);
  }
  expect(said.total.held).toBe(said.groups.reduce((sum, { held }) => sum + held, 0));
  for (const { status, count } of said.statuses)
    expect([status, lines.filter((line) => line.status === status).length]).toEqual([status, count]);
  expect(said.statuses.reduce((sum, { count }) => sum + count, 0)).toBe(lines.length);
  expect(said.days.reduce((sum, { signUps }) => sum + signUps, 0)).toBe(lines.length);
  return said;
}

describe("an event's statistics", () => {
  it("say what availability and the table say, to the last place, whatever happens", async () => {
    const women = {
      name: "女子预留",
      capacity: 2,
      rule: { sex: "female" },
      flowsBackAt: "2026-06-20T00:00:00Z",
    };
    const groups = [
      { name: "成人组", capacity: 4, pools: [women] },
      { name: "家庭组", capacity: 6 },
    ];
    const event = await publishedEvent(service, { groups, capacity: 8, waitlist: true });
    const [adults = "", families = ""] = event.groupIds;
    expect((await agreed(event.path)).total).toEqual({
      capacity: 8,
      held: 0,
      confirmed: 0,
      pending: 0,
      free: 8,
      fillRate: 0,
      waitlisted: 0,
    });
    const holders = [];
    for (const sex of ["female", "male", "male", "female"] as const) {
      const { call } = await citizen(service, { sex });
      holders.push({ call, ...(await good(signUp(call, event.path, adults))) });
    }
    const full = await agreed(event.path);
    expect(full.groups[0]).toMatchObject({
      confirmed: 4,
      free: 0,
      fillRate: 1,
      pools: [{ held: 2, free: 0 }],
    });
    const { call: parent, participantIds } = await family(service, 3);
    await good(signUp(parent, event.path, families, { participantIds }));
    const waiting = [];
    for (let more = 0; more < 3; more += 1)
      waiting.push(await join((await citizen(service)).call, { path: event.path, groupId: adults }));
    expect((await agreed(event.path)).total).toMatchObject({ confirmed: 7, waitlisted: 3, capacity: 8 });
    service.clock.advance(86_400);
    for (const holder of holders.slice(1, 3)) await good(cancel(holder));
    const offered = await agreed(event.path);
    expect(offered.total.pending).toBeGreaterThan(0);
    await good(accept(waiting[0] as (typeof waiting)[number]));
    await agreed(event.path);
    await good(decline(waiting[1] as (typeof waiting)[number]));
    const last = await agreed(event.path);
    expect(last.days).toEqual([
      { date: "2026-06-10", signUps: 10, cancellations: 0 },
      { date: "2026-06-11", signUps: 0, cancellations: 3 },
    ]);
    expect(last.asOf.slice(0, 10)).toBe("2026-06-11");
  });

  it("count each pool by its own places, also when others' have flowed back to it", async () => {
    const pool = (name: string, sex: string) => ({
      name,
      capacity: 1,
      rule: { sex },
      flowsBackAt: new Date(service.clock.now().getTime() + 3_600_000).toISOString(),
    });
    const groups = [{ name: "成人组", capacity: 3, pools: [pool("男子", "male"), pool("女子", "female")] }];
    const { path, groupIds } = await publishedEvent(service, { groups });
    for (let women = 0; women < 2; women += 1)
      await good(signUp((await citizen(service)).call, path, groupIds[0] ?? ""));
    const heldIn = async () =>
      (await agreed(path)).groups[0]?.pools.map(({ name, held, free }) => [name, held, free]);
    expect(await heldIn()).toEqual([
      ["男子", 0, 1],
      ["女子", 1, 0],
    ]);
    service.clock.advance(3_600);
    await good(signUp((await citizen(service)).call, path, groupIds[0] ?? ""));
    expect(await heldIn()).toEqual([
      ["男子", 1, 0],
      ["女子", 1, 0],
    ]);
  });

  it("tell sex and ages in numbers that show nobody, and of children no more than of others", async () => {
    const { path, groupIds } = await publishedEvent(service, { groups: [{ name: "成人组", capacity: 30 }] });
    const groupId = groupIds[0] ?? "";
    const enter = async (birthDate: string, sex: "male" | "female") =>
      good(signUp((await citizen(service, { birthDate, sex })).call, path, groupId));
    for (let men = 0; men < 4; men += 1) await enter("1990-03-07", "male");
    expect((await agreed(path)).participants).toEqual({ counted: 4, sexes: [], ages: [] });
    for (let women = 0; women < 6; women += 1) await enter("1950-03-07", "female");
    const { call } = await citizen(service, { birthDate: "1991-03-07", sex: "male" });
    const { personId: participantId } = await child(call);
    await good(signUp(call, path, groupId, { participantId }));
    expect((await agreed(path)).participants).toEqual({
      counted: 11,
      // The child is a girl; four men are too few to be shown.
      sexes: [],
      ages: [
        { from: 0, to: 44, count: 5 },
        { from: 45, count: 6 },
      ],
    });
    await good(signUp(call, path, groupId));
    expect((await agreed(path)).participants.sexes).toEqual([
      { sex: "male", count: 5 },
      { sex: "female", count: 7 },
    ]);
    const text = JSON.stringify(await statistics(path));
    expect(text).not.toContain("per_");
  });

  it("count nobody who was erased", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const { call } = await citizen(service);
    await good(signUp(call, path, groupIds[0] ?? ""));
    await good(call(peopleRoutes.eraseMe, {}));
    expect((await statistics(path)).participants.counted).toBe(0);
  });

  it("of a draft say that everything is free", async () => {
    const pools = [{ name: "预留", capacity: 2, rule: {}, flowsBackAt: "2026-06-20T00:00:00Z" }];
    const body = eventInput({ groups: [{ name: "成人组", capacity: 5, pools }] });
    const { eventId } = await good(organiser(service)(registrationRoutes.createEvent, { body }));
    expect(await statistics({ eventId })).toMatchObject({
      complete: true,
      total: { capacity: 5, held: 0, free: 3 },
      groups: [{ held: 0, free: 3, reserved: 2, pools: [{ held: 0, free: 2 }] }],
      statuses: [],
      days: [],
      participants: { counted: 0 },
    });
  });

  it("are its organiser's alone", async () => {
    const { path } = await publishedEvent(service);
    const other = organiser(service, "org-other");
    expect(await refused(other(insightRoutes.getEventStatistics, { path }))).toBe("404 not-found");
  });
});

describe("statistics of many registrations", () => {
  const PEOPLE = 5_000;
  const { registrations, partitions } = atMost;
  afterEach(() => void Object.assign(atMost, { registrations, partitions }));

  /** An event with so many registrations, put beside the service: what is counted here is what reading them takes. */
  async function crowded(of: Record<string, unknown>, count: number) {
    const groups = [{ name: "成人组", capacity: 6_000 }];
    const { path, groupIds } = await publishedEvent(service, { groups, ...of });
    const { allotment } = (await findEvent(path.eventId)) ?? {};
    if (!allotment) throw new Error("the event is a draft");
    const [held, people] = [[], []] as Record<string, unknown>[][];
    for (let at = 0; at < count; at += 1) {
      const holder = randomBytes(12).toString("hex");
      const participantId = `per_${randomBytes(13).toString("hex").toUpperCase()}`;
      const signedUpAt = "2026-06-10T04:00:00.000Z";
      const claim = { ...path, groupId: groupIds[0], participantId, status: "confirmed", signedUpAt };
      const key = holderItemKey(allotment, holder);
      // As long as a registration and a person are.
      held?.push({ ...key, state: "active", leaf: groupIds[0], claim, version: 1, filler: "x".repeat(500) });
      const profile = { state: "active", birthDate: "1990-03-07", sex: at % 3 === 0 ? "male" : "female" };
      people?.push({ pk: `PERSON#${participantId}`, sk: "PROFILE", ...profile, filler: "x".repeat(900) });
    }
    await Promise.all([
      dynamo.writeHints("registration", held ?? [], []),
      dynamo.writeHints("people", people ?? [], []),
    ]);
    return { path, shards: allotment.shards };
  }

  it.each([
    // Twelve partitions, each one page.
    ["direct", shardsFor(6_000, false)],
    ["queued", shardsFor(6_000, true)],
  ])(
    "take a bounded number of reads where sign-ups are %s: a query a partition, a batch a hundred people",
    async (mode, shards) => {
      const event = await crowded({ mode }, PEOPLE);
      expect(event.shards).toBe(shards);
      const { result, trips } = await roundTrips(() => statistics(event.path));
      expect(result).toMatchObject({
        complete: true,
        statuses: [{ status: "confirmed", count: PEOPLE }],
        participants: { counted: PEOPLE, ages: [{ from: 0, count: PEOPLE }] },
      });
      const { GetItemCommand = 0, QueryCommand = 0, BatchGetItemCommand = 0, ...others } = trips;
      expect(others).toEqual({});
      // The event; rules that were decided, and secrets, where they are not known.
      expect(GetItemCommand).toBeLessThanOrEqual(2);
      expect(QueryCommand).toBeGreaterThanOrEqual(shards);
      expect(QueryCommand).toBeLessThanOrEqual(shards + 1);
      // The lanes, in at most two readings.
      expect(BatchGetItemCommand).toBeLessThanOrEqual(PEOPLE / 100 + 2);
    },
    60_000,
  );

  it("say that they are not complete when there are more than are read", async () => {
    const event = await crowded({}, 30);
    Object.assign(atMost, { registrations: 1 });
    const some = await statistics(event.path);
    expect(some.complete).toBe(false);
    expect(some.statuses[0]?.count).toBeLessThanOrEqual(30);
    Object.assign(atMost, { registrations: 30, partitions: event.shards - 1 });
    expect((await statistics(event.path)).complete).toBe(false);
    Object.assign(atMost, { registrations: 1_000, partitions: event.shards });
    expect((await statistics(event.path)).complete).toBe(true);
  });
});
