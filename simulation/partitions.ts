import type { World } from "./world.ts";

/** What one physical partition takes, in units a second, and how many seconds' worth it saves up. */
const limits = { rcu: 3_000, wcu: 1_000, burst: 1 } as const;

export interface Need {
  kind: keyof typeof limits & ("rcu" | "wcu");
  /** A table, or an index of one: each has partitions of its own. */
  space: string;
  /** The partition key. */
  partition: string;
  units: number;
}

interface Bucket {
  rate: number;
  left: number;
  /** When `left` was reckoned. */
  at: number;
}

/** FNV-1a with Murmur's finish: equal shares of the keys for every partition. */
export function hash(text: string): number {
  let mixed = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The physical partitions of every table and index, so many each; none of them splits or lends to another. */
export class Partitions {
  readonly #world: World;
  readonly #count: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(world: World, count: number) {
    this.#world = world;
    this.#count = count;
  }

  /** Takes all that is needed, or nothing when one partition has not enough left. */
  admit(needs: readonly Need[]): boolean {
    const asked = new Map<Bucket, number>();
    for (const need of needs) {
      const bucket = this.#bucket(need);
      asked.set(bucket, (asked.get(bucket) ?? 0) + need.units);
    }
    for (const [bucket, units] of asked) if (!this.#has(bucket, units)) return false;
    for (const [bucket, units] of asked) bucket.left -= units;
    return true;
  }

  /** More than a partition can ever save up is let through when it is full, and leaves it in debt. */
  #has(bucket: Bucket, units: number): boolean {
    const full = bucket.rate * limits.burst;
    const now = this.#world.now();
    bucket.left = Math.min(full, bucket.left + ((now - bucket.at) / 1_000) * bucket.rate);
    bucket.at = now;
    return bucket.left >= Math.min(units, full);
  }

  #bucket({ kind, space, partition }: Need): Bucket {
    const name = `${kind} ${space} ${hash(`${space}\n${partition}`) % this.#count}`;
    const known = this.#buckets.get(name);
    if (known) return known;
    const rate = limits[kind];
    const bucket = { rate, left: rate * limits.burst, at: this.#world.now() };
    this.#buckets.set(name, bucket);
    return bucket;
  }
}
