import { pointItem } from "#shared/ledger/fold.ts";
import { entryOf, journalItem } from "#shared/ledger/journal.ts";
import { type Sealing as Pace, Sealer } from "#shared/ledger/seal.ts";
import { type Item, Unavailable } from "#shared/platform/database.ts";
import { writeUnits } from "#simulation/costs.ts";
import { usualLatency } from "#simulation/latency.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { sizeOf } from "#simulation/values.ts";
import { World } from "#simulation/world.ts";
import { cardAccounts, hotAccounts, merchantOf, topUp } from "../../ledger/entries.ts";
import { JournalStream } from "./journalStream.ts";
import { Environment } from "./processor.ts";
import { rounded } from "./rounded.ts";

/** The job's schedule and function, as events/schedules.ts and infra/stacks/ledgerJobs.ts ask for them. */
const job = {
  /** After the minute begins, until the run does. */
  tickMs: 2_000,
  /** A run that lasts longer is ended; the next goes on. */
  timeoutMs: 55_000,
} as const;

const SAMPLE_MS = 10_000;
const MINUTE_MS = 60_000;

/** What the sealer is tried with. */
export interface SealingTrial {
  design: string;
  /** Entries a second, for so many seconds; then none until all is sealed. */
  ratePerS: number;
  seconds: number;
  payers: number;
  /** Whether something was posted of every payer before. */
  known: boolean;
  pace: Pace;
  partitions: number;
  /** A lag that grows is not waited for longer. */
  longestMinutes: number;
  seed: number;
}

export interface SealingResult {
  design: string;
  partitions: number;
  ratePerS: number;
  seconds: number;
  entries: number;
  segments: number;
  /** From an entry until its line stood, at the median and for all but one in a hundred. */
  lineP50Ms: number;
  lineP99Ms: number;
  entriesPerBatch: number;
  /** Batches of the stream that the store was too busy for, and that came again. */
  batchesAgain: number;
  late: number;
  /** Entries sealed in a second of a run's time. */
  sealedPerS: number;
  runs: number;
  /** Runs that were ended by the function's timeout. */
  ended: number;
  /** The watermark's age, in seconds: at most, and at most when a run had just ended. */
  longestLagS: number;
  longestLagAfterRunS: number;
  /** From the last entry until all was sealed. */
  caughtUpAfterS: number | undefined;
  wcuPerEntry: { lines: number; segments: number; points: number; all: number };
  rcuPerEntry: number;
  throttled: number;
  timeline: { second: number; lagS: number }[];
}

const MERCHANT = merchantOf(1);
const AMOUNT_FEN = 12_345;

type Kind = "lines" | "segments" | "points";
/** What belongs to the entry itself, to the chain of segments, and to accounts. */
const kindOf = (pk: string): Kind => {
  if (/^(LINES|MINUTES|LATE-LINES|BEGINNING)/.test(pk)) return "lines";
  return /^(POINTS|REGISTER|ACCOUNT)#/.test(pk) ? "points" : "segments";
};

/** Entries on their way into segments, in virtual time; two runs of a trial give the same result. */
export class Sealing {
  readonly #trial: SealingTrial;
  readonly #world: World;
  readonly #db: ReturnType<typeof simulatedDatabase>;
  readonly #stream: JournalStream;
  readonly #written: Record<Kind, number> = { lines: 0, segments: 0, points: 0 };
  readonly #sealed = { entries: 0, segments: 0, late: 0 };
  readonly #runs = { count: 0, ended: 0, busyMs: 0, longestLagAfterMs: 0 };
  readonly #timeline: { second: number; lagS: number }[] = [];
  #until = 0;
  #longestLagMs = 0;
  #emitted = 0;
  #caughtUpAt: number | undefined;

  constructor(trial: SealingTrial) {
    this.#trial = trial;
    this.#world = new World(trial.seed);
    const { partitions } = trial;
    this.#db = simulatedDatabase(this.#world, { latency: usualLatency, partitions });
    this.#stream = new JournalStream(this.#world, this.#db, partitions);
  }

