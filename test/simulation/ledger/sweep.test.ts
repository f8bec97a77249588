import { expect, it } from "vitest";
import type { Call, Fault, FaultKind } from "#simulation/faults.ts";
import { same, textOf } from "./oracle.ts";
import { playScript, type Script, scripts } from "./scripts.ts";

const kinds: readonly FaultKind[] = [
  "fails-before",
  "answer-lost",
  "timeout",
  "throttle",
  "conflict",
  "crash",
];

const full = process.env["LEYUN_FULL"] === "1";
const seeds = full ? 1_200 : 4;

interface Swept {
  runs: number;
  /** Transactions of which the answer was lost, of all that were sent in the undisturbed run. */
  lost: number;
  transactions: number;
  wrong: string[];
}

/** At each call of a script, in turn, each kind of fault; what went wrong, with what replays it. */
async function sweep(script: Script, seed: number): Promise<Swept> {
  const calls: Call[] = [];
  const undisturbed = await playScript(script, seed, ({ call }) => {
    calls.push(call);
    return undefined;
  });
  const expected = undisturbed.scene.outcome();
  const swept: Swept = {
    runs: 1,
    lost: 0,
    transactions: calls.filter((call) => call === "transact").length,
    wrong: undisturbed.scene.violations.map((what) => `seed ${seed}, undisturbed: ${what}`),
  };
  for (let boundary = 1; boundary <= undisturbed.boundaries; boundary += 1)
    for (const kind of kinds) {
      const place = `seed ${seed}, boundary ${boundary}, ${kind}`;
      const fault: Fault = ({ number, call }) => {
        if (number !== boundary) return undefined;
        if (call === "transact" && kind === "answer-lost") swept.lost += 1;
        return kind;
      };
      const { scene } = await playScript(script, seed, fault);
      swept.wrong.push(...scene.violations.map((what) => `${place}: ${what}`));
      const found = scene.outcome();
      if (!same(expected, found)) swept.wrong.push(`${place}: ${textOf(found)}`);
      swept.runs += 1;
    }
  return swept;
}

it.each(Object.entries(scripts))(
  `whatever call fails, in whatever way, nothing is lost, doubled or told wrongly: %s (${seeds} seeds)`,
  async (_, script) => {
    const sum: Swept = { runs: 0, lost: 0, transactions: 0, wrong: [] };
    for (let seed = 1; seed <= seeds && sum.wrong.length === 0; seed += 1) {
      const swept = await sweep(script, seed);
      for (const count of ["runs", "lost", "transactions"] as const) sum[count] += swept[count];
      sum.wrong.push(...swept.wrong);
    }
    console.log(
      `${seeds} seeds at every call, each of ${kinds.length} kinds of fault: ${sum.runs} runs; ` +
        `the answer of ${sum.lost} of ${sum.transactions} transactions was lost`,
    );
    expect(sum.wrong).toEqual([]);
    expect(sum.lost).toBe(sum.transactions);
  },
  36_000_000,
);
