import { type Organiser, organisers, type Sport } from "./facts.ts";
import type { Entry } from "./groups.ts";

/** One of the plan's programmes: an event, or one in each of several weeks. */
export interface Programme {
  /** As the plan names it; a station's or a sport's name may follow. */
  name: string;
  sport: Sport;
  venue: string;
  organiser: Organiser;
  kind: "race" | "league" | "activity";
  entry: Entry;
  /** Weeks from the present one on which it takes place. */
  weeks: readonly number[];
  time?: `${number}:${number}`;
  /** Wants proof of who takes part. */
  verified?: boolean;
}

const { running, balls, water, minds, elders, schools, cycling, urban, climbing } = organisers;

const race = { kind: "race" } as const;
const league = { kind: "league" } as const;
const activity = { kind: "activity" } as const;

const elderFestival = (
  sport: Sport,
  venue: string,
  weeks: readonly number[],
  entry: Entry = "elders",
): Programme => ({
  name: `老年人体育节·${sport}`,
  sport,
  venue,
  organiser: elders,
  entry,
  weeks,
  ...activity,
});

const fitnessFestival = (sport: Sport, venue: string, weeks: readonly number[], entry: Entry): Programme => ({
  name: `全民健身节·${sport}`,
  sport,
  venue,
  organiser: urban,
  entry,
  weeks,
  ...activity,
});

const sunshine = (sport: Sport, venue: string, weeks: readonly number[]): Programme => ({
  name: `阳光体育联赛·${sport}`,
  sport,
  venue,
  organiser: schools,
  entry: "pupils",
  weeks,
  ...league,
});

const holiday = (sport: Sport, venue: string, weeks: readonly number[], entry: Entry): Programme => ({
  name: `苏州假日体育·${sport}`,
  sport,
  venue,
  organiser: balls,
  entry,
  weeks,
  ...activity,
});

export const programmes: readonly Programme[] = [
  {
    name: "锦衣夜行姑苏八点半云夜跑",
    sport: "健身跑",
    venue: "苏州湾体育中心",
    organiser: running,
    entry: "road-race",
    weeks: [-3, 0, 2, 6, 10, 14],
    time: "20:30",
    ...race,
  },
  {
    name: "苏州市路跑联赛",
    sport: "健身跑",
    venue: "震泽生态体育公园",
    organiser: running,
    entry: "road-race",
    weeks: [-2, 4, 11],
    ...race,
  },
  {
    name: "吴江区城市定向赛",
    sport: "定向",
    venue: "汾湖健身步道",
    organiser: running,
    entry: "orienteering",
    weeks: [-1, 3, 12],
    ...race,
  },
  {
    name: "吴江区骑行大会",
    sport: "骑行",
    venue: "震泽生态体育公园",
    organiser: cycling,
    entry: "cycling",
    weeks: [-4, 5, 13],
    ...race,
  },
  {
    name: "吴江区男子篮球（甲乙级）",
    sport: "篮球",
    venue: "吴江体育馆",
    organiser: balls,
    entry: "men-tiers",
    weeks: [1, 9],
    verified: true,
    ...league,
  },
  {
    name: "吴江区男子足球（甲乙级）",
    sport: "足球",
    venue: "苏州湾体育中心",
    organiser: balls,
    entry: "men-tiers",
    weeks: [2, 10],
    verified: true,
    ...league,
  },
  {
    name: "吴江区游泳比赛",
    sport: "游泳",
    venue: "苏州湾体育中心",
    organiser: water,
    entry: "swimming",
    weeks: [-1, 7],
    ...race,
  },
  {
    name: "梅沙教育全国青少年帆船赛",
    sport: "帆船",
    venue: "苏州湾体育中心",
    organiser: water,
    entry: "youth",
    weeks: [6],
    verified: true,
    ...race,
  },
  {
    name: "环太湖自行车赛",
    sport: "骑行",
    venue: "七都健身步道",
    organiser: cycling,
    entry: "cycling",
    weeks: [8],
    verified: true,
    ...race,
  },
  {
    name: "中国攀岩联赛",
    sport: "攀岩",
    venue: "汾湖文体中心",
    organiser: climbing,
    entry: "climbing",
    weeks: [5],
    verified: true,
    ...league,
  },
  {
    name: "全国桥牌赛",
    sport: "桥牌",
    venue: "吴江体育馆",
    organiser: minds,
    entry: "open-adults",
    weeks: [4],
    ...race,
  },
  {
    name: "全国商学院帆船赛",
    sport: "帆船",
    venue: "苏州湾体育中心",
    organiser: water,
    entry: "water",
    weeks: [9],
    ...race,
  },
  {
    name: "中国吴江东太湖皮划艇桨板大赛",
    sport: "皮划艇",
    venue: "苏州湾体育中心",
    organiser: water,
    entry: "water",
    weeks: [3],
    ...race,
  },
  {
    name: "环意RIDELIKEAPRO长三角公开赛",
    sport: "骑行",
    venue: "东太湖健身步道",
    organiser: cycling,
    entry: "cycling",
    weeks: [11],
    ...race,
  },
  {
    name: "同里天元赛",
    sport: "围棋",
    venue: "同里运动场",
    organiser: minds,
    entry: "go",
    weeks: [2],
    ...race,
  },
  {
    name: "汾湖国际攀联世界杯攀岩赛",
    sport: "攀岩",
    venue: "汾湖文体中心",
    organiser: climbing,
    entry: "climbing",
    weeks: [14],
    verified: true,
    ...race,
  },
  {
    name: "长三角“运河名镇”龙舟邀请赛",
    sport: "龙舟",
    venue: "平望健身步道",
    organiser: "org-town-pingwang",
    entry: "water",
    weeks: [7],
    ...race,
  },
  {
    name: "区长杯校园足球赛",
    sport: "足球",
    venue: "潜龙渠体育公园",
    organiser: schools,
    entry: "pupils",
    weeks: [-1, 8],
    ...league,
  },
  {
    name: "区镇企业运动会",
    sport: "综合",
    venue: "吴江体育馆",
    organiser: "org-town-kaifaqu",
    entry: "workers",
    weeks: [3],
    ...activity,
  },
  elderFestival("门球", "大龙荡田园生态体育公园", [0, 6]),
  elderFestival("木兰拳", "平望文体活动中心", [1, 7], "women-elders"),
  elderFestival("健步走", "潜龙渠体育公园", [-1, 5]),
  elderFestival("气排球", "桃源镇文体活动中心", [2, 8, 12]),
  fitnessFestival("跑酷", "潜龙渠体育公园", [4], "youth"),
  fitnessFestival("滑板", "震泽生态体育公园", [4], "youth"),
  fitnessFestival("飞盘", "震泽生态体育公园", [-2, 4], "family"),
  fitnessFestival("武术", "吴江体育馆", [4], "open"),
  sunshine("乒乓球", "吴江体育馆", [1, 9]),
  sunshine("羽毛球", "汾湖文体中心", [2, 10]),
  sunshine("轮滑", "震泽生态体育公园", [3, 6]),
  holiday("羽毛球", "汾湖文体中心", [0, 4, 8, 12], "open"),
  holiday("游泳", "苏州湾体育中心", [1, 5, 9], "swimming"),
  holiday("骑行", "震泽生态体育公园", [-3, 5], "cycling"),
];
