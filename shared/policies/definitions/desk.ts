import * as z from "zod";
import { define } from "../model.ts";

/** What staff do for people who come to a desk, call or send a form. */
export const desk = {
  limits: define({
    id: "registration.desk",
    title: { zh: "工作人员代报名的每日上限", en: "How many sign-ups staff may make for others in a day" },
    schema: z.strictObject({
      /** Sign-ups of one member of staff in a day in Asia/Shanghai. */
      perStaffAndDay: z.number().int().min(1).max(10_000),
      /** How often names may differ from a document's before that member of staff signs nobody up for the day. */
      mismatchesPerStaffAndDay: z.number().int().min(1).max(1_000),
    }),
    defaults: [
      {
        jurisdiction: "CN",
        enforcement: "refuse",
        validFrom: "2024-01-01",
        value: { perStaffAndDay: 100, mismatchesPerStaffAndDay: 10 },
        source: {
          zh: "国办发〔2020〕45号：为没有智能手机的人保留窗口办理；数量为惯例，部署时确认",
          en: "Guo Ban Fa [2020] No. 45 (desks stay for people without a smartphone); the numbers are a convention",
          verify: true,
        },
      },
    ],
  }),
} as const;
