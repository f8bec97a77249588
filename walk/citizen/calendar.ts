import { calendarRoutes } from "#shared/registration/calendar/contract.ts";
import type { Published } from "../events.ts";
import type { Scene } from "../scene.ts";

/** An event in one's calendar, and a calendar that follows all of a family's registrations. */
export async function calendars({ service, walk, me }: Scene, { event, path }: Published): Promise<void> {
  walk.chapter("日历", "Calendars");
  await walk.granted(
    ["一项赛事加入日历", "one event for the calendar"],
    service.anyone,
    calendarRoutes.getEventCalendar,
    { path },
    /^BEGIN:VCALENDAR[\s\S]*BEGIN:VEVENT[\s\S]*END:VCALENDAR\s*$/,
  );
  const link = await walk.granted(
    ["生成订阅地址", "an address to subscribe to"],
    me,
    calendarRoutes.createCalendarLink,
    {},
    { url: /\/v1\/calendars\//, feedToken: /^[\w-]{43}$/ },
  );
  const feed = { path: { feedToken: link.feedToken } };
  const text = await walk.granted(
    ["手机日历凭地址读取，不用登录", "a calendar program reads it without signing in"],
    service.anyone,
    calendarRoutes.getCalendarFeed,
    feed,
    /^BEGIN:VCALENDAR/,
  );
  const unfolded = String(text).replaceAll(/\r?\n[ \t]/g, "");
  walk.see(
    ["我和家人的报名都在里面", "with registrations of the family"],
    { thisRace: unfolded.includes(event.name), entries: unfolded.split("BEGIN:VEVENT").length - 1 },
    { thisRace: true, entries: (count: unknown) => Number(count) >= 3 },
  );
  await walk.granted(
    ["停用订阅地址", "the address is ended"],
    me,
    calendarRoutes.endCalendarLink,
    {},
    { status: "ended" },
  );
  await walk.refused(
    ["停用后读不到", "and reads nothing any more"],
    service.anyone,
    calendarRoutes.getCalendarFeed,
    feed,
    "404 not-found",
  );
}
