import type { Draft } from "#shared/ledger/model.ts";
import { moneyGate } from "#shared/ledger/moneyMode.ts";
import { type Ledger, post } from "#shared/ledger/post.ts";
import { Contended, Unavailable } from "#shared/platform/database.ts";
import { usualLatency } from "#simulation/latency.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";
import { merchantOf, topUp, use } from "../../ledger/entries.ts";
import { Environments, edge } from "../crowd.ts";
import { rounded } from "./rounded.ts";

/** What the ledger is tried with. */
export interface PostingTrial {
  design: string;
  /** Postings that are asked for in a second, by as many callers as there are. */
  offeredPerS: number;
  seconds: number;
  /** Guarded accounts, any of which an entry is of; each entry is also of the merchant's one unguarded account. */
  payers: number;
  /** Share of the postings that come a second time, 0.3 s later. */
  twice: number;
  partitions: number;
  seed: number;
}

export interface PostingResult {
  design: string;
  partitions: number;
  /** Environments of the function at the end. */
  workers: number;
  payers: number;
  offeredPerS: number;
  /** Entries in a second, from the first that stood to the last. */
  postedPerS: number;
  p50Ms: number;
  p99Ms: number;
  wcuPerPosting: number;
  rcuPerPosting: number;
  /** Transactions sent for each entry. */
  writesPerPosting: number;
  /** Transactions that came to nothing: for a condition, for another writer, for a partition's limit. */
  cancelled: number;
  conflicts: number;
  throttled: number;
  /** Postings that found no environment, and came again. */
  turnedAway: number;
  /** Requests told to come back after all retries. */
  errors: number;
  /** Entries that stand twice, or whose money is not where it should be, in fen. */
  doubled: number;
  wrongFen: number;
}

const MERCHANT = merchantOf(1);
const AMOUNT_FEN = 12_345;
/** What the one account has that everybody spends from. */
const PLENTY_FEN = 10_000_000_000;

interface Asked {
  draft: Draft;
  at: number;
  answeredAt?: number;
}

/** Postings in virtual time through the kernel's own `post`; two runs of a trial give the same result. */
export class Postings {
  readonly #trial: PostingTrial;
  readonly #world: World;
  readonly #db: ReturnType<typeof simulatedDatabase>;
  readonly #functions: Environments<Ledger>;
  readonly #asked: Asked[] = [];
  #environments = 0;
  #turnedAway = 0;
  #errors = 0;
  /** When the first and the last entry stood, and how many there are. */
  #stood = { from: 0, until: 0, entries: 0 };

  constructor(trial: PostingTrial) {
    this.#trial = trial;
    this.#world = new World(trial.seed);
    this.#db = simulatedDatabase(this.#world, { latency: usualLatency, partitions: trial.partitions });
    this.#functions = new Environments(this.#world, () => this.#ledger());
    this.#db.onCommit((committed) => {
      for (const { table, before } of committed) if (table === "journal" && !before) this.#count();
    });
  }

  run(): Promise<PostingResult> {
    return this.#world.run(async () => {
      await this.#open();
      const { offeredPerS, seconds } = this.#trial;
      const opening = this.#world.now();
      const coming: Promise<void>[] = [];
      for (let nth = 1; nth <= offeredPerS * seconds; nth += 1) {
        const at = opening + (1_000 * nth) / offeredPerS;
        const one: Asked = { draft: this.#draft(nth), at };
        this.#asked.push(one);
        const again = this.#world.random() < this.#trial.twice;
        coming.push(this.#comes(one, opening));
        if (again) coming.push(this.#comes({ ...one, at: one.at + 300 }, opening));
      }
      await Promise.all(coming);
      return this.#result();
    });
  }

  #count(): void {
    const now = this.#world.now();
    const { from, entries } = this.#stood;
    this.#stood = { from: entries === 0 ? now : from, until: now, entries: entries + 1 };
  }

  /** Each environment has read by itself whether money moves. */
  #ledger(): Ledger {
    this.#environments += 1;
    const now = () => new Date(Math.floor(this.#world.now()));
    return { db: this.#db, now, pace: this.#world.pace, gate: moneyGate(this.#db, now) };
  }

  /** Environments have started, and what is spent from one account is there. */
  async #open(): Promise<void> {
    const starting = Array.from({ length: edge.environments.first }, () =>
      this.#functions.run(({ gate }) => gate()),
    );
    await Promise.all(starting);
    if (this.#trial.payers === 1) await post(this.#ledger(), topUp(0, MERCHANT, 0, PLENTY_FEN));
    this.#stood = { from: 0, until: 0, entries: 0 };
    this.#db.resetCosts();
  }

  /** Many pay in; from the one account they all take. */
  #draft(nth: number): Draft {
    const { payers } = this.#trial;
    const payer = Math.floor(this.#world.random() * payers);
    return payers === 1 ? use(nth, MERCHANT, 0, AMOUNT_FEN) : topUp(nth, MERCHANT, payer, AMOUNT_FEN);
  }

  async #comes(one: Asked, opening: number): Promise<void> {
    const { sleep, random } = this.#world;
    await sleep(one.at - opening);
    for (;;) {
      const answered = await this.#functions.run(async (ledger) => {
        await this.#post(ledger, one.draft);
        return true;
      });
      if (answered) break;
      this.#turnedAway += 1;
      await sleep(1_000 + random() * 2_000);
    }
    one.answeredAt = this.#world.now();
  }

  async #post(ledger: Ledger, draft: Draft): Promise<void> {
    try {
      await post(ledger, draft);
    } catch (error) {
      if (!(error instanceof Contended || error instanceof Unavailable)) throw error;
      this.#errors += 1;
    }
  }

  /** What the guarded balances say beyond what was posted. */
  #wrongFen(entries: number): number {
    const { payers } = this.#trial;
    let kept = 0;
    for (const { pk, balances } of this.#db.items("accounts"))
      if (String(pk).startsWith("ACCOUNT#"))
        for (const fen of Object.values(balances as Record<string, number>)) kept += fen;
    return payers === 1 ? PLENTY_FEN - kept - entries * AMOUNT_FEN : kept - entries * AMOUNT_FEN;
  }

  #result(): PostingResult {
    const { design, partitions, payers, offeredPerS } = this.#trial;
    const waits = this.#asked.map(({ at, answeredAt = at }) => answeredAt - at).sort((a, b) => a - b);
    const quantile = (of: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * of))] ?? 0;
    const { from, until, entries } = this.#stood;
    const standing = new Set([...this.#db.items("journal")].map(({ pk }) => pk));
    const { wcu, rcu, transactions, cancelled, conflicts, throttled } = this.#db.costs;
    return {
      design,
      partitions,
      workers: this.#environments - (payers === 1 ? 1 : 0),
      payers,
      offeredPerS,
      postedPerS: Math.round(entries / ((until - from) / 1_000)),
      p50Ms: Math.round(quantile(0.5)),
      p99Ms: Math.round(quantile(0.99)),
      wcuPerPosting: rounded(wcu / entries, 2),
      rcuPerPosting: rounded(rcu / entries, 2),
      writesPerPosting: rounded(transactions / entries, 2),
      cancelled,
      conflicts,
      throttled,
      turnedAway: this.#turnedAway,
      errors: this.#errors,
      doubled: entries - (standing.size - (payers === 1 ? 1 : 0)),
      wrongFen: this.#wrongFen(entries),
    };
  }
}
