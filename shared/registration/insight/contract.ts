import * as z from "zod";
import { sexes } from "#shared/people/identityDocument.ts";
import { instant } from "#shared/platform/instant.ts";
import { route } from "#shared/platform/route.ts";
import { eventId, groupId, registrationStatuses } from "../schemas.ts";

const count = z.number().int();

/** Of a pool, a group or the whole; `held` is confirmed and pending places together, as in Availability. */
const places = {
  capacity: count,
  held: count,
  confirmed: count,
  pending: count.meta({ description: "Kept for somebody who has not confirmed: an offer, a payment" }),
  free: count,
  fillRate: z.number().meta({ description: "held / capacity, 0 to 1" }),
};

const eventStatistics = z
  .object({
    eventId,
    asOf: instant,
    complete: z.boolean().meta({
      description: "False when there are too many registrations to count: then only places are exact",
    }),
    total: z.object({ ...places, waitlisted: count }),
    groups: z.array(
      z.object({
        groupId,
        name: z.string(),
        ...places,
        reserved: count,
        waitlisted: count,
        pools: z.array(z.object({ name: z.string(), ...places, flowsBackAt: instant })),
      }),
    ),
    statuses: z
      .array(z.object({ status: z.enum(registrationStatuses), count }))
      .meta({ description: "Of registrations; each person's last one in the event" }),
    days: z
      .array(z.object({ date: z.iso.date(), signUps: count, cancellations: count }))
      .meta({ description: "Days in Asia/Shanghai on which somebody signed up or cancelled" }),
    participants: z
      .object({
        counted: count,
        sexes: z.array(z.object({ sex: z.enum(sexes), count })),
        ages: z.array(z.object({ from: count, to: count.optional(), count })),
      })
      .meta({
        description:
          "Of those with a confirmed place. Bands of few people are merged with their neighbours; what would still show few is left out",
      }),
  })
  .meta({ id: "EventStatistics" });

export const insightRoutes = {
  getEventStatistics: route({
    operationId: "getEventStatistics",
    lambda: "registration/organiser",
    access: ["organiser"],
    method: "GET",
    path: "/v1/events/{eventId}/statistics",
    summary: { zh: "赛事报名统计", en: "Statistics of your event" },
    request: { path: z.strictObject({ eventId }) },
    responses: { 200: eventStatistics },
    errors: [],
  }),
} as const;
