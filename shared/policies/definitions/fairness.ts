import * as z from "zod";
import { define } from "../model.ts";

/** For what somebody is put on the ban list. */
export const banCauses = ["false-identity", "bib-transfer", "other"] as const;
export type BanCause = (typeof banCauses)[number];

const everywhere = { jurisdiction: "CN", validFrom: "2024-01-01" } as const;
const convention = { zh: "惯例，部署时确认", en: "convention, to confirm in a deployment", verify: true };
const days = (most: number) => z.number().int().min(1).max(most);

const terms = z.strictObject({
  minYears: z.number().int().min(1).max(50),
  maxYears: z.number().int().min(1).max(50),
  /** Whether it may be for life. */
  life: z.boolean(),
});

/** What is fair between all who sign up, over many events. */
export const fairness = {
  bans: define({
    id: "registration.bans",
    title: { zh: "禁赛期限", en: "How long somebody may be banned" },
    schema: z.strictObject({
      terms: z.strictObject({ "false-identity": terms, "bib-transfer": terms, other: terms }),
      /** The longest ban that one official decides alone; a longer one, and one for life, needs a second. */
      aloneUpToYears: z.number().int().min(0).max(50),
    }),
    defaults: [
      {
        ...everywhere,
        enforcement: "refuse",
        value: {
          terms: {
            "false-identity": { minYears: 1, maxYears: 2, life: true },
            "bib-transfer": { minYears: 1, maxYears: 2, life: true },
            other: { minYears: 1, maxYears: 2, life: false },
          },
          aloneUpToYears: 1,
        },
        source: {
          zh: "中国田径协会路跑赛事违规处罚的通行做法（冒名、替跑、转让号码布：禁赛1至2年直至终身）；条文与适用项目待法务确认",
          en: "practice of the Chinese Athletics Association in road races (false identity, running for another, passing a bib on: 1 to 2 years, up to life); text and scope to be confirmed",
          verify: true,
        },
      },
    ],
  }),
  noShow: define({
    id: "registration.no-show",
    title: { zh: "爽约暂停报名", en: "Who does not come pauses" },
    schema: z.strictObject({
      /** So many no-shows within so many days lead to a pause of so many. */
      count: z.number().int().min(1).max(100),
      perDays: days(3_660),
      pauseDays: days(3_660),
      /** From the day on which the person is told. */
      appealDays: days(366),
      /** For how long after its end an event is waited for of which nobody was checked in yet. */
      lateDays: days(60),
    }),
    defaults: [
      {
        ...everywhere,
        enforcement: "refuse",
        value: { count: 3, perDays: 180, pauseDays: 90, appealDays: 15, lateDays: 3 },
        source: convention,
      },
    ],
  }),
  limits: define({
    id: "registration.fairness",
    title: { zh: "同时报名的上限与时间冲突", en: "How much one person may be signed up for at a time" },
    schema: z.strictObject({
      /** Live registrations of one person that were made within so many days. */
      activeMax: z.number().int().min(1).max(100),
      perDays: days(3_660),
      /** Whether two events at the same time are refused. */
      clash: z.boolean(),
    }),
    defaults: [
      {
        ...everywhere,
        enforcement: "off",
        value: { activeMax: 5, perDays: 30, clash: true },
        source: convention,
      },
    ],
  }),
} as const;
