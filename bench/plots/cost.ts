import type { Row } from "../cost/sheet.ts";
import { draw, named, titled } from "./render.ts";

/** Beyond this a bar would make all others short: what reads the whole ledger is left to the table. */
const LONGEST = 30;

/** A bar for each operation of the API, in the case that was counted first: what it is for. */
export function drawCost(rows: readonly Row[]): void {
  const byOperation = Map.groupBy(rows, ({ operation }) => operation);
  const usual = [...byOperation].flatMap(([operation, [row]]) =>
    row && !operation.includes("/") && row.readTrips + row.writeTrips > 0 && row.rcu + row.indexRcu <= LONGEST
      ? [row]
      : [],
  );
  const dearest = usual.toSorted(
    (a, b) => a.wcu + a.indexWcu - b.wcu - b.indexWcu || a.rcu + a.indexRcu - b.rcu - b.indexRcu,
  );
  const bar = (name: string, stack: string, color: string, of: (row: Row) => number) => ({
    type: "bar" as const,
    name,
    stack,
    barWidth: 11,
    barGap: "15%",
    itemStyle: { color },
    data: dearest.map(of),
  });
  const total = (name: string, stack: string, of: (row: Row) => number) => ({
    ...bar(name, stack, "transparent", () => 0),
    label: {
      show: true,
      position: "right" as const,
      distance: 4,
      fontSize: 11,
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const row = dearest[dataIndex];
        const units = row ? of(row) : 0;
        return units > 0 ? String(units) : "";
      },
    },
  });
  draw(
    "cost",
    { width: 980, height: 150 + 32 * dearest.length },
    {
      title: titled(
        "What an operation asks of the store",
        "Its usual case; every case is in cost.md. What asks nothing, and verifyLedger, which reads everything, are left out.",
      ),
      legend: { top: 62, left: 16, itemGap: 18, data: ["WCU", "WCU on indexes", "RCU", "RCU on indexes"] },
      grid: { left: 320, right: 40, top: 96, bottom: 54 },
      xAxis: { type: "value", ...named("capacity units", 30), max: LONGEST },
      yAxis: {
        type: "category",
        data: dearest.map((row) => `${row.operation}: ${row.case}`),
        axisTick: { show: false },
        axisLabel: { fontSize: 11, width: 300, overflow: "truncate" },
      },
      series: [
        bar("RCU", "read", "#7fb2d9", ({ rcu }) => rcu),
        bar("RCU on indexes", "read", "#bcd6ea", ({ indexRcu }) => indexRcu),
        total("read in all", "read", ({ rcu, indexRcu }) => rcu + indexRcu),
        bar("WCU", "write", "#b5372f", ({ wcu }) => wcu),
        bar("WCU on indexes", "write", "#e3a29d", ({ indexWcu }) => indexWcu),
        total("written in all", "write", ({ wcu, indexWcu }) => wcu + indexWcu),
      ],
    },
  );
}
