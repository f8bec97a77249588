import * as z from "zod";
import { define } from "../model.ts";

const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .meta({ description: "In Asia/Shanghai, `22:00`" });

/** When people may be told something. */
export const notices = {
  quietHours: define({
    id: "notices.quiet-hours",
    title: { zh: "不打扰时段", en: "Hours in which nobody is disturbed" },
    schema: z.strictObject({ from: time, to: time }),
    defaults: [
      {
        jurisdiction: "CN",
        enforcement: "refuse",
        validFrom: "2024-01-01",
        value: { from: "22:00", to: "08:00" },
        source: {
          zh: "惯例，部署时确认；紧急通知（核销码、停业）除外",
          en: "convention, to confirm in a deployment; what is urgent (check codes, closures) comes at any hour",
          verify: true,
        },
      },
    ],
  }),
} as const;
