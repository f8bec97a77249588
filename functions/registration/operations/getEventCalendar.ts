import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { calendarRoutes } from "#shared/registration/calendar/contract.ts";
import { calendarTag, calendarText } from "#shared/registration/calendar/ics.ts";
import { eventEntry, isShown } from "#shared/registration/calendar/rules.ts";
import { findEvent } from "#shared/registration/store.ts";

/** An event that was ever published as an entry for anybody's calendar. */
export const getEventCalendar = operation(calendarRoutes.getEventCalendar)(
  async ({ path, language, now }) => {
    const event = await findEvent(path.eventId);
    if (!event || !isShown(event)) throw new Refusal(problems.notFound);
    const entries = [eventEntry(event, language)];
    return {
      status: 200,
      body: calendarText(event.name, entries, now),
      headers: {
        etag: calendarTag(event.name, entries),
        vary: "accept-language",
        "cache-control": "public, max-age=300",
        "content-disposition": `inline; filename="${event.eventId}.ics"`,
      },
    };
  },
);
