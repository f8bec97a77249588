import type { OperationCost } from "../growth/events.ts";
import type { PlaceCost } from "../growth/places.ts";
import { draw, named, titled } from "./render.ts";

const thousands = (value: number): string => value.toLocaleString("en");
/** What stands at the end of a line: its last figure, to the hundredth. */
const lastOf = ({ value }: { value: unknown }): string =>
  String(Math.round(100 * Number((value as number[])[1])) / 100);
const shown = { type: "line", symbol: "circle", symbolSize: 7, lineStyle: { width: 2 } } as const;

/** Cost per place over how many people ask. */
export function drawPlaces(costs: readonly PlaceCost[]): void {
  const line = (name: string, mode: PlaceCost["mode"], figure: "wcuPerPlace" | "indexWcuPerPlace") => ({
    ...shown,
    name,
    data: costs.filter((cost) => cost.mode === mode).map((cost) => [cost.people, cost[figure]]),
    endLabel: { show: true, fontSize: 11, formatter: lastOf },
  });
  draw(
    "growth-places",
    { width: 860, height: 440 },
    {
      title: titled(
        "A place costs the same however many people ask",
        "Twice as many people as places; the kernel on the simulated store. The index by person is beside the table.",
      ),
      legend: { top: 66, left: 16, itemGap: 18 },
      grid: { left: 70, right: 70, top: 110, bottom: 60 },
      xAxis: {
        type: "log",
        ...named("people who ask (log scale)", 34),
        min: 10_000,
        max: 1_000_000,
        axisLabel: { formatter: thousands },
      },
      yAxis: { type: "value", ...named("WCU per place", 40), min: 0, max: 5 },
      series: [
        line("direct: a transaction each", "direct", "wcuPerPlace"),
        line("queued: batches of 99", "queued", "wcuPerPlace"),
        line("index, direct and queued", "queued", "indexWcuPerPlace"),
      ],
    },
  );
}

/** Cost per operation over how many events are stored. */
export function drawOperations(costs: readonly OperationCost[]): void {
  const operations = [...new Set(costs.map(({ operation }) => operation))];
  const line = (operation: string, figure: "rcu" | "wcu", at: number) => ({
    ...shown,
    name: operation,
    xAxisIndex: at,
    yAxisIndex: at,
    data: costs.filter((cost) => cost.operation === operation).map((cost) => [cost.events, cost[figure]]),
    endLabel: { show: true, fontSize: 11, formatter: lastOf },
  });
  const writing = operations.filter((name) =>
    costs.some(({ operation, wcu }) => operation === name && wcu > 0),
  );
  const xAxis = (gridIndex: number) => ({
    type: "log" as const,
    gridIndex,
    ...named("events stored (log scale)", 32),
    min: 10,
    max: 10_000,
    axisLabel: { formatter: thousands },
  });
  draw(
    "growth-operations",
    { width: 980, height: 440 },
    {
      title: titled(
        "An operation costs the same however many events are stored",
        "DynamoDB Local through the service's own handlers, indexes included. A page of listEvents holds 20: of 10 events it is half a page.",
      ),
      legend: { top: 66, left: 16, itemGap: 18 },
      grid: [
        { left: 62, width: 400, top: 115, bottom: 58 },
        { left: 560, width: 370, top: 115, bottom: 58 },
      ],
      xAxis: [xAxis(0), xAxis(1)],
      yAxis: [
        { type: "value", gridIndex: 0, ...named("RCU", 34), min: 0, max: 12 },
        { type: "value", gridIndex: 1, ...named("WCU", 34), min: 0, max: 12 },
      ],
      series: [
        ...operations.map((operation) => line(operation, "rcu", 0)),
        ...writing.map((operation) => line(operation, "wcu", 1)),
      ],
    },
  );
}
