import type { Account } from "#shared/ledger/model.ts";
import type { Ledger } from "#shared/ledger/post.ts";
import { Sealer, type Sealing } from "#shared/ledger/seal.ts";
import type { Database, Item, Part } from "#shared/platform/database.ts";
import type { SimulationOptions } from "#simulation/engine.ts";
import { clausesOf } from "#simulation/expressions.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import type { World } from "#simulation/world.ts";
import { BookOracle } from "./bookOracle.ts";
import { Oracle } from "./oracle.ts";
import { type Deliveries, isAway, prompt, Stream } from "./stream.ts";

/** A clause of a condition, and the kind of write whose condition it is in. */
export interface Clause {
  /** Table or family of items, and kind of write: `journal Put`, `HOLD Update`. */
  at: RegExp;
  clause: RegExp;
}

export interface Setting {
  options?: SimulationOptions;
  sealing?: Sealing;
  deliveries?: Deliveries;
  /** Limits of the ceilings, by their names. */
  limits?: Readonly<Record<string, number>>;
  /** The control of a proof: a clause that is as if it had not been written. */
  without?: Clause;
  /** How often a second sealer is at work beside the first, and how often none is. */
  second?: number;
  missed?: number;
  gate?: (db: Database, now: () => Date) => Ledger["gate"];
}

const minutely: Sealing = { intervalMs: 60_000, delayMs: 120_000 };

const watchers = new Set<(at: string, clause: string) => void>();

type Conditional = { ConditionExpression?: string; Key?: Item; Item?: Item };

/** Where a condition stands, by the family of its item: one text means different things at different places. */
function placeOf({ table, write }: Part): string {
  const [[kind, input] = ["", {}]] = Object.entries(write) as [string, Conditional][];
  const [family = ""] = String((input.Key ?? input.Item)?.["pk"]).split("#");
  return `${table === "journal" ? "journal" : family} ${kind}`;
}

/** The same write with a clause that always holds in the place of the one that is left out. */
function withoutClause(part: Part, { at, clause }: Clause): Part {
  const [[kind, input] = ["", {}]] = Object.entries(part.write) as [string, Conditional][];
  if (input.ConditionExpression === undefined || !at.test(placeOf(part))) return part;
  const ConditionExpression = clausesOf(input.ConditionExpression)
    .map((text) => (clause.test(text) ? `(${text} OR attribute_not_exists(neverThere))` : `(${text})`))
    .join(" AND ");
  return { ...part, write: { [kind]: { ...input, ConditionExpression } } as unknown as Part["write"] };
}

/** A ledger on a simulated store, with its stream and its sealers, watched by an oracle. */
export class Scene {
  readonly world: World;
  readonly db: ReturnType<typeof simulatedDatabase>;
  readonly oracle: Oracle;
  readonly books: BookOracle;
  readonly ledger: Ledger;
  readonly stream: Stream;
  readonly sealing: Sealing;
  readonly #setting: Setting;
  readonly #sealers = new Set<Promise<void>>();
  #faulty = true;
  #over = false;
  #clock: Promise<void> | undefined;
  /** What no repetition mends. */
  #broken: unknown;

