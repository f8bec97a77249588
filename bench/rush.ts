import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { writeResults } from "./results.ts";
import { printLedger } from "./rush/ledger/print.ts";
import { postingTrials, runLedger, sealingTrials } from "./rush/ledger/trials.ts";
import { type Result, Rush, type Trial } from "./rush/model.ts";

/**
 * `npm run bench:rush [-- --size 0.1] [--only <part of a design's name>]`: an opening that many people wait for, and
 * the postings that come with it, in virtual time, through the kernels' own code. Modelled, not measured:
 * docs/performance says what stands behind it.
 */
const { values } = parseArgs({
  options: { size: { type: "string", default: "1" }, only: { type: "string", default: "" } },
});
const size = Number(values.size);

const marathon = {
  places: 30_000,
  crowd: { people: 200_000, withinMs: 60_000, peak: 13_000, twice: 0.05 },
  seed: 1,
} as const;
/** A fifth of it, for designs that would otherwise be waited for. */
const small = {
  places: 6_000,
  crowd: { people: 40_000, withinMs: 60_000, peak: 2_600, twice: 0.05 },
  seed: 1,
} as const;
const vouchers = {
  places: 50_000,
  crowd: { people: 150_000, withinMs: 12_000, peak: 25_000, twice: 0.05 },
  seed: 1,
} as const;

const trials: readonly Trial[] = [
  {
    ...small,
    design: "direct, one lane, a fifth of the crowd",
    mode: "direct",
    partitions: 40,
    lanes: 1,
    workers: 0,
    guarded: false,
  },
  {
    ...small,
    design: "direct, 50 lanes, a fifth of the crowd",
    mode: "direct",
    partitions: 40,
    lanes: 50,
    workers: 0,
    guarded: false,
  },
  {
    ...marathon,
    design: "queued, group commit",
    mode: "queued",
    partitions: 40,
    lanes: 32,
    workers: 8,
    guarded: false,
  },
  {
    ...marathon,
    design: "queued, group commit, cold table",
    mode: "queued",
    partitions: 4,
    lanes: 32,
    workers: 8,
    guarded: false,
  },
  {
    ...marathon,
    design: "queued, group commit, a guard each",
    mode: "queued",
    partitions: 80,
    lanes: 32,
    workers: 8,
    guarded: true,
  },
  {
    ...vouchers,
    design: "queued, group commit, a guard each: 50,000 of 150,000 in 12 s",
    mode: "queued",
    partitions: 80,
    lanes: 32,
    workers: 8,
    guarded: true,
  },
];

const scaled = (trial: Trial): Trial => ({
  ...trial,
  places: Math.round(trial.places * size),
  crowd: {
    ...trial.crowd,
    people: Math.round(trial.crowd.people * size),
    peak: trial.crowd.peak * size,
  },
});

/** Says what is tried, and how long it took. */
function tell(design: string): () => void {
  const begun = Date.now();
  process.stdout.write(`${design} ... `);
  return () => console.log(`${((Date.now() - begun) / 1_000).toFixed(1)} s`);
}

const hashOf = (results: unknown): string =>
  `size ${size}; the same on every machine: ${createHash("sha256").update(JSON.stringify(results)).digest("hex")}`;

const rows: (Result & { sustainedPerS: number })[] = [];
for (const trial of trials.filter(({ design }) => design.includes(values.only))) {
  const done = tell(trial.design);
  const result = await new Rush(scaled(trial)).run();
  const sustainedPerS = await new Rush(scaled(trial)).sustained();
  rows.push({ ...result, sustainedPerS });
  done();
}
if (rows.length > 0) {
  console.table(rows.map(({ timeline: _, places: _places, people: _people, ...row }) => row));
  console.log(hashOf(rows));
}
const ledger = await runLedger(size, values.only, tell);
const { postings, sealing } = ledger;
printLedger(ledger);
if (postings.length + sealing.length > 0) console.log(hashOf(ledger));

if (size === 1 && rows.length === trials.length) writeResults("rush", rows);
if (size === 1 && postings.length === postingTrials.length && sealing.length === sealingTrials.length)
  writeResults("ledger-rush", ledger);
