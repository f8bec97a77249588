import * as z from "zod";
import { define } from "../model.ts";

const window = z
  .strictObject({
    dueHours: z
      .number()
      .min(0.5)
      .max(168)
      .meta({ description: "Hours before the start from which it is told" }),
    lateHours: z
      .number()
      .min(0)
      .max(168)
      .meta({ description: "Hours before the start from which it is told no more" }),
  })
  .refine(({ dueHours, lateHours }) => lateHours < dueHours);

/** When those who have a place are reminded of their event. */
export const reminders = {
  windows: define({
    id: "registration.reminders",
    title: { zh: "活动开始前提醒", en: "Reminders before an event" },
    schema: z.strictObject({ dayBefore: window, soon: window }),
    defaults: [
      {
        jurisdiction: "CN",
        enforcement: "warn",
        validFrom: "2024-01-01",
        value: { dayBefore: { dueHours: 24, lateHours: 12 }, soon: { dueHours: 2, lateHours: 1 } },
        source: {
          zh: "惯例，部署时确认；不打扰时段内不提醒，过期不补",
          en: "convention, to confirm in a deployment; nothing in quiet hours, and nothing late",
          verify: true,
        },
      },
    ],
  }),
} as const;
