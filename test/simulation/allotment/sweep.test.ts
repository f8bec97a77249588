import { expect, it } from "vitest";
import { type FaultKind, faultAt } from "#simulation/faults.ts";
import { play } from "./play.ts";
import { smallPlayOf } from "./plays.ts";

const kinds: readonly FaultKind[] = [
  "fails-before",
  "answer-lost",
  "timeout",
  "throttle",
  "conflict",
  "crash",
];

/** At each boundary of a seed's history, in turn, each kind of fault; what went wrong, with what replays it. */
async function sweep(seed: number): Promise<{ runs: number; wrong: string[] }> {
  const { db } = await play(smallPlayOf(seed));
  const wrong: string[] = [];
  let runs = 0;
  for (let boundary = 1; boundary <= db.boundaries; boundary += 1)
    for (const kind of kinds) {
      const { oracle } = await play(smallPlayOf(seed, faultAt(boundary, kind)));
      wrong.push(...oracle.violations.map((what) => `seed ${seed}, boundary ${boundary}, ${kind}: ${what}`));
      runs += 1;
    }
  return { runs, wrong };
}

const full = process.env["LEYUN_FULL"] === "1";
const seeds = full ? 10_000 : 200;

it(`whatever call to the store fails, in whatever way, nothing is oversold, lost, doubled, stranded or told wrongly (${seeds} seeds)`, async () => {
  let runs = 0;
  const wrong: string[] = [];
  for (let seed = 1; seed <= seeds && wrong.length === 0; seed += 1) {
    const swept = await sweep(seed);
    runs += swept.runs;
    wrong.push(...swept.wrong);
  }
  console.log(`${seeds} seeds at every boundary, each of ${kinds.length} kinds of fault: ${runs} histories`);
  expect(wrong).toEqual([]);
}, 3_600_000);
