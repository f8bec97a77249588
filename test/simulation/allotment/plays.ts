import type { SimulationOptions } from "#simulation/engine.ts";
import { type Fault, faultsBySeed } from "#simulation/faults.ts";
import { usualLatency } from "#simulation/latency.ts";
import type { World } from "#simulation/world.ts";
import type { Play } from "./play.ts";

const flowsBackAt = (seconds: number) =>
  new Date(Date.parse("2026-06-10T04:00:00Z") + seconds * 1_000).toISOString();

/** Histories that each lean on other promises; the seed varies them further. */
const kinds: readonly ((seed: number) => Omit<Play, "seed" | "options">)[] = [
  // Everything at once.
  (seed) => ({
    persons: 8,
    asks: 2,
    workers: 2,
    queued: 0.4,
    joins: 0.5,
    held: 0.2,
    party: 0.15,
    guarded: 0.3,
    changes: 3,
    shape: {
      places: { A: 3, B: 2, P: 1 },
      ...(seed % 2 === 1 && { total: 4 }),
      flowsBack: { P: { to: "B", at: flowsBackAt(10) } },
      lanes: 1 + (seed % 3),
      shards: 4,
    },
    draws: [["A"], ["B"], ["P", "B"]],
  }),
  // A rush: queued, several lanes that are cut anew, places that come back at once.
  (seed) => ({
    persons: 14,
    asks: 2,
    workers: 3,
    queued: 0.9,
    guarded: 0.5,
    changes: 5,
    kinds: ["lanes", "rules", "lanes"],
    pauseMs: 2_500,
    shape: { places: { A: 4 }, lanes: 1 + (seed % 4), shards: 4 },
    draws: [["A"]],
  }),
  // A whole that holds fewer than its leaves, and people who wait for either.
  (seed) => ({
    persons: 9,
    asks: 2,
    workers: 2,
    queued: seed % 4 < 2 ? 0.2 : 0.9,
    joins: seed % 4 < 2 ? 0.7 : 0.3,
    party: 0.2,
    changes: 5,
    kinds: ["whole", "leaf", "grow"],
    pauseMs: 4_000,
    shape: { places: { A: 3, B: 3 }, total: 4, lanes: 1, shards: 4 },
    draws: [["A"], ["B"]],
  }),
  // Reserved places that flow back while people queue and wait.
  () => ({
    persons: 10,
    asks: 2,
    workers: 2,
    queued: 0.7,
    joins: 0.3,
    changes: 2,
    kinds: ["leaf", "grow"],
    pauseMs: 4_000,
    shape: {
      places: { B: 2, P: 2 },
      flowsBack: { P: { to: "B", at: flowsBackAt(3) } },
      lanes: 1,
      shards: 4,
    },
    draws: [["B"], ["P", "B"]],
  }),
  // Everybody at once, and places that come back as fast as they are taken.
  () => ({
    persons: 14,
    asks: 3,
    workers: 4,
    queued: 0.6,
    pauseMs: 300,
    shape: { places: { A: 2 }, lanes: 1, shards: 4 },
    draws: [["A"]],
  }),
  // The same where people wait for the whole.
  () => ({
    persons: 12,
    asks: 3,
    workers: 2,
    queued: 0.2,
    joins: 0.5,
    pauseMs: 300,
    shape: { places: { A: 2, B: 2 }, total: 2, lanes: 1, shards: 4 },
    draws: [["A"], ["B"]],
  }),
  // Entries that are decided on while others take places at once, and teams that have one place together.
  (seed) => ({
    persons: 12,
    asks: 2,
    workers: 1,
    queued: 0.1,
    joins: 0.3,
    held: 0.3,
    party: 0.4,
    team: 0.5,
    enters: 0.6,
    decisions: ["active", "held", "waiting"],
    changes: 3,
    kinds: ["rules", "closed", "leaf"],
    pauseMs: 3_000,
    shape: { places: { A: 2, B: 2 }, ...(seed % 2 === 1 && { total: 3 }), lanes: 1, shards: 4 },
    draws: [["A"], ["B"], ["A", "B"]],
  }),
  // Many entries at several lanes, and rules that change while they enter.
  (seed) => ({
    persons: 12,
    asks: 2,
    workers: 1,
    party: 0.5,
    team: 0.7,
    enters: 0.7,
    held: 0.2,
    decisions: ["active", "held"],
    changes: 6,
    kinds: ["rules", "closed", "lanes"],
    pauseMs: 1_000,
    shape: { places: { A: 4 }, lanes: 2 + (seed % 3), shards: 4 },
    draws: [["A"]],
  }),
];

/** A history of one kind, every other one with faults of every kind at any boundary. */
export function playOfKind(
  at: number,
  seed: number,
  more: (world: World) => SimulationOptions = () => ({}),
): Play {
  const kind = kinds[at] as (typeof kinds)[number];
  return {
    seed,
    ...kind(seed),
    options: (world) => ({
      latency: usualLatency,
      indexLagMs: 300,
      ...(seed % 2 === 1 && { fault: faultsBySeed(world, 0.03) }),
      ...more(world),
    }),
  };
}

/** The history of a seed: its kind in turn. */
export const playOf = (seed: number): Play =>
  playOfKind(seed % kinds.length, Math.floor(seed / kinds.length));

/** A history of few people, short enough to fail at every boundary in turn. */
export function smallPlayOf(seed: number, fault?: Fault): Play {
  const kind = kinds[seed % kinds.length] as (typeof kinds)[number];
  const { shape, ...of } = kind(seed);
  const places = Object.fromEntries(Object.keys(shape.places).map((leaf) => [leaf, 1]));
  return {
    seed,
    ...of,
    shape: { ...shape, places, ...(shape.total !== undefined && { total: 1 }) },
    persons: 3,
    asks: 1,
    workers: 1,
    changes: seed % 2,
    pauseMs: 800,
    options: { latency: usualLatency, indexLagMs: 100, ...(fault && { fault }) },
  };
}