  constructor(world: World, setting: Setting = {}) {
    const { options = {}, sealing = minutely, deliveries = prompt, limits = {} } = setting;
    this.world = world;
    this.sealing = sealing;
    this.#setting = setting;
    const { fault } = options;
    this.db = simulatedDatabase(world, {
      ...options,
      ...(fault && { fault: (boundary) => (this.#faulty ? fault(boundary) : undefined) }),
    });
    this.#watch();
    this.oracle = new Oracle(world, new Map(Object.entries(limits)));
    this.books = new BookOracle(this.oracle);
    this.stream = new Stream(world, this.db, deliveries);
    this.db.onCommit((committed) => {
      this.oracle.see(committed);
      this.books.see(committed);
      for (const { table, before, after } of committed)
        if (table === "journal" && !before && after) this.stream.insert(after);
    });
    const gate = setting.gate?.(this.db, this.now) ?? (async () => undefined);
    this.ledger = { db: this.db, now: this.now, pace: world.pace, gate };
  }

  /** Sees every clause that is sent, in all scenes; answers how to stop. */
  static watchClauses(watch: (at: string, clause: string) => void): () => void {
    watchers.add(watch);
    return () => watchers.delete(watch);
  }

  readonly now = (): Date => new Date(Math.floor(this.world.now()));

  #watch(): void {
    const { db } = this;
    const { without } = this.#setting;
    for (const name of ["attempt", "commit"] as const) {
      const send = db[name] as (parts: readonly Part[], tries?: number) => Promise<never>;
      db[name] = (parts: readonly Part[], tries?: number) => {
        for (const part of watchers.size > 0 ? parts : [])
          for (const { ConditionExpression } of Object.values(part.write) as Conditional[])
            if (ConditionExpression !== undefined)
              for (const clause of clausesOf(ConditionExpression))
                for (const watch of watchers) watch(placeOf(part), clause);
        return send(without ? parts.map((part) => withoutClause(part, without)) : parts, tries);
      };
    }
  }

  /** One sealer's run, with whatever ends it. */
  async seal(): Promise<void> {
    try {
      await new Sealer(this.db, this.sealing).run(this.now());
    } catch (error) {
      if (!isAway(error)) this.#broken ??= error;
    }
  }

  #start(afterMs: number): void {
    const run = this.world.sleep(afterMs).then(() => this.seal());
    this.#sealers.add(run);
    void run.finally(() => this.#sealers.delete(run));
  }

  /** From here on sealers come by the clock: one, sometimes two, now and then none. */
  begin(): void {
    const { second = 0, missed = 0 } = this.#setting;
    const keep = async () => {
      while (!this.#over) {
        await this.world.sleep(this.sealing.intervalMs);
        if (this.world.random() < missed) continue;
        this.#start(0);
        if (this.world.random() < second) this.#start(this.world.random() * 3_000);
      }
    };
    this.#clock = keep();
  }

  /** The faults end; everything that is on its way comes, and is sealed. */
  async settle(): Promise<void> {
    this.#faulty = false;
    this.#over = true;
    await this.#clock;
    await Promise.all(this.#sealers);
    await this.stream.drained();
    const { intervalMs, delayMs } = this.sealing;
    for (let round = 0; round < 6 && !this.books.isAtRest; round += 1) {
      await this.world.sleep(round === 0 ? intervalMs + delayMs + 1_000 : intervalMs);
      await this.seal();
    }
    this.books.end();
    const broken = this.#broken ?? this.stream.broken;
    if (broken !== undefined) this.oracle.violate(`broken: ${String(broken)}`);
  }

  get violations(): readonly string[] {
    return this.oracle.violations;
  }

  /** The entry as the journal keeps it, and as its stream brings it. */
  image(journalId: string): Item {
    for (const item of this.db.items("journal")) if (item["pk"] === journalId) return item;
    throw new Error(`${journalId} was not posted`);
  }

  /** What an account guards, by its entries alone. */
  balance({ id }: Account): number {
    return this.oracle.balances.get(id) ?? 0;
  }

  /** What stands, to be compared: entries by their keys, without what depends on who came first; and what guards. */
  outcome(): { entries: unknown[]; kept: Record<string, unknown> } {
    const entries = [...this.oracle.entries.values()]
      .sort((a, b) => (a.journalId < b.journalId ? -1 : 1))
      .map(({ journalId, kind, businessDate, originalDate, reverses, legs }) => ({
        journalId,
        kind,
        businessDate,
        originalDate,
        reverses,
        legs: legs.map(({ balanceAfterFen: _, version: __, ...leg }) => leg),
      }));
    const kept: Record<string, unknown> = {};
    for (const { pk, balances, state, used, sumsFen } of this.db.items("accounts"))
      kept[String(pk)] = balances ?? state ?? used ?? sumsFen;
    return { entries, kept };
  }
}
