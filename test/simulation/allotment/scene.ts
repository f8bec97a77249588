import { planCapacity } from "#shared/allotment/capacity.ts";
import { type Decided, enlist, grant } from "#shared/allotment/grant.ts";
import { handOut, type Kernel } from "#shared/allotment/handOut.ts";
import type { LaneMemory } from "#shared/allotment/laneMemory.ts";
import type { Allotment, Holder } from "#shared/allotment/model.ts";
import { allCounters, TOTAL } from "#shared/allotment/model.ts";
import { type Move, move } from "#shared/allotment/moves.ts";
import { promote } from "#shared/allotment/promote.ts";
import type { Guard, Outcome, TakeRequest } from "#shared/allotment/request.ts";
import { allotmentStore } from "#shared/allotment/store.ts";
import { substitute } from "#shared/allotment/substitute.ts";
import { Contended, type Database, type Item, type Part, Unavailable } from "#shared/platform/database.ts";
import type { SimulationOptions } from "#simulation/engine.ts";
import { Crashed } from "#simulation/faults.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import type { World } from "#simulation/world.ts";
import { Oracle } from "./oracle.ts";

const table = "registration";
const subjectKey = { pk: "SUBJECT#subject", sk: "SUBJECT" };
const HOLD_MS = 20_000;
/** High enough that most are admitted, low enough that some are not. */
const GUARD_LIMIT = 12;

export interface Shape {
  /** Places of each leaf. */
  places: Readonly<Record<string, number>>;
  /** What the whole holds, when fewer than the leaves together. */
  total?: number;
  flowsBack?: Allotment["flowsBack"];
  lanes: number;
  shards: number;
}

/** A fault that the person or the worker who met it survives by asking again. */
export const isAway = (error: unknown): boolean =>
  error instanceof Unavailable || error instanceof Contended || error instanceof Crashed;

class Reached extends Error {}

/** A limit that several people share, so that their requests meet at it: at most so many places ever. */
const guardOf = (person: string): Guard => {
  const key = { pk: `GUARD#${Number(person.slice(1)) % 3}`, sk: "GUARD" };
  return {
    key,
    plan: (standing) => {
      const used = Number(standing?.["used"] ?? 0);
      const version = Number(standing?.["version"] ?? 0);
      if (used >= GUARD_LIMIT) throw new Reached();
      return {
        table,
        write: {
          Put: {
            Item: { ...key, used: used + 1, version: version + 1 },
            ConditionExpression: standing ? "version = :guardVersion" : "attribute_not_exists(pk)",
            ...(standing && { ExpressionAttributeValues: { ":guardVersion": version } }),
          },
        },
      };
    },
  };
};

export interface Asking {
  key: string;
  persons: readonly [string, ...string[]];
  leaves: readonly [string, ...string[]];
  joins: boolean;
  held: boolean;
  guarded: boolean;
  /** For one place together. */
  team: boolean;
  /** To be decided on later. */
  enters: boolean;
}

const watchers = new Set<(condition: string) => void>();

/** One allotment on a simulated store, watched by an oracle. */
export class Scene {
  readonly world: World;
  readonly db: Database & ReturnType<typeof simulatedDatabase>;
  readonly oracle: Oracle;
  readonly allotment: Allotment;
  readonly kernel: Kernel;

  private constructor(
    world: World,
    db: ReturnType<typeof simulatedDatabase>,
    allotment: Allotment,
    oracle: Oracle,
    kernel: Kernel,
  ) {
    this.world = world;
    this.db = db;
    this.allotment = allotment;
    this.oracle = oracle;
    this.kernel = kernel;
  }

  /** Sees every condition that is sent, in all scenes; answers how to stop. */
  static watchConditions(watch: (condition: string) => void): () => void {
    watchers.add(watch);
    return () => watchers.delete(watch);
  }

