import { moneyGate } from "#shared/ledger/moneyMode.ts";
import type { Sealing } from "#shared/ledger/seal.ts";
import { faultsBySeed } from "#simulation/faults.ts";
import { type Latency, usualLatency } from "#simulation/latency.ts";
import type { Play } from "./play.ts";
import type { Clause, Setting } from "./scene.ts";
import { rough } from "./stream.ts";

const minutely: Sealing = { intervalMs: 60_000, delayMs: 120_000 };
/** Stretches of several minutes, so that each is cut where a minute ends. */
const cut: Sealing = { intervalMs: 180_000, delayMs: 60_000 };
/** As on one machine: seconds, with a sealer slower than its ticks. */
const hasty: Sealing = { intervalMs: 5_000, delayMs: 5_000 };

/** A store so slow that whoever works on it is overtaken. */
const slow: Latency = { single: 150, transaction: 400, perPart: 0, spread: 0.8 };

type Shape = Omit<Play, "seed" | "setting"> & { setting: Setting };

const monthsEnd = Date.parse("2026-05-31T15:58:30Z");

/** Histories that each lean on other promises; the seed varies them further. */
export const kinds = {
  "everything at once": () => ({
    callers: 4,
    acts: 6,
    weights: {
      deposit: 4,
      capped: 1,
      spend: 3,
      request: 1,
      confirm: 1,
      transfer: 1,
      correct: 1,
      payOut: 1,
      grant: 2,
      redeem: 2,
      hold: 2,
      reverse: 2,
      freeze: 0.5,
      backDated: 0.5,
    },
    cards: 4,
    pauseMs: 20_000,
    twice: 0.1,
    again: 0.1,
    readers: 1,
    auditors: 1,
    setting: { sealing: minutely, deliveries: rough(240_000), second: 0.2, missed: 0.1 },
  }),
  "many at one balance": () => ({
    callers: 5,
    acts: 5,
    weights: { deposit: 3, spend: 5, hold: 4, request: 1, confirm: 1 },
    cards: 1,
    pauseMs: 300,
    twice: 0.2,
    again: 0.1,
    setting: { sealing: minutely, deliveries: rough(30_000) },
  }),
  "what is taken back": () => ({
    callers: 4,
    acts: 6,
    weights: { deposit: 2, spend: 1, correct: 2, payOut: 3, redeem: 1, grant: 1, reverse: 6, capped: 4 },
    cards: 2,
    pauseMs: 1_000,
    twice: 0.3,
    again: 0.1,
    setting: { sealing: minutely, deliveries: rough(30_000) },
  }),
  "the end of a month": (seed) => ({
    callers: 3,
    acts: 7,
    weights: { deposit: 3, spend: 2, payOut: 1, backDated: 3, reverse: 1 },
    cards: 2,
    pauseMs: 60_000,
    again: 0.2,
    readers: 2,
    auditors: 1,
    closesAfterMs: 90_000 + 180_000,
    startsAt: monthsEnd,
    setting: {
      sealing: seed % 3 === 0 ? cut : minutely,
      deliveries: rough(300_000),
      second: 0.3,
      missed: 0.2,
    },
  }),
  "late lines and sealers at once": (seed) => ({
    callers: 4,
    acts: 6,
    weights: { deposit: 3, spend: 3, payOut: 2, transfer: 1, grant: 1, redeem: 1 },
    cards: 3,
    pauseMs: 8_000,
    twice: 0.1,
    readers: 1,
    auditors: 1,
    setting: {
      options: { latency: seed % 2 === 0 ? slow : usualLatency },
      sealing: seed % 3 === 0 ? { ...cut, delayMs: 10_000, intervalMs: 120_000 } : hasty,
      deliveries: rough(40_000),
      second: 0.6,
      missed: 0.2,
    },
  }),
  "money is stopped": () => ({
    callers: 3,
    acts: 5,
    weights: { deposit: 3, spend: 3, hold: 1 },
    cards: 2,
    pauseMs: 6_000,
    stops: 3,
    setting: { sealing: minutely, deliveries: rough(10_000), gate: moneyGate },
  }),
} as const satisfies Record<string, (seed: number) => Shape>;

export type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

/** A history of one kind, every other one with faults of every kind at any boundary. */
export function playOfKind(name: Kind, seed: number, without?: Clause): Play {
  const { setting, ...of }: Shape = kinds[name](seed);
  return {
    seed,
    ...of,
    setting: (world) => ({
      ...setting,
      options: {
        latency: usualLatency,
        ...setting.options,
        ...(seed % 2 === 1 && { fault: faultsBySeed(world, 0.02) }),
      },
      ...(without && { without }),
    }),
  };
}

const within = (seed: number): number => Math.floor(seed / names.length);

/** Whether {@link playOf} plays it with faults. */
export const hasFaults = (seed: number): boolean => within(seed) % 2 === 1;

/** The history of a seed: its kind in turn. */
export const playOf = (seed: number): Play => playOfKind(names[seed % names.length] as Kind, within(seed));
