import { registrationRoutes } from "#shared/registration/contract.ts";
import { linked } from "../../support/calendars.ts";
import {
  citizen,
  eventInput,
  good,
  publishedEvent,
  signUp,
  type TestService,
} from "../../support/service.ts";
import type { Case } from "./cases.ts";

/** The cases of calendars, where who knows an address reads it whoever they are, and of an event's statistics. */
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
  getEventStatistics: {
    owned: true,
    make: async (owner, whose) => {
      if (whose === "absent") return { path: { eventId: "evt_01J00000000000000000000000" } };
      const { eventId } = await good(owner(registrationRoutes.createEvent, { body: eventInput() }));
      const { groups } = await good(owner(registrationRoutes.publishEvent, { path: { eventId } }));
      await good(signUp((await citizen(service)).call, { eventId }, groups[0]?.groupId ?? ""));
      return { path: { eventId } };
    },
  },
  createCalendarLink: { owned: false, make: async () => ({}) },
  endCalendarLink: { owned: false, make: async () => ({}) },
});