  /** Opens it before any fault. */
  static async open(
    world: World,
    options: SimulationOptions,
    { places, total, flowsBack, lanes, shards }: Shape,
  ): Promise<Scene> {
    let faulty = false;
    const db = simulatedDatabase(world, {
      ...options,
      ...(options.fault && { fault: (boundary) => (faulty ? options.fault?.(boundary) : undefined) }),
    });
    const store = allotmentStore(db, table);
    const capacity = { ...places, ...(total !== undefined && { [TOTAL]: total }) };
    const { allotment, parts } = store.planOpening(
      {
        subject: "subject",
        leaves: Object.keys(places),
        ...(flowsBack && { flowsBack }),
        total: total !== undefined,
        shards,
        lanes,
      },
      capacity,
      1,
      "00000001",
    );
    // Between the reading of the index and the decision lie reads; a lost answer makes them long.
    const readsMs = options.fault ? 10_000 : 200;
    for (const name of ["attempt", "commit"] as const) {
      const send = db[name] as (parts: readonly Part[]) => Promise<never>;
      db[name] = (parts: readonly Part[]) => {
        for (const { write } of parts)
          for (const { ConditionExpression } of Object.values(write))
            if (ConditionExpression !== undefined) for (const watch of watchers) watch(ConditionExpression);
        return send(parts);
      };
    }
    const oracle = new Oracle(world, allotment, capacity, (options.indexLagMs ?? 0) + readsMs);
    db.onCommit((committed) => oracle.see(committed));
    const subject = { ...subjectKey, capacity, version: 1 };
    await db.commit([...parts, { table, write: { Put: { Item: subject } } }]);
    faulty = true;
    const now = () => new Date(Math.floor(world.now()));
    const kernel = { db, store, now, random: () => world.random() };
    return new Scene(world, db, allotment, oracle, kernel);
  }

  /** The version of the rules as a context reads it; it may change before the request is served. */
  get rules(): number {
    return this.oracle.zero(this.allotment.leaves[0] ?? "")?.rules ?? 0;
  }

  holderOf = (person: string): string => Buffer.from(person.padEnd(12, ".")).toString("hex");

  request(asking: Asking, acceptedAt?: string): TakeRequest {
    const { rules } = this;
    const now = this.world.now();
    const members = asking.persons.map((person) => ({
      holder: this.holderOf(person),
      owner: person,
      ownerSort: asking.key,
    }));
    return {
      members: members as unknown as TakeRequest["members"],
      leaves: asking.leaves,
      rules,
      key: { id: asking.key, body: "body" },
      joins: asking.joins,
      ...(acceptedAt !== undefined && { acceptedAt }),
      ...(asking.team && asking.persons.length > 1 && { places: 1 }),
      ...(asking.enters && { enters: true }),
      ...(asking.held && { heldUntil: new Date(now + HOLD_MS).toISOString() }),
      ...(asking.guarded && { guards: [guardOf(asking.persons[0])] }),
      record: ({ state, attempt }) => ({ claim: { rules }, answer: { state, attempt } }),
    };
  }

  async take(asking: Asking): Promise<Outcome> {
    const [outcome] = await handOut(this.kernel, this.allotment, [this.request(asking)]);
    return outcome as Outcome;
  }

  takeTogether(requests: readonly TakeRequest[], memory: LaneMemory): Promise<Outcome[]> {
    return handOut(this.kernel, this.allotment, requests, { memory });
  }

  find(person: string): Promise<Holder | undefined> {
    return this.kernel.store.findHolder(this.allotment, this.holderOf(person));
  }

  /** Moves a person if there is anything to move; the key is remembered with it. */
  async move(person: string, name: Move, key: string): Promise<string> {
    const standing = await this.find(person);
    if (!standing) return "none";
    if (standing.served[key]) return "served";
    const moved = await move(this.kernel, this.allotment, standing, {
      move: name,
      key: { id: key, body: "body" },
      whole: standing.places !== undefined,
      record: () => ({ claim: { by: name }, answer: { state: name } }),
    });
    return moved.outcome;
  }

