import { type PostingResult, Postings, type PostingTrial } from "./postings.ts";
import { Sealing, type SealingResult, type SealingTrial } from "./sealing.ts";

/** bench/results/ledger-rush.json. */
export interface LedgerRush {
  postings: PostingResult[];
  sealing: SealingResult[];
}

const many = { payers: 100_000, twice: 0.05, seconds: 10, partitions: 40, seed: 1 } as const;
const offered = (offeredPerS: number): PostingTrial => ({
  ...many,
  design: "ledger: many payers, one unguarded account",
  offeredPerS,
});
const one = (offeredPerS: number): PostingTrial => ({
  ...many,
  design: "ledger: everybody spends from one guarded account",
  payers: 1,
  offeredPerS,
});

export const postingTrials: readonly PostingTrial[] = [
  offered(3_000),
  offered(9_000),
  offered(15_000),
  offered(18_000),
  offered(22_000),
  { ...offered(1_800), design: "ledger: many payers, one unguarded account, cold tables", partitions: 4 },
  one(20),
  one(30),
  one(50),
];

/** As deployed: LEDGER_SEAL_INTERVAL_SECONDS and LEDGER_SEAL_DELAY_SECONDS. */
const pace = { intervalMs: 60_000, delayMs: 60_000 } as const;
const known = { payers: 100_000, known: true, pace, partitions: 40, longestMinutes: 20, seed: 1 } as const;

export const burst: SealingTrial = {
  ...known,
  design: "ledger: a minute at 9,000/s, then nothing",
  ratePerS: 9_000,
  seconds: 60,
};

const steady = (ratePerS: number, more: Partial<SealingTrial> = {}): SealingTrial => ({
  ...known,
  design: `ledger: ${ratePerS.toLocaleString("en")}/s for three minutes`,
  ratePerS,
  seconds: 180,
  ...more,
});

export const sealingTrials: readonly SealingTrial[] = [
  burst,
  steady(100),
  steady(1_000),
  steady(1_500),
  steady(2_000),
  steady(1_000, { design: "ledger: 1,000/s for a minute, every payer new", seconds: 60, known: false }),
];

/** A part of what is asked for in a second; the time stays. */
export const scaledPosting = (trial: PostingTrial, size: number): PostingTrial => ({
  ...trial,
  offeredPerS: Math.round(trial.offeredPerS * (trial.payers === 1 ? 1 : size)),
  payers: Math.ceil(trial.payers * size),
});
export const scaledSealing = (trial: SealingTrial, size: number): SealingTrial => ({
  ...trial,
  ratePerS: Math.round(trial.ratePerS * size),
  payers: Math.ceil(trial.payers * size),
});

/** Runs the trials whose designs have these words, one after the other. */
export async function runLedger(
  size: number,
  only: string,
  tell: (design: string) => () => void,
): Promise<LedgerRush> {
  const results: LedgerRush = { postings: [], sealing: [] };
  for (const trial of postingTrials.filter(({ design }) => design.includes(only))) {
    const done = tell(`${trial.design}, ${trial.offeredPerS}/s`);
    results.postings.push(await new Postings(scaledPosting(trial, size)).run());
    done();
  }
  for (const trial of sealingTrials.filter(({ design }) => design.includes(only))) {
    const done = tell(trial.design);
    results.sealing.push(await new Sealing(scaledSealing(trial, size)).run());
    done();
  }
  return results;
}
