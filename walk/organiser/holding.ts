import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { after, hours } from "../calendar.ts";
import { published } from "../events.ts";
import { entered, type Scene } from "../scene.ts";

/** Checking in on the day, and the district's figures of the year's events. */
export async function holding({ service, walk, organiser, someone }: Scene): Promise<void> {
  walk.chapter("当天签到与年度统计", "Checking in, and the year's figures");
  const now = await service.now();
  const event = await published(service, organiser, {
    startsAt: after(now, hours(1)).toISOString(),
    endsAt: after(now, hours(2)).toISOString(),
    signUpClosesAt: after(now, hours(1)).toISOString(),
  });
  const { registrationId } = await entered(await someone("蒋女士"), event);
  await walk.granted(
    ["签到", "check in"],
    organiser,
    programmeRoutes.checkIn,
    { path: event.path, body: { registrationId } },
    { status: "attended", attendedAt: /Z$/ },
  );
  await walk.refused(
    ["正式赛事不计免报名的人数", "nobody is counted without a registration at a race"],
    organiser,
    programmeRoutes.checkIn,
    { path: event.path, body: { count: 20 } },
    /^(409|422) not-drop-in$/,
  );
  await walk.granted(
    ["公开的年度赛事统计", "the public figures of the year's events"],
    service.anyone,
    programmeRoutes.getProgrammeStatistics,
    { query: {} },
    { year: now.getUTCFullYear(), byTown: Array.isArray, qualityTarget: { events: 500 } },
  );
}
