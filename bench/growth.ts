import { parseArgs } from "node:util";
import type { SignUpMode } from "#shared/registration/model.ts";
import { type OperationCost, operationCosts } from "./growth/events.ts";
import { type PlaceCost, placeCost } from "./growth/places.ts";
import { STEEPEST, slope } from "./growth/slope.ts";
import { writeResults } from "./results.ts";

/**
 * `npm run bench:growth [-- --full]`: whether a place costs more where more people ask, and an operation where more
 * events are stored. Fails when a cost grows by more than one in a hundred for an e-fold size. 5,000 events take
 * minutes to store: only --full or LEYUN_FULL=1 counts there, and writes the results.
 */
const { values } = parseArgs({ options: { full: { type: "boolean", default: false } } });
const full = values.full || process.env["LEYUN_FULL"] === "1";

const people = [15_000, 30_000, 60_000, 200_000, 600_000];
const events = full ? [10, 100, 500, 5_000] : [10, 100, 500];
/** Fewer events than a page holds, and one more to see that it goes on, are a shorter page. */
const PAGE = 20;

const begun = Date.now();
const tell = (what: string) => console.log(`[${((Date.now() - begun) / 1_000).toFixed(0)} s] ${what}`);

export interface Growth {
  places: PlaceCost[];
  operations: OperationCost[];
}

async function places(): Promise<PlaceCost[]> {
  const costs: PlaceCost[] = [];
  for (const mode of ["direct", "queued"] satisfies SignUpMode[])
    for (const size of people) {
      costs.push(await placeCost(mode, size));
      tell(`${mode}: ${size} people for ${size / 2} places`);
    }
  return costs;
}

interface Line {
  what: string;
  sizes: string;
  slope: number;
}

const lineOf = (what: string, points: readonly { size: number; figure: number }[]): Line => ({
  what,
  sizes: points.map(({ size }) => size).join(", "),
  slope: slope(points),
});

function linesOf(growth: Growth): Line[] {
  const byMode = Map.groupBy(growth.places, ({ mode }) => mode);
  const ofPlaces = [...byMode].flatMap(([mode, costs]) =>
    (["wcuPerPlace", "indexWcuPerPlace"] as const).map((figure) =>
      lineOf(
        `${mode}: ${figure}`,
        costs.map((cost) => ({ size: cost.people, figure: cost[figure] })),
      ),
    ),
  );
  const byOperation = Map.groupBy(growth.operations, ({ operation }) => operation);
  const ofOperations = [...byOperation].flatMap(([operation, costs]) => {
    const counted = costs.filter((cost) => operation !== "listEvents" || cost.events > PAGE);
    return (["readTrips", "writeTrips", "rcu", "wcu"] as const).map((figure) =>
      lineOf(
        `${operation}: ${figure}`,
        counted.map((cost) => ({ size: cost.events, figure: cost[figure] })),
      ),
    );
  });
  return [...ofPlaces, ...ofOperations];
}

const growth: Growth = {
  places: await places(),
  operations: await operationCosts(events, (stored) => tell(`${stored} events stored`)),
};
console.table(growth.places);
console.table(growth.operations);
const lines = linesOf(growth);
console.table(lines.map((line) => ({ ...line, slope: `${(100 * line.slope).toFixed(2)} %` })));
const steep = lines.filter((line) => Math.abs(line.slope) > STEEPEST);
for (const line of steep) console.error(`grows: ${line.what} at ${line.sizes}`);
console.log(`events stored: ${events.join(", ")}${full ? "" : "; 5,000 with --full or LEYUN_FULL=1"}`);
if (full) writeResults("growth", growth);
else console.log("bench/results/growth.json is written by a full run");
process.exitCode = steep.length > 0 ? 1 : 0;