  run(): Promise<SealingResult> {
    return this.#world.run(async () => {
      await this.#open();
      const opening = this.#world.now();
      const stop = opening + this.#trial.longestMinutes * MINUTE_MS;
      const isOver = () => this.#caughtUpAt !== undefined || this.#world.now() >= stop;
      await Promise.all([
        this.#entries(opening),
        this.#sealers(opening, isOver),
        this.#watch(opening, isOver),
      ]);
      return this.#result(opening);
    });
  }

  /** The books were begun, and what is known of the accounts stands in a point. */
  async #open(): Promise<void> {
    if (this.#trial.known) await this.#db.writeHints("books", this.#standing(), []);
    this.#db.onCommit((committed) => {
      for (const { table, key, before, after } of committed)
        if (table === "books" && after) this.#see(key.pk, before, after);
    });
    await new Sealer(this.#db, this.#trial.pace).run(new Date(Math.floor(this.#world.now())));
    await this.#world.sleep(MINUTE_MS - (this.#world.now() % MINUTE_MS));
    this.#longestLagMs = 0;
    for (const kind of Object.keys(this.#written) as Kind[]) this.#written[kind] = 0;
    this.#db.resetCosts();
  }

  #standing(): Item[] {
    const { unconsumed } = cardAccounts(MERCHANT, 0);
    const shared = [hotAccounts(MERCHANT).custody.id, unconsumed.control ?? ""];
    const payers = Array.from(
      { length: this.#trial.payers },
      (_, payer) => cardAccounts(MERCHANT, payer).unconsumed.id,
    );
    return [...shared, ...payers].map((account) =>
      pointItem({ account, segment: 0, debitFen: AMOUNT_FEN, creditFen: AMOUNT_FEN, moves: [] }),
    );
  }

  #see(pk: string, before: Item | undefined, after: Item): void {
    const kind = kindOf(pk);
    const isTransaction = kind === "segments" && !pk.startsWith("LATE");
    this.#written[kind] += (isTransaction ? 2 : 1) * writeUnits(before ? sizeOf(before) : 0, sizeOf(after));
    if (pk === "WATERMARK") {
      this.#longestLagMs = Math.max(this.#longestLagMs, this.#world.now() - this.#until);
      this.#until = Date.parse(String(after["until"]));
    }
    if (!pk.startsWith("SEGMENTS#") || before) return;
    this.#sealed.segments += 1;
    this.#sealed.entries += Number(after["count"]);
    if (after["late"]) this.#sealed.late += Number(after["count"]);
  }

  /** So many a second, each with an image as `post` writes it. */
  async #entries(opening: number): Promise<void> {
    const { ratePerS, seconds, payers } = this.#trial;
    const total = Math.round(ratePerS * seconds);
    while (this.#emitted < total) {
      const due = Math.min(total, Math.floor(((this.#world.now() - opening) / 1_000) * ratePerS));
      for (; this.#emitted < due; this.#emitted += 1)
        this.#stream.insert(this.#image(this.#emitted, Math.floor(this.#world.random() * payers)));
      await this.#world.sleep(1);
    }
  }

  #image(nth: number, payer: number): Item {
    const began = new Date(Math.floor(this.#world.now()));
    const guarded = () => ({ balanceAfterFen: 1_000_000 + nth, version: 1 + nth });
    return journalItem(
      entryOf(topUp(nth, MERCHANT, payer, AMOUNT_FEN), { began, postedAt: began.toISOString(), guarded }),
    );
  }

  async #sealers(opening: number, isOver: () => boolean): Promise<void> {
    for (let minute = 0; !isOver(); minute += 1) {
      const tick = opening + minute * MINUTE_MS + job.tickMs;
      await this.#world.sleep(tick - this.#world.now());
      await this.#seal();
    }
  }

  async #seal(): Promise<void> {
    const began = this.#world.now();
    const before = this.#sealed.entries;
    const environment = new Environment(this.#world, this.#db);
    const run = new Sealer(environment.db, this.#trial.pace)
      .run(new Date(Math.floor(began)))
      .catch((error: unknown) => {
        if (!(error instanceof Unavailable)) throw error;
      });
    const timeout = this.#world.sleep(job.timeoutMs).then(() => "timeout" as const);
    if ((await Promise.race([run, timeout])) === "timeout") {
      environment.end();
      this.#runs.ended += 1;
    }
    this.#runs.count += 1;
    const now = this.#world.now();
    if (this.#sealed.entries > before) this.#runs.busyMs += now - began;
    this.#runs.longestLagAfterMs = Math.max(this.#runs.longestLagAfterMs, now - this.#until);
    const { ratePerS, seconds } = this.#trial;
    if (this.#sealed.entries >= ratePerS * seconds) this.#caughtUpAt ??= now;
  }

  async #watch(opening: number, isOver: () => boolean): Promise<void> {
    const look = () => {
      const now = this.#world.now();
      const lagS = Math.round((now - this.#until) / 1_000);
      this.#timeline.push({ second: Math.round((now - opening) / 1_000), lagS });
    };
    while (!isOver()) {
      look();
      await this.#world.sleep(SAMPLE_MS);
    }
    look();
  }

  #result(opening: number): SealingResult {
    const { design, partitions, ratePerS, seconds } = this.#trial;
    const { delays, images, batches, again } = this.#stream.streamed;
    delays.sort((a, b) => a - b);
    const quantile = (of: number) => Math.round(delays[Math.floor((delays.length - 1) * of)] ?? 0);
    const { entries, segments, late } = this.#sealed;
    const { wcu, rcu, throttled } = this.#db.costs;
    const per = (units: number) => rounded(units / entries, 2);
    const ended = opening + seconds * 1_000;
    return {
      design,
      partitions,
      ratePerS,
      seconds,
      entries,
      segments,
      lineP50Ms: quantile(0.5),
      lineP99Ms: quantile(0.99),
      entriesPerBatch: rounded(images / batches, 1),
      batchesAgain: again,
      late,
      sealedPerS: Math.round(entries / (this.#runs.busyMs / 1_000)),
      runs: this.#runs.count,
      ended: this.#runs.ended,
      longestLagS: Math.round(this.#longestLagMs / 1_000),
      longestLagAfterRunS: Math.round(this.#runs.longestLagAfterMs / 1_000),
      caughtUpAfterS:
        this.#caughtUpAt === undefined ? undefined : Math.round((this.#caughtUpAt - ended) / 1_000),
      wcuPerEntry: {
        lines: per(this.#written.lines),
        segments: per(this.#written.segments),
        points: per(this.#written.points),
        all: per(wcu),
      },
      rcuPerEntry: per(rcu),
      throttled,
      timeline: this.#timeline,
    };
  }
}
