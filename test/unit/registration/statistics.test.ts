import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SportEvent } from "#shared/registration/model.ts";
import {
  countOf,
  isSame,
  isSettled,
  nothingCounted,
  withEntries,
  withHeadCounts,
} from "#shared/registration/programme/counting.ts";
import type { EventCount, Holding, KeyGroups } from "#shared/registration/programme/model.ts";
import { keyGroupNames } from "#shared/registration/programme/schemas.ts";
import { statisticsOf } from "#shared/registration/programme/statistics.ts";

const ages = { youthUnderYears: 18, eldersFromYears: 60 };
const event = {
  eventId: "evt_1",
  version: 2,
  town: "同里镇",
  sport: "健步走",
  // The first of January in Shanghai.
  startsAt: "2025-12-31T16:30:00.000Z",
  endsAt: "2026-01-01T04:00:00.000Z",
} as SportEvent;
const after = new Date("2026-01-02T00:00:00.000Z");

const entry = (birthDate: string, sex: "male" | "female", status: "confirmed" | "attended" = "attended") => ({
  status,
  person: { birthDate, sex },
});

describe("what is counted of one event", () => {
  it("is places and who came, by age on the event's first day in Shanghai and by sex", () => {
    const entries = [
      // Eighteen on that very day, and a day later.
      entry("2008-01-01", "male"),
      entry("2008-01-02", "female"),
      // Sixty on that very day, and a day later.
      entry("1966-01-01", "female", "confirmed"),
      entry("1966-01-02", "male"),
      // Erased since.
      { status: "attended" as const, person: undefined },
    ];
    expect(withEntries(nothingCounted, entries, event, ages)).toEqual({
      registrations: 5,
      attended: 4,
      registrationsOf: { youth: 1, elders: 1, women: 2 },
      attendedOf: { youth: 1, women: 1 },
    });
  });

  it("is the same page by page as at once", () => {
    const entries = Array.from({ length: 30 }, (_, at) =>
      entry(`${1940 + at * 3}-05-05`, at % 2 ? "male" : "female", at % 3 ? "attended" : "confirmed"),
    );
    const once = withEntries(nothingCounted, entries, event, ages);
    const paged = [entries.slice(0, 7), entries.slice(7, 8), entries.slice(8)].reduce(
      (tally, page) => withEntries(tally, page, event, ages),
      nothingCounted,
    );
    expect(paged).toEqual(once);
  });

  it("adds up head counts with the groups that were told", () => {
    const count = (of: number, keyGroups: KeyGroups) => ({
      checkInId: "chk_1",
      eventId: "evt_1",
      count: of,
      keyGroups,
      at: "",
      by: "",
    });
    const tally = withHeadCounts(withEntries(nothingCounted, [entry("2010-01-01", "female")], event, ages), [
      count(30, { youth: 5, workers: 20 }),
      count(12, { workers: 2, disabled: 1 }),
    ]);
    expect(tally).toMatchObject({
      registrations: 1,
      attended: 43,
      attendedOf: { youth: 6, women: 1, workers: 22, disabled: 1 },
    });
  });

  const holding = (of: Partial<Holding>): Holding =>
    ({
      status: "reported",
      level: "quality",
      participants: 70,
      keyGroups: { farmers: 9 },
      version: 1,
      ...of,
    }) as Holding;
  const came = { ...nothingCounted, attended: 43, attendedOf: { workers: 22 } };

  it("is what a confirmed report says, in place of what was counted at the door", () => {
    expect(countOf(event, came, holding({}), after)).toMatchObject({
      attended: 43,
      attendedOf: { workers: 22 },
      quality: false,
    });
    expect(countOf(event, came, holding({ status: "confirmed" }), after)).toMatchObject({
      attended: 70,
      attendedOf: { farmers: 9 },
      quality: true,
    });
    expect(countOf(event, came, holding({ status: "confirmed", level: "general" }), after).quality).toBe(
      false,
    );
  });

  it("is held when it is over and somebody came, or it was reported", () => {
    expect(countOf(event, came, undefined, after).held).toBe(true);
    expect(countOf(event, nothingCounted, undefined, after).held).toBe(false);
    expect(countOf(event, nothingCounted, holding({}), after).held).toBe(true);
    expect(countOf(event, came, undefined, new Date("2026-01-01T03:59:59.000Z")).held).toBe(false);
  });

  it("is of the year in which it begins in Shanghai", () => {
    expect(countOf(event, came, undefined, after).year).toBe(2026);
  });

  it("stays for good once it is counted long enough after the end, unless event or report change", () => {
    const late = countOf(event, came, holding({}), new Date("2026-01-31T04:00:00.000Z"));
    expect(isSettled(event, holding({}), late, 30)).toBe(true);
    expect(isSettled(event, holding({ version: 2 }), late, 30)).toBe(false);
    expect(isSettled({ ...event, version: 3 }, holding({}), late, 30)).toBe(false);
    const early = countOf(event, came, holding({}), new Date("2026-01-31T03:59:59.000Z"));
    expect(isSettled(event, holding({}), early, 30)).toBe(false);
    expect(isSettled(event, holding({}), undefined, 30)).toBe(false);
  });
});

