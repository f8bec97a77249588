import type { Pace } from "#shared/platform/transact.ts";
import { Agenda } from "./agenda.ts";

/** Noon in Shanghai of the tests' own day. */
const STARTS_AT = Date.parse("2026-06-10T04:00:00Z");

/** Instants for which the event loop is asked at once: one turn of the loop each would cost a system call each. */
const ROUND = 256;

/** Doty-Humphrey's sfc32: 32 bits a draw, period about 2^127, passes PractRand; the seed spread by splitmix32. */
function generator(seed: number): () => number {
  let spread = seed | 0;
  const word = (): number => {
    spread = (spread + 0x9e3779b9) | 0;
    let mixed = Math.imul(spread ^ (spread >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let [a, b, c, counter] = [word(), word(), word(), 1];
  const draw = (): number => {
    const drawn = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + drawn) | 0;
    return (drawn >>> 0) / 2 ** 32;
  };
  for (let warming = 0; warming < 15; warming += 1) draw();
  return draw;
}

/**
 * Time and chance of a simulation. Time stands still while code runs and leaps to the next timer when all wait, so
 * that an hour costs what happens in it, and the same seed gives the same run, event by event. Within it nothing
 * may wait for the real world (sockets, files, timers of Node): time would not wait for that.
 */
export class World {
  readonly seed: number;
  readonly #timers = new Agenda<() => void>();
  readonly #startsAt: number;
  /** Since the start, so that fractions of a millisecond keep their precision. */
  #elapsed = 0;
  #tokens = 0;
  #running = false;

  constructor(seed: number, startsAt: number = STARTS_AT) {
    this.seed = seed;
    this.#startsAt = startsAt;
    this.random = generator(seed);
  }

  /** From 0 up to, not including, 1. */
  readonly random: () => number;

  /** Milliseconds since 1970, with fractions. */
  readonly now = (): number => this.#startsAt + this.#elapsed;

  readonly sleep = (milliseconds: number): Promise<void> => {
    if (Number.isNaN(milliseconds)) throw new Error("cannot sleep for NaN milliseconds");
    return new Promise((wake) => this.#timers.enter(this.#elapsed + Math.max(0, milliseconds), wake));
  };

  /** Time and chance for the retries of shared/platform/transact.ts. */
  readonly pace: Pace = {
    sleep: this.sleep,
    random: () => this.random(),
    token: () => {
      this.#tokens += 1;
      return `token-${this.#tokens}`;
    },
  };

  /**
   * Runs `main` and moves time until it settles; timers that are left then wait for the next run. Throws when `main`
   * waits and no timer is left.
   */
  async run<T>(main: () => Promise<T>): Promise<T> {
    if (this.#running) throw new Error("the world is running already");
    this.#running = true;
    let over = false;
    try {
      return await Promise.race([main(), this.#drive(() => over)]);
    } finally {
      over = true;
      this.#running = false;
    }
  }

  /** Node drains all microtasks between two immediates: whoever woke at an instant has come to rest by the next. */
  #drive(isOver: () => boolean): Promise<never> {
    return new Promise((_, reject) => {
      let waiting = 0;
      const turn = (): void => {
        waiting -= 1;
        if (isOver()) return;
        if (!this.#advance()) {
          const at = new Date(this.now()).toISOString();
          reject(new Error(`deadlock at ${at}: nobody has a timer, and the run has not come to its end`));
          return;
        }
        if (waiting === 0) round();
      };
      const round = (): void => {
        for (; waiting < ROUND; waiting += 1) setImmediate(turn);
      };
      round();
    });
  }

  /** Moves time to the next timer and wakes all of that instant; false when there is none. */
  #advance(): boolean {
    const next = this.#timers.next;
    if (next === undefined) return false;
    this.#elapsed = next;
    while (this.#timers.next === next) this.#timers.take()?.();
    return true;
  }
}
