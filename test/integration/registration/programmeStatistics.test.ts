import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { LeaseLost, takeLease } from "#shared/jobs/store.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { clock } from "#shared/platform/clock.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { countPage } from "#shared/registration/programme/nightly.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import {
  bureau,
  checkIn,
  confirm,
  draftOf,
  dropIn,
  entered,
  report,
  statistics,
} from "../../support/programme.ts";
import {
  good,
  organiser,
  publishedEvent,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { cancel, changed } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

// Figures are of all that is published in a year, so that each test has a year of its own.
let year = 2025;
beforeEach(() => {
  year += 1;
  clockAt("06-10T04:00");
});
const at = (moment: string): string => `${year}-${moment}:00.000Z`;
const clockAt = (moment: string) => service.clock.set(new Date(at(moment)));
const onTheDay = () => clockAt("07-10T01:00");
const theDayAfter = () => clockAt("07-11T01:00");
/** The days of the tests' usual event, in the test's own year. */
const days = (of: Record<string, unknown> = {}) => ({
  startsAt: at("07-10T00:00"),
  endsAt: at("07-10T09:00"),
  signUpOpensAt: at("06-01T00:00"),
  signUpClosesAt: at("07-01T00:00"),
  ...of,
});

const own = () => organiser(service);
const published = (of: Record<string, unknown> = {}) => publishedEvent(service, days(of));
const reported = (path: { eventId: string }, of: Record<string, unknown> = {}) =>
  good(report(own(), path, { heldOn: `${year}-07-10`, ...of }));
const count = async () => expect(await runJob("countEvents")).toBe(true);
const night = async () => {
  service.clock.advance(86_400);
  await count();
};
/** The figures, whenever they were counted. */
const figures = async (query: Record<string, string> = {}) => {
  const { asOf: _, ...told } = await statistics(service, { year: String(year), ...query });
  return told;
};

const elder = { birthDate: "1950-02-03", sex: "female" } as const;
const man = { birthDate: "1990-02-03", sex: "male" } as const;
const many = <T>(of: T, times: number): T[] => Array.from({ length: times }, () => of);

/** A race with six elders and two men, of whom one cancelled; five elders and the man came. */
async function race(of: Record<string, unknown> = {}) {
  const event = await entered(service, [...many(elder, 6), man, man], {
    town: "平望镇",
    sport: "门球",
    ...days(of),
  });
  await good(cancel(event.holders[7] ?? { call: own(), registrationId: "" }));
  onTheDay();
  const came = event.holders.slice(1, 7);
  for (const { registrationId } of came) await good(checkIn(own(), event.path, { registrationId }));
  return event;
}

/** An activity of the same day at which people were counted. */
async function walk() {
  const { path } = await dropIn(service, days({ town: "同里镇", sport: "健步走" }));
  return {
    path,
    async held() {
      onTheDay();
      await good(checkIn(own(), path, { count: 30, keyGroups: { workers: 20, disabled: 2, elders: 6 } }));
      await good(checkIn(own(), path, { count: 12, keyGroups: { workers: 1, disabled: 2 } }));
    },
  };
}

describe("what everybody can read of a year's events", () => {
  it("is nothing before the first night, and says so", async () => {
    await published();
    const told = await statistics(service);
    expect(told).toMatchObject({ year, published: 0, byTown: [], bySport: [] });
    expect(told).not.toHaveProperty("asOf");
  });

  it("is published and held, signed up and come, by town, by sport and by key group", async () => {
    const activity = await walk();
    await good(draftOf(own(), days()));
    await race();
    await activity.held();
    clockAt("06-20T00:00");
    await published({ town: "桃源镇", startsAt: at("09-10T00:00"), endsAt: at("09-10T09:00") });
    onTheDay();
    await count();
    // On the day nothing is over.
    expect(await figures()).toMatchObject({ published: 3, held: 0, attended: 48 });
    theDayAfter();
    await count();
    const told = await statistics(service);
    expect(told.asOf).toContain(at("07-11T01:00").slice(0, 16));
    expect(told).toMatchObject({
      published: 3,
      held: 2,
      registrations: 7,
      attended: 48,
      qualityConfirmed: 0,
      qualityTarget: { events: 500, source: { verify: true } },
      smallestShown: 5,
      registrationsOf: { elders: 6, women: 6 },
      // The five elders of the race and six who were counted.
      attendedOf: { elders: 11, women: 5, workers: 21 },
    });
    expect(told.attendedOf).not.toHaveProperty("disabled");
    expect(told.byTown).toMatchObject([
      { town: "同里镇", published: 1, held: 1, attended: 42, attendedOf: { workers: 21, elders: 6 } },
      { town: "平望镇", published: 1, registrations: 7, attended: 6, attendedOf: { elders: 5, women: 5 } },
      { town: "桃源镇", published: 1, held: 0, attendedOf: {} },
    ]);
    expect(told.bySport.map(({ sport, published }) => [sport, published])).toEqual([
      ["健步走", 2],
      ["门球", 1],
    ]);
    expect(await figures({ town: "平望镇" })).toMatchObject({
      published: 1,
      registrations: 7,
      registrationsOf: { elders: 6, women: 6 },
      byTown: [{ town: "平望镇" }],
    });
    expect(await figures({ sport: "健步走", town: "同里镇" })).toMatchObject({ published: 1, attended: 42 });
    expect(await figures({ year: "2024" })).toMatchObject({ year: 2024, published: 0 });
  });

  it("counts an event of level quality once the bureau confirmed its holding, as the report says", async () => {
    const { path } = await race({ level: "quality" });
    theDayAfter();
    await reported(path, { participants: 90, keyGroups: { farmers: 40, women: 30 } });
    await count();
    expect(await figures()).toMatchObject({ held: 1, qualityConfirmed: 0, attended: 6 });
    await good(confirm(bureau(service), path));
    await night();
    const told = await figures();
    expect(told).toMatchObject({ held: 1, qualityConfirmed: 1, registrations: 7, attended: 90 });
    expect(told.attendedOf).toEqual({ farmers: 40, women: 30 });
    expect(told.byTown).toMatchObject([{ qualityConfirmed: 1 }]);
    // Of level general there is nothing to count.
    clockAt("06-20T00:00");
    const general = await published();
    clockAt("07-14T00:00");
    await reported(general.path);
    await good(confirm(bureau(service), general.path));
    await count();
    expect(await figures()).toMatchObject({ published: 2, held: 2, qualityConfirmed: 1 });
  });

  it("is kept in items that name nobody", async () => {
    const { event, holders } = await race();
    await count();
    const key = { pk: `COUNTS#${year}`, sk: event.eventId };
    const item = await dynamo.get({ table: "registration", key });
    expect(Object.keys(item ?? {}).sort()).toEqual(
      [
        ...["pk", "sk", "eventId", "year", "town", "sport", "startsAt", "held", "registrations"],
        ...["attended", "registrationsOf", "attendedOf", "quality", "of", "countedAt"],
      ].sort(),
    );
    const text = JSON.stringify(item);
    for (const { personId, registrationId } of holders)
      for (const id of [personId, registrationId]) expect(text).not.toContain(id);
  });
});

describe("the nightly count", () => {
  it("comes to the same when a tick comes twice, two at once, or a month late", async () => {
    const activity = await walk();
    await race();
    await activity.held();
    theDayAfter();
    await count();
    const once = await figures();
    await count();
    expect(await figures()).toEqual(once);
    await Promise.all([count(), count(), count()]);
    expect(await figures()).toEqual(once);
    service.clock.advance(40 * 86_400);
    await count();
    expect(await figures()).toEqual(once);
  });

  it("comes to the same when nights were missed altogether", async () => {
    const activity = await walk();
    await race();
    await activity.held();
    service.clock.advance(300 * 86_400);
    await count();
    expect(await figures()).toMatchObject({
      published: 2,
      held: 2,
      registrations: 7,
      attended: 48,
    });
  });

  it("that breaks off is gone on with by another, page by page, and nothing is counted twice", async () => {
    for (let made = 0; made < 25; made += 1) await published({ town: `镇${made % 5}` });
    vi.spyOn(console, "error").mockReturnValue();
    const { asOf: before } = await statistics(service);
    let writes = 0;
    const breaking = withFault(
      async (command, input, next) => {
        if (JSON.stringify(input).includes(`COUNTS#${year}`) && command === "TransactWriteItemsCommand") {
          writes += 1;
          if (writes === 23) throw sdkError("ValidationException");
        }
        return next();
      },
      () => runJob("countEvents"),
    );
    expect(await breaking).toBe(false);
    vi.restoreAllMocks();
    expect(await figures()).toMatchObject({ published: 22 });
    expect((await statistics(service)).asOf).toBe(before);
    service.clock.advance(801);
    await count();
    const told = await statistics(service);
    expect(told).toMatchObject({ published: 25 });
    expect(told.asOf).not.toBe(before);
    expect(told.byTown.map(({ published }) => published)).toEqual([5, 5, 5, 5, 5]);
  });

  it("whose lease another has taken over writes nothing any more", async () => {
    await published();
    const slow = await takeLease("countEvents", clock.now(), 60);
    service.clock.advance(61);
    await takeLease("countEvents", clock.now(), 60);
    if (!slow) throw new Error("nobody held it");
    const all = async () => {
      let cursor: Parameters<typeof countPage>[0];
      do cursor = (await countPage(cursor, slow)).next;
      while (cursor);
    };
    await expect(all()).rejects.toThrow(LeaseLost);
    expect(await figures()).toMatchObject({ published: 0 });
  });

  it("takes an event along that is moved into another year", async () => {
    const { path } = await published();
    await count();
    expect(await figures()).toMatchObject({ published: 1 });
    year += 1;
    const moved = { startsAt: at("01-03T00:00"), endsAt: at("01-03T09:00") };
    await good(changed(service, path, moved));
    await night();
    expect(await figures({ year: String(year - 1) })).toMatchObject({ published: 0 });
    expect(await figures()).toMatchObject({ published: 1 });
  });

  it("leaves an event alone that was counted for good, so that who is erased later was there all the same", async () => {
    const { holders, path } = await race({ level: "quality" });
    theDayAfter();
    await count();
    // It comes to the same, and now for good.
    clockAt("08-12T00:00");
    await count();
    const settled = await figures();
    expect(settled).toMatchObject({ attendedOf: { elders: 5, women: 5 } });
    for (const { call } of holders.slice(0, 3)) await good(call(peopleRoutes.eraseMe, {}));
    await night();
    expect(await figures()).toEqual(settled);
    // A report that is confirmed late counts all the same.
    await reported(path, { participants: 50 });
    await good(confirm(bureau(service), path));
    await night();
    expect(await figures()).toMatchObject({ qualityConfirmed: 1, attended: 50, attendedOf: {} });
  });
});
