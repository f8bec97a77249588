import { linked } from "../../support/calendars.ts";
import { citizen, publishedEvent, type TestService } from "../../support/service.ts";
import type { Case } from "./cases.ts";

/** The cases of calendars: who knows an address reads it, whoever they are. */
export const calendarCases = (service: TestService): Readonly<Record<string, Case>> => ({
  getEventCalendar: {
    owned: false,
    make: async (_, whose) => ({
      path:
        whose === "absent"
          ? { eventId: "evt_01J00000000000000000000000" }
          : (await publishedEvent(service)).path,
    }),
  },
  getCalendarFeed: {
    owned: false,
    make: async (_, whose) => {
      if (whose === "absent") return { path: { feedToken: "A".repeat(43) } };
      const { feedToken } = await linked((await citizen(service)).call);
      return { path: { feedToken } };
    },
  },
  createCalendarLink: { owned: false, make: async () => ({}) },
  endCalendarLink: { owned: false, make: async () => ({}) },
});
