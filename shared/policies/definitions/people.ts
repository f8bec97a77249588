import * as z from "zod";
import { define } from "../model.ts";
import { convention } from "./prepaid.ts";

const everywhere = { jurisdiction: "CN", enforcement: "refuse", validFrom: "2024-01-01" } as const;
const count = z.number().int().min(1);

/** For whom people act. */
export const people = {
  family: define({
    id: "people.family",
    title: {
      zh: "代办家人与监护人的数量上限",
      en: "For how many a person acts, and how many act for a child",
    },
    schema: z.strictObject({ dependants: count.max(100), guardians: count.max(10) }),
    defaults: [{ ...everywhere, value: { dependants: 10, guardians: 2 }, source: convention }],
  }),
  invitation: define({
    id: "people.invitation",
    title: { zh: "家人邀请码的有效时间", en: "For how long an invitation to a relative is good" },
    schema: z.strictObject({ hours: count.max(720) }),
    defaults: [{ ...everywhere, value: { hours: 24 }, source: convention }],
  }),
} as const;
