import type { World } from "./world.ts";

/** How long the store takes, in milliseconds: `usual` is what DynamoDB is modelled with, not a measurement here. */
export interface Latency {
  /** Median of a read or of a write apart from a transaction, however many items it names. */
  single: number;
  /** Median of a transaction: this, and `perPart` for each of its parts. */
  transaction: number;
  perPart: number;
  /** Sigma of the log-normal spread around a median; at 0.35 one call in a hundred takes 2.3 medians. */
  spread: number;
}

export const usualLatency: Latency = { single: 4, transaction: 9, perPart: 0.12, spread: 0.35 };

/** The AWS SDK's patience as platform/dynamo.ts sets it and the SDK's defaults have it. */
export const sdk = {
  /** Sendings of a read or a single write that is throttled. */
  attempts: 3,
  /** Milliseconds until a call without an answer is given up. */
  timeout: 8_000,
  /** Full jitter between 0 and this after the first throttling, doubling. */
  throttledBackOff: 500,
} as const;

/** A time around this median. */
export function lasting({ random }: World, { spread }: Latency, median: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}
