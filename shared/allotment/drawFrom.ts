import type { Lane } from "./model.ts";

/** The lanes of counters, as they were read. */
export type Lanes = Readonly<Record<string, readonly Lane[]>>;

/** So many places of one lane. */
export interface Draw {
  counter: string;
  lane: number;
  count: number;
}

/** Where so many places can be taken, all from one leaf; lane 0 first, since that is where they come back. */
export function drawFrom(lanes: Lanes, leaves: readonly string[], wanted: number): Draw[] | undefined {
  for (const counter of leaves) {
    const draws: Draw[] = [];
    let left = wanted;
    for (const [lane, { places }] of (lanes[counter] ?? []).entries()) {
      const count = Math.min(left, places);
      if (count > 0) draws.push({ counter, lane, count });
      left -= Math.max(0, count);
    }
    if (left === 0) return draws;
  }
  return undefined;
}