  /** Decides on some of those who entered: gives them places, to be confirmed or not, or puts them in line. */
  async decide(firsts: readonly string[], how: "active" | "held" | "waiting"): Promise<Decided[]> {
    const record = (): Item => ({ decidedAt: this.world.now() });
    const now = this.kernel.now();
    if (how === "waiting")
      return enlist(this.kernel, this.allotment, firsts, {
        record,
        turnOf: ({ holder }) => `${now.toISOString()}~${String(firsts.indexOf(holder)).padStart(3, "0")}`,
      });
    return grant(this.kernel, this.allotment, firsts, {
      record,
      ...(how === "held" && { heldUntil: new Date(now.getTime() + HOLD_MS).toISOString() }),
    });
  }

  /** Another comes in place of one of a team. */
  async substitute(first: Holder, goes: string, comes: string, key: string): Promise<string> {
    if (first.served[key]) return "served";
    const { rules } = this;
    const { outcome } = await substitute(this.kernel, this.allotment, first, {
      goes,
      comes: { holder: this.holderOf(comes), owner: comes, ownerSort: key },
      key: { id: key, body: "body" },
      record: () => ({ goes: { rules }, comes: { rules, substitute: true }, answer: {} }),
    });
    return outcome;
  }

  promote(): Promise<Holder[]> {
    return promote(this.kernel, this.allotment, {
      heldUntil: (now) => new Date(now.getTime() + HOLD_MS).toISOString(),
      record: (): Item => ({ decidedAt: this.world.now() }),
    });
  }

  /** Ends what has lapsed, as the sweep does. */
  async expire(): Promise<void> {
    const due = await this.kernel.store.listDue(this.kernel.now().toISOString(), 100);
    for (const { holder } of due) {
      const standing = await this.kernel.store.findHolder(this.allotment, holder);
      if (standing)
        await move(this.kernel, this.allotment, standing, {
          move: "expire",
          record: () => ({ claim: { by: "expiry" }, answer: {} }),
        });
    }
  }

  /** More or fewer places, new rules, other lanes, closed or open: all in one write with the subject's own item. */
  async change(change: {
    places?: Record<string, number>;
    lanes?: number;
    open?: boolean;
    bumps?: boolean;
  }): Promise<boolean> {
    const { places = {}, lanes, open, bumps = false } = change;
    const subject = await this.db.get({ table, key: subjectKey, consistent: true });
    const standing = await this.kernel.store.readLanes(this.allotment, true);
    const from = standing[this.allotment.leaves[0] ?? ""]?.[0]?.rules ?? 0;
    const planned = planCapacity(this.kernel.store, this.allotment, standing, {
      rules: from + (bumps ? 1 : 0),
      places,
      ...(lanes !== undefined && { lanes }),
      ...(open !== undefined && { open }),
    });
    if ("tooFew" in planned) return false;
    const before = subject?.["capacity"] as Record<string, number>;
    const version = Number(subject?.["version"]);
    const capacity = Object.fromEntries(
      allCounters(this.allotment).map((counter) => [
        counter,
        (before[counter] ?? 0) + (places[counter] ?? 0),
      ]),
    );
    const Item = { ...subjectKey, capacity, version: version + 1 };
    await this.db.commit([
      {
        table,
        write: {
          Put: {
            Item,
            ConditionExpression: "version = :subjectVersion",
            ExpressionAttributeValues: { ":subjectVersion": version },
          },
        },
        refused: () => new Contended("the subject was changed"),
      },
      ...planned.parts,
    ]);
    return true;
  }

  /** After everything came to rest: what waits is served as far as places go, and nothing is left over. */
  async settle(): Promise<void> {
    for (let round = 0; round < 40; round += 1) {
      await this.world.sleep(2_000);
      await this.expire();
      await this.promote();
      if (this.oracle.servableNow().length === 0) break;
    }
    const left = this.oracle.servableNow();
    this.oracle.tell(left.length === 0, `${left[0]?.holder} waits for ever beside a free place`);
    const owed = this.oracle.zero(TOTAL)?.owed ?? 0;
    this.oracle.tell(owed === 0, `${owed} places stay set aside for nobody`);
  }
}
