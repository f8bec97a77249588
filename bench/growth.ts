import { parseArgs } from "node:util";
import type { SignUpMode } from "#shared/registration/model.ts";
import { type OperationCost, operationCosts } from "./growth/events.ts";
import { HOT_PAGE, type LedgerCost, ledgerCosts } from "./growth/ledger.ts";
import { type PlaceCost, placeCost } from "./growth/places.ts";
import { STEEPEST, slope } from "./growth/slope.ts";
import { readResults, writeResults } from "./results.ts";

/**
 * `npm run bench:growth [-- --full] [--only places|operations|ledger]`: whether a place costs more where more people
 * ask, an operation where more events are stored, and a posting and its books where more entries are in the ledger.
 * Fails when a cost grows by more than one in a hundred for an e-fold size. 5,000 events and a million entries take
 * minutes to store: only --full or LEYUN_FULL=1 counts there, and writes the results.
 */
const { values } = parseArgs({
  options: { full: { type: "boolean", default: false }, only: { type: "string", default: "" } },
});
const full = values.full || process.env["LEYUN_FULL"] === "1";

const people = [15_000, 30_000, 60_000, 200_000, 600_000];
const events = full ? [10, 100, 500, 5_000] : [10, 100, 500];
const entries = full ? [1_000, 10_000, 100_000, 1_000_000] : [1_000, 10_000, 100_000];
/** Fewer events than a page holds, and one more to see that it goes on, are a shorter page. */
const PAGE = 20;
/** As many entries fill the segments that a statement's page reads at once. */
const SEGMENTS_READ = 10_000;

const begun = Date.now();
const tell = (what: string) => console.log(`[${((Date.now() - begun) / 1_000).toFixed(0)} s] ${what}`);

export interface Growth {
  places: PlaceCost[];
  operations: OperationCost[];
  ledger: LedgerCost[];
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

async function ledger(): Promise<LedgerCost[]> {
  const costs: LedgerCost[] = [];
  for (const size of entries) {
    costs.push(...(await ledgerCosts(size)));
    tell(`${size} entries in the ledger`);
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
  const byWhat = Map.groupBy(growth.ledger, ({ what }) => what);
  const ofLedger = [...byWhat].flatMap(([what, costs]) => {
    const counted = costs.filter((cost) => what !== HOT_PAGE || cost.entries >= SEGMENTS_READ);
    return (["readTrips", "writeTrips", "rcu", "wcu"] as const).map((figure) =>
      lineOf(
        `${what}: ${figure}`,
        counted.map((cost) => ({ size: cost.entries, figure: cost[figure] })),
      ),
    );
  });
  return [...ofPlaces, ...ofOperations, ...ofLedger];
}

const wanted = <Cost>(name: keyof Growth, count: () => Promise<Cost[]>): Promise<Cost[]> =>
  values.only === "" || values.only === name ? count() : Promise.resolve([]);
const growth: Growth = {
  places: await wanted("places", places),
  operations: await wanted("operations", () =>
    operationCosts(events, (stored) => tell(`${stored} events stored`)),
  ),
  ledger: await wanted("ledger", ledger),
};
for (const costs of Object.values(growth)) if (costs.length > 0) console.table(costs);
const lines = linesOf(growth);
console.table(lines.map((line) => ({ ...line, slope: `${(100 * line.slope).toFixed(2)} %` })));
const steep = lines.filter((line) => Math.abs(line.slope) > STEEPEST);
for (const line of steep) console.error(`grows: ${line.what} at ${line.sizes}`);
console.log(
  `events stored: ${events.join(", ")}; entries: ${entries.join(", ")}` +
    `${full ? "" : "; more with --full or LEYUN_FULL=1"}`,
);
const counted = Object.fromEntries(Object.entries(growth).filter(([, costs]) => costs.length > 0));
if (full) writeResults("growth", { ...readResults<Growth>("growth"), ...counted });
else console.log("bench/results/growth.json is written by a full run");
process.exitCode = steep.length > 0 ? 1 : 0;
