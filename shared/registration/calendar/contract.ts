import * as z from "zod";
import { peopleProblems } from "#shared/people/problems.ts";
import { instant } from "#shared/platform/instant.ts";
import { route } from "#shared/platform/route.ts";
import { eventId } from "../schemas.ts";

const calendar = z.string().meta({ description: "iCalendar (RFC 5545); instants in UTC" });

const calendarLink = z
  .object({
    url: z.url().meta({ description: "For a calendar program to subscribe to" }),
    feedToken: z
      .string()
      .meta({ description: "Whoever knows it can read the calendar: keep it to yourself" }),
    createdAt: instant,
  })
  .meta({ id: "CalendarLink" });

export const calendarRoutes = {
  getEventCalendar: route({
    operationId: "getEventCalendar",
    lambda: "registration/public",
    access: "public",
    method: "GET",
    path: "/v1/events/{eventId}/calendar.ics",
    summary: { zh: "把赛事加入日历", en: "An event for one's calendar" },
    media: "text/calendar",
    conditional: true,
    request: { path: z.strictObject({ eventId }) },
    responses: { 200: calendar },
    errors: [],
  }),
  getCalendarFeed: route({
    operationId: "getCalendarFeed",
    lambda: "registration/feeds",
    access: "public",
    method: "GET",
    path: "/v1/calendars/{feedToken}",
    summary: {
      zh: "日历订阅：我和家人的报名",
      en: "A calendar to subscribe to: registrations of a person and those they act for",
    },
    media: "text/calendar",
    conditional: true,
    // Programs of a family's phones and computers ask every quarter of an hour at most.
    rateLimit: { limit: 60, seconds: 3_600 },
    request: { path: z.strictObject({ feedToken: z.string().regex(/^[\w-]{43}$/) }) },
    responses: { 200: calendar },
    errors: [],
  }),
  createCalendarLink: route({
    operationId: "createCalendarLink",
    lambda: "people/citizen",
    access: ["citizen"],
    method: "POST",
    path: "/v1/me/calendar-links",
    summary: {
      zh: "生成日历订阅地址（原地址随即失效）",
      en: "Make the address of your calendar; an earlier one ends",
    },
    idempotency: "required",
    request: {},
    responses: { 201: calendarLink },
    errors: [peopleProblems.profileMissing],
  }),
  endCalendarLink: route({
    operationId: "endCalendarLink",
    lambda: "people/citizen",
    access: ["citizen"],
    method: "DELETE",
    path: "/v1/me/calendar-links",
    summary: { zh: "停用日历订阅地址", en: "End the address of your calendar" },
    request: {},
    responses: { 200: z.object({ status: z.literal("ended") }) },
    errors: [peopleProblems.profileMissing],
  }),
} as const;
