import * as z from "zod";
import { define } from "../model.ts";
import { convention } from "./prepaid.ts";

const everywhere = { jurisdiction: "CN", enforcement: "refuse", validFrom: "2024-01-01" } as const;
const age = z.number().int().min(1).max(120);

/** What is counted of the programme of events, and what of it is published. */
export const programme = {
  keyGroups: define({
    id: "programme.key-groups",
    title: { zh: "重点人群的年龄界限", en: "Ages of the key groups" },
    schema: z.strictObject({
      /** Younger than that on the first day of the event. */
      youthUnderYears: age,
      /** That old or older. */
      eldersFromYears: age,
    }),
    defaults: [
      {
        ...everywhere,
        value: { youthUnderYears: 18, eldersFromYears: 60 },
        source: {
          zh: "《未成年人保护法》第二条（未满十八周岁）；《老年人权益保障法》第二条（六十周岁以上）",
          en: "Law on the Protection of Minors, Art. 2 (under 18); Law on the Rights of the Elderly, Art. 2 (60 and over)",
        },
      },
    ],
  }),
  smallestShown: define({
    id: "programme.smallest-shown",
    title: { zh: "公布重点人群人数的最小值", en: "The smallest number of a key group that is published" },
    schema: z.strictObject({ people: z.number().int().min(1).max(100) }),
    defaults: [{ ...everywhere, value: { people: 5 }, source: convention }],
  }),
  qualityTarget: define({
    id: "programme.quality-target",
    title: { zh: "品质群众体育赛事活动数量目标", en: "How many quality mass events there are to be" },
    schema: z.strictObject({ events: z.number().int().min(0).max(100_000) }),
    defaults: [
      {
        ...everywhere,
        value: { events: 500 },
        source: {
          zh: "《吴江区全民健身实施计划（2021—2025年）》表1：到2025年品质群众体育赛事活动500场次以上",
          en: "Wujiang district's plan for public fitness 2021-2025, table 1: 500 quality mass events or more by 2025",
          verify: true,
        },
      },
    ],
  }),
  settled: define({
    id: "programme.settled",
    title: {
      zh: "赛事结束后统计数字不再重算的天数",
      en: "Days after its end when an event is counted for good",
    },
    schema: z.strictObject({ days: z.number().int().min(1).max(365) }),
    defaults: [{ ...everywhere, value: { days: 30 }, source: convention }],
  }),
} as const;
