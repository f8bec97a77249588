import { type Sport, type Town, towns, type Venue, venues } from "./facts.ts";
import type { Entry } from "./groups.ts";

/** What a town holds again and again. */
export interface Series {
  town: (typeof towns)[number];
  sport: Sport;
  /** Follows the town's short name. */
  title: string;
  entry: Entry;
  venue: string;
  kind: "race" | "activity";
}

interface Kind {
  title: string;
  entry: Entry;
  race?: boolean;
}

const kinds: Partial<Record<Sport, Kind>> = {
  健身跑: { title: "健身跑", entry: "open", race: true },
  健步走: { title: "健步走", entry: "open" },
  定向: { title: "亲子定向", entry: "family", race: true },
  广播操: { title: "广播操", entry: "open" },
  武术: { title: "武术交流", entry: "open" },
  骑行: { title: "骑行日", entry: "open-adults", race: true },
  游泳: { title: "游泳公开课", entry: "children" },
  乒乓球: { title: "乒乓球赛", entry: "open" },
  羽毛球: { title: "羽毛球赛", entry: "open-adults" },
  足球: { title: "足球友谊赛", entry: "men" },
  篮球: { title: "篮球夜", entry: "men" },
  门球: { title: "门球赛", entry: "elders" },
  木兰拳: { title: "木兰拳", entry: "women-elders" },
  帆船: { title: "帆船体验", entry: "youth" },
  皮划艇: { title: "皮划艇体验", entry: "water" },
  跑酷: { title: "跑酷营", entry: "youth" },
  轮滑: { title: "轮滑", entry: "children" },
  滑板: { title: "滑板", entry: "youth" },
  飞盘: { title: "亲子飞盘", entry: "family" },
  围棋: { title: "围棋赛", entry: "children" },
  桥牌: { title: "桥牌赛", entry: "open-adults" },
  气排球: { title: "气排球", entry: "elders" },
};

const seriesAt = (town: (typeof towns)[number], { name: venue, sports }: Venue): Series[] =>
  sports.flatMap((sport) => {
    const kind = kinds[sport];
    if (!kind) return [];
    const { title, entry, race = false } = kind;
    return [{ town, sport, title, entry, venue, kind: race ? "race" : "activity" }];
  });

/** A town's series, one at each venue in turn, so that neighbouring weeks differ. */
export function seriesOf(town: Town): Series[] {
  const known = towns.filter(({ name }) => name === town);
  const byVenue = known.flatMap((of) =>
    venues.filter((venue) => venue.town === town).map((venue) => seriesAt(of, venue)),
  );
  const longest = Math.max(...byVenue.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => byVenue.flatMap((list) => list[at] ?? [])).flat();
}
