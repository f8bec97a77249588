import * as z from "zod";
import { define } from "../model.ts";

const everywhere = { jurisdiction: "CN", enforcement: "refuse", validFrom: "2024-01-01" } as const;
const days = z.number().int().min(1).max(3_650);

/** What holds for sign-ups. */
export const registration = {
  retention: define({
    id: "registration.retention",
    title: { zh: "报名问题答案的保存期限", en: "How long answers given in a sign-up are kept" },
    schema: z
      .strictObject({
        /** Of what is about health, from the event's last day. */
        healthDays: days,
        /** Of everything else that was answered. */
        answersDays: days,
      })
      .refine(({ healthDays, answersDays }) => healthDays <= answersDays, { path: ["healthDays"] }),
    defaults: [
      {
        ...everywhere,
        value: { healthDays: 30, answersDays: 365 },
        source: {
          zh: "《个人信息保护法》第十九条、第二十八条：保存期限为必要的最短时间；时长为惯例",
          en: "PIPL Arts. 19 and 28: no longer than necessary; the lengths are conventions",
          verify: true,
        },
      },
    ],
  }),
} as const;
