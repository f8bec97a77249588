import { registrationRoutes } from "#shared/registration/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { after, DAY } from "../calendar.ts";
import { raceInput } from "../events.ts";
import type { Scene } from "../scene.ts";
import { freshName } from "../service.ts";
import { granted } from "../walk.ts";

/** A series of two rounds, the second made from the first. */
export async function seriesOfRounds({ service, walk, organiser, stranger, orgId }: Scene): Promise<void> {
  walk.chapter("系列赛", "A series");
  const series = await walk.granted(
    ["创建系列赛和积分规则", "a series and its rule of points"],
    organiser,
    programmeRoutes.createSeries,
    {
      body: {
        name: `路跑联赛 ${freshName()}`,
        kind: "series",
        season: "2026",
        rule: { points: [10, 8, 6, 5], beyond: 1, bestOf: 2 },
      },
    },
    { seriesId: /^ser_/, entry: "each-round", rule: { points: [10, 8, 6, 5] } },
  );
  const { seriesId } = series;
  const first = await granted(
    organiser(registrationRoutes.createEvent, {
      body: { ...raceInput(await service.now(), { name: `第一站 ${freshName()}` }), seriesId },
    }),
  );
  const startsAt = after(new Date(first.startsAt), 14 * DAY).toISOString();
  const second = await walk.granted(
    ["第二站由第一站复制，日期一起移动", "the second round is made from the first: its days move along"],
    organiser,
    programmeRoutes.cloneEvent,
    { path: { eventId: first.eventId }, body: { startsAt, name: "第二站" } },
    {
      status: "draft",
      startsAt,
      signUpClosesAt: after(new Date(first.signUpClosesAt), 14 * DAY).toISOString(),
    },
  );
  for (const { eventId } of [first, second])
    await granted(organiser(registrationRoutes.publishEvent, { path: { eventId } }));
  await walk.granted(
    ["公开的系列赛：两站按日期排列", "in public: two rounds in order"],
    service.anyone,
    programmeRoutes.getSeries,
    { path: { seriesId } },
    { rounds: [{ eventId: first.eventId }, { eventId: second.eventId }] },
  );
  await walk.granted(
    ["本单位的系列赛", "the organisation's series"],
    organiser,
    programmeRoutes.listOrganiserSeries,
    { path: { orgId }, query: {} },
    { items: [{ seriesId }] },
  );
  await walk.refused(
    ["别的单位改不了", "another organisation cannot change it"],
    stranger,
    programmeRoutes.changeSeries,
    { path: { seriesId }, body: { name: "冒名" }, ifMatch: series.version },
    "404 not-found",
  );
}
