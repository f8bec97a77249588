import type { BusinessDate, Instant } from "#shared/platform/time.ts";
import type { Stakes } from "./rules.ts";

/**
 * What a draw waits for after its list is closed, known to nobody before: the numbers of a public lottery draw that is
 * named beforehand, or the ledger's root of the day after.
 */
export type Beacon =
  | { source: "sports-lottery"; game: string; issue: string; drawsOn: BusinessDate }
  | { source: "ledger-root" };

/**
 * - `committed`: the hash of its seed is published; people enter.
 * - `closed`: the list is published.
 * - `drawn`: seed, beacon and result are published; everybody's registration follows.
 * - `done`: all of them have.
 */
export type DrawStage = "committed" | "closed" | "drawn" | "done";

/** The draw of an event, of which everything but the seed of one that is not drawn is public. */
export interface Draw {
  eventId: string;
  stage: DrawStage;
  version: number;
  /** SHA-256 of the seed, in hex. */
  commitment: string;
  committedAt: Instant;
  closedAt?: Instant;
  /** How many lines the list has; those who are drawn together are one. */
  entrants?: number;
  /** SHA-256 of the list, in hex. */
  entrantRoot?: string;
  /** Free when the list was closed. */
  places?: Stakes;
  /** The day from which the beacon is known. */
  beaconOn?: BusinessDate;
  drawnAt?: Instant;
  seed?: string;
  beaconValue?: string;
  /** SHA-256 of the file with the result, in hex. */
  resultHash?: string;
  selected?: number;
  doneAt?: Instant;
  /** The day on which the people on call were last told that it is late. */
  lateToldOn?: BusinessDate;
}
