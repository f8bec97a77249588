import type { World } from "./world.ts";

export type Call = "get" | "getMany" | "query" | "tally" | "scan" | "transact" | "writeHints" | "count";

const faultKinds = [
  /** Nothing happens, and no answer comes. */
  "fails-before",
  /** It happens, and no answer comes. */
  "answer-lost",
  /** No answer comes within the SDK's patience; whether it happens is left to chance. */
  "timeout",
  /** The store is too busy: a transaction is cancelled, anything else is sent again. */
  "throttle",
  /** Others write the same items: a transaction is cancelled, anything else is sent again. */
  "conflict",
  /** Whoever asked is gone; whether it happens is left to chance. */
  "crash",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** A call that is about to leave for the store. */
export interface Boundary {
  call: Call;
  /** 1 for the first of the run; every sending counts, repeated ones too. */
  number: number;
  world: World;
}

/** Decides at each boundary, in order, whether it fails. */
export type Fault = (boundary: Boundary) => FaultKind | undefined;

/** The end of the process that asked: only its supervisor, who may start it again, catches this. */
export class Crashed extends Error {
  override readonly name = "Crashed";
}

export const faultAt =
  (number: number, kind: FaultKind): Fault =>
  (boundary) =>
    boundary.number === number ? kind : undefined;

/** A fault of any kind with this probability at each boundary. */
export const faultsBySeed =
  ({ random }: World, rate: number, kinds: readonly FaultKind[] = faultKinds): Fault =>
  () =>
    random() < rate ? kinds[Math.floor(random() * kinds.length)] : undefined;
