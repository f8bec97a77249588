import type { Bilingual } from "#shared/platform/problem.ts";
import type { EventInput } from "../model.ts";
import type { templateIds } from "./schemas.ts";
import * as t from "./templateTexts.ts";

type Group = EventInput["groups"][number];

/** What an organiser starts from. What their own words leave out is filled in; then it is an ordinary draft. */
export interface EventTemplate {
  templateId: string;
  title: Bilingual;
  /** What the ages of its groups rest on. */
  agesSource?: Bilingual & { verify: boolean };
  fills: Pick<EventInput, "kind" | "groups" | "statements" | "checklist"> &
    Partial<Pick<EventInput, "sport" | "dropIn" | "waitlist">>;
  /** Days before the first day on which sign-up opens at 10:00 and closes at 22:00, and until noon one may cancel. */
  days: { opensBefore: number; closesBefore: number; cancelsBefore: number };
  /** From the start to the end. */
  minutes: number;
}

const group = (name: string, capacity: number, of: Partial<Group> = {}): Group => ({
  name,
  capacity,
  ageOn: "race-day",
  feeFen: 0,
  unit: "person",
  pools: [],
  ...of,
});

const yearEnd = { ageOn: "year-end" } as const;

export type TemplateId = (typeof templateIds)[number];

export const templates: Readonly<Record<TemplateId, EventTemplate>> = {
  "road-race": {
    templateId: "road-race",
    title: { zh: "路跑", en: "Road race" },
    agesSource: {
      zh: "中国田径协会路跑竞赛规程惯例：马拉松须满20周岁、半程须满16周岁（以比赛当年12月31日计）；其余为惯例",
      en: "Practice of the Chinese Athletics Association: 20 for a marathon, 16 for a half, on 31 December of the year; the others by convention",
      verify: true,
    },
    fills: {
      kind: "race",
      sport: "健身跑",
      waitlist: true,
      groups: [
        group("马拉松", 2_000, { minAge: 20, ...yearEnd }),
        group("半程马拉松", 3_000, { minAge: 16, ...yearEnd }),
        group("10公里", 2_000, { minAge: 14, ...yearEnd }),
        group("5公里健康跑", 1_000, { minAge: 8 }),
      ],
      statements: [t.waiver, t.health, t.insurer],
      checklist: [
        t.safetyPlan,
        t.medical,
        t.insurance(true),
        t.rulesOfCompetition,
        t.traffic,
        t.publicSecurity,
        t.weather,
      ],
    },
    days: { opensBefore: 60, closesBefore: 15, cancelsBefore: 14 },
    minutes: 390,
  },
  orienteering: {
    templateId: "orienteering",
    title: { zh: "定向", en: "Orienteering" },
    fills: {
      kind: "race",
      sport: "定向",
      waitlist: true,
      groups: [
        group("公开男子组", 100, { minAge: 16, maxAge: 60, sex: "male" }),
        group("公开女子组", 100, { minAge: 16, maxAge: 60, sex: "female" }),
        group("少年组", 60, { minAge: 10, maxAge: 15 }),
        group("亲子组（家长）", 60, { minAge: 18 }),
        group("亲子组（儿童）", 60, { minAge: 6, maxAge: 13 }),
      ],
      statements: [t.waiver, t.health, t.insurer],
      checklist: [
        t.safetyPlan,
        t.medical,
        t.insurance(true),
        t.rulesOfCompetition,
        t.traffic,
        t.highRiskPermit,
        t.weather,
      ],
    },
    days: { opensBefore: 30, closesBefore: 7, cancelsBefore: 5 },
    minutes: 240,
  },
  "ball-league": {
    templateId: "ball-league",
    title: { zh: "球类联赛", en: "Ball league" },
    fills: {
      kind: "league",
      groups: [
        group("男子组", 120, { minAge: 16, maxAge: 60, sex: "male" }),
        group("女子组", 60, { minAge: 16, maxAge: 60, sex: "female" }),
      ],
      statements: [t.waiver, t.health, t.insurer],
      checklist: [t.safetyPlan, t.medical, t.insurance(true), t.rulesOfCompetition, t.referees, t.venue],
    },
    days: { opensBefore: 30, closesBefore: 7, cancelsBefore: 5 },
    minutes: 540,
  },
  "sports-meeting": {
    templateId: "sports-meeting",
    title: { zh: "运动会", en: "Sports meeting" },
    fills: {
      kind: "race",
      sport: "综合",
      groups: [
        group("少年组", 100, { minAge: 8, maxAge: 17 }),
        group("成年组", 200, { minAge: 18, maxAge: 59 }),
        group("老年组", 100, { minAge: 60, maxAge: 75 }),
      ],
      statements: [t.waiver, t.health, t.insurer],
      checklist: [
        t.safetyPlan,
        t.medical,
        t.insurance(true),
        t.rulesOfCompetition,
        t.referees,
        t.venue,
        t.publicSecurity,
      ],
    },
    days: { opensBefore: 45, closesBefore: 10, cancelsBefore: 7 },
    minutes: 540,
  },
  activity: {
    templateId: "activity",
    title: { zh: "线下活动（健步走、广播操、讲座）", en: "Drop-in activity: walk, exercises, lecture" },
    fills: {
      kind: "activity",
      dropIn: true,
      groups: [],
      statements: [],
      checklist: [t.safetyPlan, t.venue, t.insurance(false), t.publicSecurity, t.weather],
    },
    days: { opensBefore: 14, closesBefore: 1, cancelsBefore: 1 },
    minutes: 120,
  },
};
