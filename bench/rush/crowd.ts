import type { World } from "#simulation/world.ts";

/** A rush: who comes, and through what they come. Times in milliseconds, rates a second. */
export interface Crowd {
  people: number;
  /** Within so many milliseconds of the opening. */
  withinMs: number;
  /** The rate at the height of the rush. */
  peak: number;
  /** Share of those who press a second time, 0.3 s later. */
  twice: number;
}

/** What stands between the crowd and the service; parameters of performance.md. */
export const edge = {
  /** Requests a second, and at once, that API Gateway lets through. */
  gateway: { rate: 10_000, burst: 5_000 },
  /** Environments of a function at the start, and how many more each ten seconds. */
  environments: { first: 1_000, perTenSeconds: 1_000 },
  /** A new environment's start, and the function's own time beside the store. */
  coldStartMs: 400,
  handlerMs: 6,
  /** Until SQS has taken a message, and until a batch reaches its worker. */
  sendMs: 10,
  deliveryMs: 15,
  window: { ms: 1_000, messages: 99 },
} as const;

/**
 * When each of the crowd comes: the rate rises to its peak within seconds and falls off slowly, as t/r e^(1-t/r),
 * whose whole is peak x r x e.
 */
export function arrivals({ random }: World, { people, withinMs, peak }: Crowd): Float64Array {
  const rise = (people / (peak * Math.E)) * 1_000;
  const times = new Float64Array(people);
  for (let person = 0; person < people; person += 1) {
    let at = Number.POSITIVE_INFINITY;
    // The sum of two exponential times has this density.
    while (at > withinMs) at = -rise * Math.log((1 - random()) * (1 - random()));
    times[person] = at;
  }
  return times.sort();
}

/** Lets so many requests a second through, and so many at once. */
export class TokenBucket {
  readonly #world: World;
  readonly #rate: number;
  readonly #burst: number;
  #left: number;
  #at: number;

  constructor(world: World, { rate, burst }: { rate: number; burst: number }) {
    this.#world = world;
    this.#rate = rate;
    this.#burst = burst;
    this.#left = burst;
    this.#at = world.now();
  }

  take(): boolean {
    const now = this.#world.now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1_000) * this.#rate);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}

/** A function's environments: each serves one request at a time, and keeps what it knows while it lives. */
export class Environments<Memory> {
  readonly #world: World;
  readonly #fresh: () => Memory;
  readonly #idle: Memory[] = [];
  readonly #since: number;
  #made = 0;

  constructor(world: World, fresh: () => Memory) {
    this.#world = world;
    this.#fresh = fresh;
    this.#since = world.now();
  }

  /** Runs `work` in an environment, or answers `undefined` where none can be had. */
  async run<T>(work: (memory: Memory) => Promise<T>): Promise<T | undefined> {
    let memory = this.#idle.pop();
    if (memory === undefined) {
      const { first, perTenSeconds } = edge.environments;
      const limit = first + perTenSeconds * ((this.#world.now() - this.#since) / 10_000);
      if (this.#made >= limit) return undefined;
      this.#made += 1;
      memory = this.#fresh();
      await this.#world.sleep(edge.coldStartMs);
    }
    await this.#world.sleep(edge.handlerMs);
    try {
      return await work(memory);
    } finally {
      this.#idle.push(memory);
    }
  }
}
