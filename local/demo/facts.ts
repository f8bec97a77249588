/**
 * Towns, facilities, sports and programmes as 吴江区全民健身实施计划（2021—2025年） names them. Organisations,
 * trails and courts stand for kinds the plan only counts; what belongs to which town is a guess where it does not say.
 */

export const towns = [
  { name: "吴江开发区", short: "开发区", organiser: "org-town-kaifaqu" },
  { name: "东太湖度假区", short: "东太湖", organiser: "org-town-dongtaihu" },
  { name: "汾湖高新区", short: "汾湖", organiser: "org-town-fenhu" },
  { name: "吴江高新区（盛泽镇）", short: "盛泽", organiser: "org-town-shengze" },
  { name: "平望镇", short: "平望", organiser: "org-town-pingwang" },
  { name: "桃源镇", short: "桃源", organiser: "org-town-taoyuan" },
  { name: "震泽镇", short: "震泽", organiser: "org-town-zhenze" },
  { name: "七都镇", short: "七都", organiser: "org-town-qidu" },
  { name: "同里镇", short: "同里", organiser: "org-town-tongli" },
] as const;
export type Town = (typeof towns)[number]["name"];

export const sports = [
  "健身跑",
  "定向",
  "健步走",
  "广播操",
  "武术",
  "骑行",
  "游泳",
  "乒乓球",
  "羽毛球",
  "足球",
  "篮球",
  "门球",
  "木兰拳",
  "帆船",
  "皮划艇",
  "跑酷",
  "轮滑",
  "滑板",
  "飞盘",
  "围棋",
  "桥牌",
  "气排球",
] as const;
/** Besides the plan's list, what its programmes need. */
export type Sport = (typeof sports)[number] | "攀岩" | "龙舟" | "综合";

const indoor: readonly Sport[] = ["羽毛球", "乒乓球", "篮球", "气排球", "武术", "围棋", "桥牌", "广播操"];
const park: readonly Sport[] = ["健身跑", "健步走", "定向", "骑行", "飞盘", "轮滑", "滑板", "跑酷", "门球"];

export interface Venue {
  name: string;
  town: Town;
  sports: readonly Sport[];
}

/** The facilities the plan names. */
export const facilities: readonly Venue[] = [
  {
    name: "苏州湾体育中心",
    town: "东太湖度假区",
    sports: ["游泳", "羽毛球", "篮球", "足球", "帆船", "皮划艇", "健身跑"],
  },
  { name: "汾湖文体中心", town: "汾湖高新区", sports: [...indoor, "游泳", "攀岩"] },
  { name: "吴江体育馆", town: "吴江开发区", sports: [...indoor, "游泳", "轮滑"] },
  { name: "平望文体活动中心", town: "平望镇", sports: [...indoor, "木兰拳", "健步走"] },
  { name: "桃源镇文体活动中心", town: "桃源镇", sports: [...indoor, "木兰拳"] },
  { name: "震泽生态体育公园", town: "震泽镇", sports: park },
  { name: "大龙荡田园生态体育公园", town: "平望镇", sports: ["健身跑", "健步走", "定向", "骑行", "门球"] },
  { name: "潜龙渠体育公园", town: "吴江高新区（盛泽镇）", sports: [...park, "足球"] },
];

/** Every town has trails and a court; the plan counts 380 km and 136 of them without naming any. */
export const venues: readonly Venue[] = [
  ...facilities,
  ...towns.flatMap(({ name, short }): Venue[] => [
    { name: `${short}健身步道`, town: name, sports: ["健身跑", "健步走", "骑行", "定向", "飞盘"] },
    {
      name: `${short}运动场`,
      town: name,
      sports: ["足球", "篮球", "门球", "轮滑", "滑板", "飞盘", "木兰拳", "广播操"],
    },
  ]),
];

/** Invented associations and clubs. */
export const organisers = {
  running: "org-association-running",
  balls: "org-association-balls",
  water: "org-association-water",
  minds: "org-association-minds",
  elders: "org-association-elders",
  schools: "org-association-schools",
  cycling: "org-club-cycling",
  urban: "org-club-urban",
  climbing: "org-club-climbing",
} as const;
export type Organiser = (typeof organisers)[keyof typeof organisers] | (typeof towns)[number]["organiser"];
