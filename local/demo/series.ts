import type * as z from "zod";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import type { newEvent } from "#shared/registration/programme/draftSchemas.ts";
import type { seriesInput } from "#shared/registration/programme/schemas.ts";
import { addDays, addMinutes, mondayOf, shanghai } from "./calendar.ts";
import type { Account } from "./callers.ts";
import { organisers } from "./facts.ts";
import { entries, waiver } from "./groups.ts";

type NewEvent = z.input<typeof newEvent>;

/** A series with its rounds, and an activity to which one may come as one is. */
export function makeSeries(now: Date): {
  organiser: string;
  series: z.input<typeof seriesInput>;
  rounds: NewEvent[];
  activity: NewEvent;
} {
  const monday = mondayOf(now);
  const sunday = (week: number) => shanghai(addDays(monday, week * 7 + 6), "07:30");
  const stations = [
    { venue: "苏州湾体育中心", town: "东太湖度假区" },
    { venue: "汾湖健身步道", town: "汾湖高新区" },
    { venue: "震泽生态体育公园", town: "震泽镇" },
  ];
  const rounds = stations.map((at, station): NewEvent => {
    const startsAt = sunday(4 + station * 4);
    const day = addDays(monday, (4 + station * 4) * 7 + 6);
    return {
      ...at,
      name: `吴江区四季路跑系列赛第${station + 1}站`,
      sport: "健身跑",
      startsAt,
      endsAt: addMinutes(startsAt, 210),
      signUpOpensAt: shanghai(addDays(monday, -7), "10:00"),
      signUpClosesAt: shanghai(addDays(day, -7), "22:00"),
      groups: entries["road-race"](60),
      level: "quality",
      statements: [waiver],
    };
  });
  return {
    organiser: organisers.running,
    series: {
      name: "吴江区四季路跑系列赛",
      kind: "series",
      season: monday.slice(0, 4),
      sport: "健身跑",
      rule: {
        points: [20, 17, 15, 13, 11, 10, 9, 8, 7, 6],
        beyond: 1,
        bestOf: 2,
        tieBreaks: ["most-wins", "best-ranks"],
      },
    },
    rounds,
    activity: {
      template: "activity",
      name: "同里古镇健步走（免报名）",
      sport: "健步走",
      town: "同里镇",
      venue: "同里健身步道",
      startsAt: shanghai(addDays(monday, 12), "08:00"),
    },
  };
}

/** Loads both; answers how many events. */
export async function loadSeries(now: Date, account: (organiser: string) => Account): Promise<number> {
  const { organiser, series, rounds, activity } = makeSeries(now);
  const call = account(organiser);
  const { seriesId } = await call(programmeRoutes.createSeries, { body: series });
  const events = [...rounds.map((round) => ({ ...round, seriesId })), activity];
  await Promise.all(
    events.map(async (body) => {
      const { eventId, checklist = [] } = await call(registrationRoutes.createEvent, { body });
      let ifMatch = 1;
      for (const { itemId, required } of checklist)
        if (required) {
          const path = { eventId, itemId };
          const tick = { path, body: { done: true, note: "演示：已完成" }, ifMatch };
          ifMatch = (await call(programmeRoutes.tickChecklistItem, tick)).version;
        }
      await call(registrationRoutes.publishEvent, { path: { eventId } });
    }),
  );
  return events.length;
}