it("is the same count whenever it was made, and another when any figure differs", () => {
  const came = { ...nothingCounted, attended: 43, attendedOf: { workers: 22, youth: 1 } };
  const first = countOf(event, came, undefined, after);
  const otherOrder = { ...came, attendedOf: { youth: 1, workers: 22 } };
  expect(isSame(first, countOf(event, otherOrder, undefined, new Date("2026-01-03T00:00:00.000Z")))).toBe(
    true,
  );
  for (const other of [{ attended: 44 }, { attendedOf: { workers: 22, youth: 2 } }, { registrations: 1 }])
    expect(isSame(first, countOf(event, { ...came, ...other }, undefined, after))).toBe(false);
});

const counted = (town: string, sport: string, youth: number, of: Partial<EventCount> = {}): EventCount => ({
  eventId: `${town}${sport}`,
  year: 2026,
  town,
  sport,
  startsAt: "2026-05-01T00:00:00.000Z",
  held: true,
  registrations: 20,
  attended: 15,
  registrationsOf: { youth },
  attendedOf: {},
  quality: false,
  of: "2.0",
  countedAt: "2026-05-02T00:00:00.000Z",
  ...of,
});

describe("the figures of a year", () => {
  it("add up, by town and by sport", () => {
    const figures = statisticsOf(
      [
        counted("甲镇", "门球", 7, { quality: true }),
        counted("甲镇", "围棋", 9, { held: false }),
        counted("乙镇", "围棋", 8),
      ],
      {},
      5,
    );
    expect(figures).toMatchObject({
      published: 3,
      held: 2,
      registrations: 60,
      attended: 45,
      qualityConfirmed: 1,
      registrationsOf: { youth: 24 },
      byTown: [
        { town: "乙镇", published: 1, registrationsOf: { youth: 8 } },
        { town: "甲镇", published: 2, held: 1, registrationsOf: { youth: 16 } },
      ],
      bySport: [
        { sport: "围棋", registrationsOf: { youth: 17 } },
        { sport: "门球", registrationsOf: { youth: 7 } },
      ],
    });
  });

  it("show no sum of a key group that is too small, and four is too small where five is the least", () => {
    expect(statisticsOf([counted("甲镇", "门球", 4)], {}, 5).registrationsOf).toEqual({});
    expect(statisticsOf([counted("甲镇", "门球", 5)], {}, 5).registrationsOf).toEqual({ youth: 5 });
  });

  const youthIn = (counts: readonly EventCount[]) =>
    statisticsOf(counts, {}, 5).byTown.map(({ town, registrationsOf }) => [town, registrationsOf?.youth]);

  it("leave out one more where the total less the others would tell what is too small", () => {
    expect(youthIn([counted("甲", "门球", 3), counted("乙", "门球", 20), counted("丙", "门球", 9)])).toEqual([
      ["丙", undefined],
      ["乙", 20],
      ["甲", undefined],
    ]);
  });

  it("leave out no more where those left out are many enough together, or nobody is in them", () => {
    expect(
      youthIn([counted("甲", "门球", 3), counted("乙", "门球", 4), counted("丙", "门球", 9)])[0],
    ).toEqual(["丙", 9]);
    expect(youthIn([counted("甲", "门球", 0), counted("丙", "门球", 9)])[0]).toEqual(["丙", 9]);
  });

  it("tell of a town what the whole table tells of it, and no key groups of a sport in a town", () => {
    const counts = [
      counted("甲", "门球", 3),
      counted("乙", "门球", 20),
      counted("丙", "门球", 9),
      counted("乙", "围棋", 8),
    ];
    expect(statisticsOf(counts, { town: "乙" }, 5)).toMatchObject({
      published: 2,
      registrationsOf: { youth: 28 },
    });
    expect(statisticsOf(counts, { town: "丙" }, 5).registrationsOf).toEqual({});
    const both = statisticsOf(counts, { town: "乙", sport: "围棋" }, 5);
    expect(both).toMatchObject({ published: 1, registrations: 20 });
    const tables = [
      both,
      ...both.byTown,
      ...both.bySport,
      ...statisticsOf(counts, { town: "乙" }, 5).bySport,
    ];
    expect(tables.filter((row) => "registrationsOf" in row || "attendedOf" in row)).toEqual([]);
    expect(statisticsOf(counts, { town: "丁" }, 5)).toMatchObject({ published: 0, byTown: [] });
  });

  it("never let a sum between nothing and the least be told by taking shown from shown", () => {
    const some = fc.record(Object.fromEntries(keyGroupNames.map((name) => [name, fc.nat({ max: 12 })])));
    const anyCount = fc
      .tuple(fc.constantFrom(..."甲乙丙丁"), fc.constantFrom("门球", "围棋", "桥牌"), some, some)
      .map(([town, sport, registrationsOf, attendedOf]) =>
        counted(town, sport, 0, { registrationsOf, attendedOf }),
      );
    fc.assert(
      fc.property(fc.array(anyCount, { maxLength: 8 }), (counts) => {
        const { byTown, bySport, ...total } = statisticsOf(counts, {}, 5);
        for (const measure of ["registrationsOf", "attendedOf"] as const)
          for (const name of keyGroupNames)
            for (const rows of [byTown, bySport]) {
              const shown = rows.flatMap((row) => row[measure]?.[name] ?? []);
              expect(shown.every((value) => value >= 5)).toBe(true);
              const whole = total[measure]?.[name];
              if (whole === undefined) continue;
              const rest = whole - shown.reduce((sum, value) => sum + value, 0);
              expect(rest === 0 || rest >= 5).toBe(true);
            }
      }),
    );
  });
});
