import * as z from "zod";
import { define } from "../model.ts";

/** What organisers may be told of those who take part, in numbers. */
export const statistics = {
  participants: define({
    id: "registration.statistics",
    title: { zh: "参赛人员统计", en: "Statistics of who takes part" },
    schema: z.strictObject({
      fewest: z
        .number()
        .int()
        .min(1)
        .max(100)
        .meta({ description: "No number of people below this is shown but 0" }),
      agesFrom: z
        .array(z.number().int().min(0).max(120))
        .min(1)
        .max(30)
        .refine((ages) => ages[0] === 0 && ages.every((age, at) => at === 0 || age > (ages[at - 1] ?? 0)))
        .meta({ description: "Where each band of ages begins, from 0 on, rising" }),
    }),
    defaults: [
      {
        jurisdiction: "CN",
        enforcement: "refuse",
        validFrom: "2024-01-01",
        value: { fewest: 5, agesFrom: [0, 6, 14, 18, 25, 35, 45, 55, 65] },
        source: {
          zh: "惯例，部署时确认：人数过少的分组可能指向个人（《个人信息保护法》第七十三条，去标识化）",
          en: "convention, to confirm in a deployment: a band of few people points to persons (PIPL Art. 73, de-identification)",
          verify: true,
        },
      },
    ],
  }),
} as const;
