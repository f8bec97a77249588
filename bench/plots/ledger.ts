import type { LedgerCost } from "../growth/ledger.ts";
import type { SealingResult } from "../rush/ledger/sealing.ts";
import { draw, named, titled } from "./render.ts";

const nameOf = ({ design, partitions }: SealingResult): string =>
  `${design.replace(/^ledger: /, "")} (${partitions} partitions)`;

/** The age of the watermark over time, until everything was sealed. */
export function drawLag(results: readonly SealingResult[]): void {
  const longest = Math.max(...results.flatMap(({ timeline }) => timeline.map(({ second }) => second)));
  draw(
    "ledger-lag",
    { width: 980, height: 460 + 22 * results.length },
    {
      title: titled(
        "How old the sealed books are",
        "Modelled in virtual time, not measured: the kernel's own lines and sealer on a simulated store. How it is modelled: README.md.",
      ),
      legend: { orient: "vertical", left: 60, top: 62, itemGap: 8 },
      grid: { left: 70, right: 40, top: 106 + 22 * results.length, bottom: 60 },
      xAxis: { type: "value", ...named("seconds since the first entry", 34), min: 0, max: longest },
      yAxis: { type: "value", ...named("seconds since the watermark", 44), min: 0 },
      series: [
        ...results.map((result) => ({
          type: "line" as const,
          name: nameOf(result),
          showSymbol: false,
          lineStyle: { width: 2 },
          data: result.timeline.map(({ second, lagS }) => [second, lagS]),
        })),
        {
          type: "line" as const,
          name: "three minutes",
          showSymbol: false,
          lineStyle: { width: 1, type: "dashed" as const, color: "#888" },
          itemStyle: { color: "#888" },
          data: [
            [0, 180],
            [longest, 180],
          ],
        },
      ],
    },
  );
}

const thousands = (value: number): string => value.toLocaleString("en");

/** Cost over how many entries are in the ledger: what is written for an entry, and what is read by a question. */
export function drawLedgerGrowth(costs: readonly LedgerCost[]): void {
  const whats = [...new Set(costs.map(({ what }) => what))];
  const line = (what: string, figure: "rcu" | "wcu", at: number) => ({
    type: "line" as const,
    symbol: "circle",
    symbolSize: 7,
    lineStyle: { width: 2 },
    name: what,
    xAxisIndex: at,
    yAxisIndex: at,
    data: costs.filter((cost) => cost.what === what).map((cost) => [cost.entries, cost[figure]]),
    endLabel: {
      show: true,
      fontSize: 11,
      formatter: ({ value }: { value: unknown }) =>
        String(Math.round(100 * Number((value as number[])[1])) / 100),
    },
  });
  const writing = whats.filter((what) => costs.some((cost) => cost.what === what && cost.wcu > 0));
  const reading = whats.filter((what) => !writing.includes(what));
  const top = 90 + 22 * whats.length;
  const xAxis = (gridIndex: number) => ({
    type: "log" as const,
    gridIndex,
    ...named("entries in the ledger (log scale)", 32),
    min: 1_000,
    max: 1_000_000,
    axisLabel: { formatter: thousands },
  });
  draw(
    "growth-ledger",
    { width: 980, height: 330 + top },
    {
      title: titled(
        "The ledger costs the same however many entries are in it",
        "The kernel on the simulated store. A statement's page of a busy account reads 20 segments: of 1,000 entries there are fewer.",
      ),
      legend: { orient: "vertical", left: 16, top: 62, itemGap: 8 },
      grid: [
        { left: 62, width: 390, top, bottom: 58 },
        { left: 560, width: 360, top, bottom: 58 },
      ],
      xAxis: [xAxis(0), xAxis(1)],
      yAxis: [
        { type: "value", gridIndex: 0, ...named("WCU for each entry", 34), min: 0, max: 5 },
        { type: "value", gridIndex: 1, ...named("RCU for each question", 38), min: 0, max: 100 },
      ],
      series: [
        ...writing.map((what) => line(what, "wcu", 0)),
        ...reading.map((what) => line(what, "rcu", 1)),
      ],
    },
  );
}
