import { calendarRoutes } from "#shared/registration/calendar/contract.ts";
import { good, publishedEvent } from "#test/support/service.ts";
import { aChild, aCitizen } from "../people.ts";
import type { CostSheet } from "../sheet.ts";
import { registered } from "./changes.ts";

/** Addresses of calendars, and what a calendar program reads by them. */
export async function calendarCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const { call: me } = await aCitizen(service);
  const child = await aChild(me);
  const idempotencyKey = crypto.randomUUID();
  const make = () => me(calendarRoutes.createCalendarLink, { idempotencyKey });
  const end = () => me(calendarRoutes.endCalendarLink, {});
  await sheet.costs("createCalendarLink", "the first", "201", make);
  await sheet.costs("createCalendarLink", "the first, repeated", "201", make);
  const { feedToken } = await good(
    sheet.costs("createCalendarLink", "another, which ends the first", "201", () =>
      me(calendarRoutes.createCalendarLink, {}),
    ),
  );
  const read = (token: string) => () =>
    service.anyone(calendarRoutes.getCalendarFeed, { path: { feedToken: token } });
  await sheet.costs("getCalendarFeed", "no registrations", "200", read(feedToken));
  for (let made = 0; made < 3; made += 1) {
    const event = await publishedEvent(service);
    await registered(event, me, false, made === 2 ? child : undefined);
  }
  await sheet.costs("getCalendarFeed", "two of one's own, one of a child", "200", read(feedToken));
  await sheet.costs("getCalendarFeed", "no such address", "404 not-found", read("A".repeat(43)));
  await sheet.costs("endCalendarLink", "one", "200", end);
  await sheet.costs("endCalendarLink", "none", "200", end);
  const { path } = await publishedEvent(service);
  await sheet.costs("getEventCalendar", "an event", "200", () =>
    service.anyone(calendarRoutes.getEventCalendar, { path }),
  );
}
