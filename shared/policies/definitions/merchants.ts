import * as z from "zod";
import { define } from "../model.ts";
import { convention, jiangsuSport3 } from "./prepaid.ts";

const everywhere = { jurisdiction: "CN", enforcement: "refuse", validFrom: "2024-01-01" } as const;
const count = z.number().int().min(1);

/** Who is admitted as a merchant, and how its people are. */
export const merchants = {
  lease: define({
    id: "merchants.lease",
    title: { zh: "商户场地租期须未届满", en: "A merchant's lease has not ended" },
    schema: z.strictObject({
      /** For so many days after the day of the decision the lease still runs. */
      remainingDays: z.number().int().min(0).max(3_650),
    }),
    defaults: [
      { ...everywhere, value: { remainingDays: 0 }, source: convention },
      { ...everywhere, jurisdiction: "CN-32", value: { remainingDays: 0 }, source: jiangsuSport3 },
    ],
  }),
  freezeReview: define({
    id: "merchants.freeze-review",
    title: { zh: "冻结商户后的复核期限", en: "By when another person has looked at a freeze" },
    schema: z.strictObject({ workingDays: count.max(60) }),
    defaults: [{ ...everywhere, value: { workingDays: 1 }, source: convention }],
  }),
  invitation: define({
    id: "merchants.invitation",
    title: { zh: "商户人员邀请码的有效时间", en: "For how long an invitation to a merchant's staff is good" },
    schema: z.strictObject({ hours: count.max(720) }),
    defaults: [{ ...everywhere, value: { hours: 48 }, source: convention }],
  }),
  size: define({
    id: "merchants.size",
    title: { zh: "商户的场所和人员数量上限", en: "The most venues and staff of one merchant" },
    schema: z.strictObject({ venues: count.max(100), staff: count.max(1_000) }),
    defaults: [{ ...everywhere, value: { venues: 50, staff: 200 }, source: convention }],
  }),
} as const;
