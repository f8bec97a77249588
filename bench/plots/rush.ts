import { draw, named, titled } from "./render.ts";

/** A row of bench/results/rush.json, as far as it is drawn. */
export interface RushRow {
  design: string;
  places: number;
  partitions: number;
  lanes: number;
  workers: number;
  guards: number;
  wcuPerPlace: number;
  indexWcuPerPlace?: number;
  timeline: { second: number; asked: number; served: number }[];
}

const parameters = ({ design, partitions, lanes, workers, guards }: RushRow): string =>
  [
    `${partitions} partitions`,
    `${lanes} ${lanes === 1 ? "lane" : "lanes"}`,
    ...(workers > 0 ? [`${workers} workers`] : []),
    ...(guards > 0 && !design.includes("guard") ? ["a guard each"] : []),
  ].join(", ");

/** Designs that are tried with several parameters are told apart by them. */
const nameOf = (row: RushRow): string => `${row.design} (${parameters(row)})`;

const share = (part: number, whole: number): number => Math.round((1_000 * part) / whole) / 10;

/** Places served over time, as a share of those there are. */
export function drawServed(rows: readonly RushRow[]): void {
  const longest = Math.max(...rows.flatMap(({ timeline }) => timeline.map(({ second }) => second + 1)));
  const until = Math.min(60, longest);
  const series = rows.map((row) => {
    let served = 0;
    const points = row.timeline
      .toSorted((a, b) => a.second - b.second)
      .map(({ second, served: now }) => {
        served += now;
        return [second + 1, share(served, row.places)];
      })
      .filter(([second = 0]) => second <= until);
    const { timeline } = row;
    // Nothing happens after a timeline's end: what was served stays served.
    const last = points.at(-1)?.[1] ?? 0;
    const ended =
      timeline.length > 0 && timeline.every(({ second }) => second < until) ? [[until, last]] : [];
    return {
      type: "line" as const,
      name: nameOf(row),
      showSymbol: false,
      lineStyle: { width: 2 },
      data: [[0, 0], ...points, ...ended],
    };
  });
  draw(
    "rush-served",
    { width: 980, height: 430 + 22 * rows.length },
    {
      title: titled(
        "Places handed out in a rush",
        "Modelled in virtual time, not measured: the kernel's own code on a simulated store. How it is modelled: README.md.",
      ),
      legend: { orient: "vertical", left: 60, top: 62, itemGap: 8 },
      grid: { left: 70, right: 40, top: 76 + 22 * rows.length, bottom: 60 },
      xAxis: { type: "value", ...named("seconds since the opening", 34), min: 0, max: until },
      yAxis: { type: "value", ...named("places handed out, % of all", 44), min: 0, max: 100 },
      series,
    },
  );
}

/** Write units per place sold, losers included. */
export function drawRushCost(rows: readonly RushRow[]): void {
  const names = rows.map(nameOf).toReversed();
  const bars = rows.toReversed();
  const bar = (name: string, color: string, of: (row: RushRow) => number) => ({
    type: "bar" as const,
    name,
    stack: "wcu",
    barWidth: 16,
    itemStyle: { color },
    data: bars.map(of),
  });
  draw(
    "rush-wcu",
    { width: 980, height: 150 + 44 * rows.length },
    {
      title: titled(
        "Write units for each place, with what those who lose cost",
        "Modelled; a cancelled transaction is charged in full.",
      ),
      legend: { top: 62, left: 16, itemGap: 18, data: ["table", "index by person"] },
      grid: { left: 370, right: 60, top: 96, bottom: 54 },
      xAxis: { type: "value", ...named("WCU per place", 30) },
      yAxis: {
        type: "category",
        data: names,
        axisTick: { show: false },
        axisLabel: { fontSize: 12, width: 345, overflow: "break", lineHeight: 15 },
      },
      series: [
        bar("table", "#b5372f", ({ wcuPerPlace }) => wcuPerPlace),
        bar("index by person", "#e3a29d", ({ indexWcuPerPlace = 0 }) => indexWcuPerPlace),
        {
          ...bar("in all", "transparent", () => 0),
          label: {
            show: true,
            position: "right",
            formatter: ({ dataIndex }: { dataIndex: number }) => {
              const row = bars[dataIndex];
              return row
                ? String(Math.round(100 * (row.wcuPerPlace + (row.indexWcuPerPlace ?? 0))) / 100)
                : "";
            },
          },
        },
      ],
    },
  );
}
