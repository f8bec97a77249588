import { LaneMemory } from "#shared/allotment/laneMemory.ts";
import type { Holder } from "#shared/allotment/model.ts";
import type { Move } from "#shared/allotment/moves.ts";
import { type Outcome, refusedForGood } from "#shared/allotment/request.ts";
import { Stale } from "#shared/allotment/store.ts";
import type { SimulationOptions } from "#simulation/engine.ts";
import { Crashed } from "#simulation/faults.ts";
import { World } from "#simulation/world.ts";
import { type Asking, isAway, Scene, type Shape } from "./scene.ts";

export interface Play {
  seed: number;
  shape: Shape;
  /** What requests draw on, each with the queue's leaf last. */
  draws: readonly (readonly [string, ...string[]])[];
  persons: number;
  /** How often each person asks. */
  asks: number;
  workers: number;
  /** Chances: to ask in the queue, to wait when full, for a held place, for a party, for a guard. */
  queued?: number;
  joins?: number;
  held?: number;
  party?: number;
  guarded?: number;
  /** Of those who ask together, for one place; of all, to be decided on later. */
  team?: number;
  enters?: number;
  /** How those who entered are decided on. */
  decisions?: readonly ("active" | "held" | "waiting")[];
  /** How long anybody waits between two things at most, in milliseconds. */
  pauseMs?: number;
  /** Changes while it goes on, and of which kinds. */
  changes?: number;
  kinds?: readonly ("leaf" | "whole" | "rules" | "lanes" | "closed" | "grow")[];
  options?: SimulationOptions | ((world: World) => SimulationOptions);
}

interface Queued {
  asking: Asking;
  acceptedAt: string;
  visibleAt: number;
}

const PATIENCE = 60;
const VISIBILITY_MS = 30_000;
const BATCH = 12;
/** A queue may be told of what was full a second ago. */
const FULL_AGE_MS = 1_000;

/** Asks again, under the same key, whatever could not be settled: a person with a bad line, a job that runs anew. */
async function insist<T>(world: World, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(isAway(error) || error instanceof Stale) || tries >= PATIENCE) throw error;
      await world.sleep(50 + world.random() * 500);
    }
  }
}

class Stage {
  readonly #play: Play;
  readonly #world: World;
  readonly #scene: Scene;
  readonly #queue: Queued[] = [];
  /** What a worker settled without a write; the asker judges it alike. */
  readonly #verdicts = new Map<string, Outcome["outcome"]>();
  readonly #toldFull = new Set<string>();
  #asking = 0;
  #over = false;

  constructor(play: Play, scene: Scene) {
    this.#play = play;
    this.#world = scene.world;
    this.#scene = scene;
  }

  async run(): Promise<void> {
    const { persons, workers, changes = 0 } = this.#play;
    const background = [
      ...Array.from({ length: workers }, () => this.#worker()),
      this.#sweeper(),
      ...(changes > 0 ? [this.#organiser(changes)] : []),
      ...(this.#play.decisions ? [this.#decider(this.#play.decisions)] : []),
    ];
    this.#asking = persons;
    await Promise.all(Array.from({ length: persons }, (_, at) => this.#person(`p${at}`)));
    this.#over = true;
    await Promise.all(background);
    await insist(this.#world, () => this.#scene.settle());
    for (const key of this.#toldFull)
      this.#scene.oracle.tell(
        this.#scene.oracle.servedTimes(key) === 0,
        `${key} was told "full" and got a place`,
      );
  }

  #chance(probability = 0): boolean {
    return this.#world.random() < probability;
  }

  #pause(share: number): Promise<void> {
    return this.#world.sleep(this.#world.random() * share * (this.#play.pauseMs ?? 10_000));
  }

  #oneOf<T>(of: readonly T[]): T {
    return of[Math.floor(this.#world.random() * of.length)] as T;
  }

  async #person(person: string): Promise<void> {
    const { draws, asks, queued, joins, held, party, guarded, persons, team, enters } = this.#play;
    for (let turn = 0; turn < asks; turn += 1) {
      await this.#pause(0.3);
      const others = this.#chance(party) ? [`p${Math.floor(this.#world.random() * persons)}`] : [];
      const asking: Asking = {
        key: `${person}-${turn}`,
        persons: [person, ...others.filter((other) => other !== person)],
        leaves: this.#oneOf(draws),
        joins: this.#chance(joins),
        held: this.#chance(held),
        guarded: this.#chance(guarded),
        team: this.#chance(team),
        enters: this.#chance(enters),
      };
      const outcome =
        asking.persons.length === 1 && this.#chance(queued)
          ? await this.#askQueued(asking)
          : await this.#askDirect(asking);
      await this.#goOn(asking, outcome);
    }
    this.#asking -= 1;
  }

  /** At once, and now and then twice at the same time. */
  async #askDirect(asking: Asking): Promise<Outcome["outcome"]> {
    const presses = this.#chance(0.1) ? [0, 1] : [0];
    const outcomes = await Promise.all(presses.map(() => this.#press(asking)));
    return outcomes[0] as Outcome["outcome"];
  }

  async #press(asking: Asking): Promise<Outcome["outcome"]> {
    const holder = this.#scene.holderOf(asking.persons[0]);
    for (let tries = 0; tries < PATIENCE; tries += 1) {
      const begun = this.#world.now();
      const had = this.#scene.oracle.has(holder);
      const outcome = await this.#scene.take(asking);
      if (outcome.outcome === "full")
        this.#scene.oracle.tellFull(
          holder,
          asking.leaves,
          asking.team ? 1 : asking.persons.length,
          begun,
          had && this.#scene.oracle.has(holder),
        );
      if (outcome.outcome === "taken" || outcome.outcome === "entered" || outcome.outcome === "served")
        this.#scene.oracle.tell(
          this.#scene.oracle.servedTimes(asking.key) === 1,
          `${asking.key} was told ${outcome.outcome} without an effect`,
        );
      if (outcome.outcome === "unsettled" && !isAway(outcome.error)) throw outcome.error;
      if (outcome.outcome === "waiting" && outcome.servable) await this.#flow();
      if (outcome.outcome !== "unsettled" && outcome.outcome !== "rules-changed") return outcome.outcome;
      await this.#world.sleep(50 + this.#world.random() * 500);
    }
    this.#scene.oracle.tell(false, `${asking.key} was asked again and again and never settled`);
    return "unsettled";
  }

  async #askQueued(asking: Asking): Promise<Outcome["outcome"]> {
    const acceptedAt = new Date(Math.floor(this.#world.now())).toISOString();
    const begun = this.#world.now();
    const copies = this.#chance(0.1) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1)
      this.#queue.push({ asking, acceptedAt, visibleAt: begun + this.#world.random() * 200 });
    for (let tries = 0; tries < 4 * PATIENCE; tries += 1) {
      await this.#world.sleep(500 + this.#world.random() * 1_500);
      const verdict = await insist(this.#world, () => this.#poll(asking, acceptedAt, begun));
      if (verdict) return verdict;
    }
    this.#scene.oracle.tell(false, `${asking.key} was accepted and never served`);
    return "unsettled";
  }

  /** As the asker of a ticket does: the counters first, since what is full may be so because of this request. */
  async #poll(asking: Asking, acceptedAt: string, begun: number): Promise<Outcome["outcome"] | undefined> {
    const { store } = this.#scene.kernel;
    const zeros = await store.readZeros(this.#scene.allotment);
    const standing = await this.#scene.find(asking.persons[0]);
    if (standing?.served[asking.key]) return "served";
    const told = (counter: string) => {
      const zero = zeros[counter];
      return zero !== undefined && refusedForGood({ acceptedAt, joins: asking.joins }, zero);
    };
    if (!asking.leaves.every(told) && !told("total")) return this.#verdicts.get(asking.key);
    // What has flowed back may have been seen empty a second before; the rest was at the instant it was told.
    const since = begun - (this.#play.shape.flowsBack ? FULL_AGE_MS : 1);
    const again = await this.#scene.find(asking.persons[0]);
    if (again?.served[asking.key]) return "served";
    if (again && again.state !== "released") return "held";
    this.#scene.oracle.tellFull(this.#scene.holderOf(asking.persons[0]), asking.leaves, 1, since, false);
    this.#toldFull.add(asking.key);
    return "full";
  }

  /** What a person does with what they got. */
  async #goOn(asking: Asking, outcome: Outcome["outcome"]): Promise<void> {
    if (!["taken", "entered", "served", "waiting"].includes(outcome)) return;
    const [person] = asking.persons;
    const step = (name: Move) =>
      insist(this.#world, () => this.#scene.move(person, name, `${asking.key}-${name}`));
    await this.#pause(1);
    const standing = await insist(this.#world, () => this.#scene.find(person));
    if (standing?.places !== undefined && standing.state !== "released" && this.#chance(0.5))
      await this.#substitute(standing, asking.key);
    switch (standing?.state) {
      case "held":
        if (this.#chance(0.7)) await step("confirm");
        break;
      case "offered":
        if (this.#chance(0.6)) await step(this.#chance(0.5) ? "accept" : "acceptHeld");
        else if (this.#chance(0.5)) await this.#giveBack(step);
        break;
      case "entered":
        if (this.#chance(0.2)) await step("withdraw");
        break;
      case "waiting":
        if (this.#chance(0.3)) await step("leave");
        break;
      default:
        if (this.#chance(0.6)) await this.#giveBack(step);
    }
  }

  /** A member of a team is replaced by whoever, now and then by two at once. */
  async #substitute({ party = [] }: Holder, key: string): Promise<void> {
    const [first = ""] = party;
    const goes = this.#oneOf(party);
    const times = this.#chance(0.3) ? [0, 1] : [0];
    await Promise.all(
      times.map((nth) => {
        const comes = `p${Math.floor(this.#world.random() * this.#play.persons)}`;
        return insist(this.#world, async () => {
          const { store } = this.#scene.kernel;
          const team = await store.findHolder(this.#scene.allotment, first);
          if (team) await this.#scene.substitute(team, goes, comes, `${key}-substitute-${nth}`);
        });
      }),
    );
    await this.#pause(0.2);
  }

  /** A place that is given back flows at once, unless whoever gives it is gone by then: the sweep makes that good. */
  async #giveBack(step: (name: Move) => Promise<string>): Promise<void> {
    await step("giveBack");
    await this.#flow();
  }

  async #flow(): Promise<void> {
    await this.#scene.promote().catch((error: unknown) => {
      if (!isAway(error) && !(error instanceof Stale)) throw error;
    });
  }

  async #worker(): Promise<void> {
    const memory = { known: new LaneMemory() };
    while (!this.#over) {
      await this.#world.sleep(200 + this.#world.random() * 300);
      const now = this.#world.now();
      const taken = this.#queue.filter(({ visibleAt }) => visibleAt <= now).slice(0, BATCH);
      for (const message of taken) message.visibleAt = now + VISIBILITY_MS;
      if (taken.length === 0) continue;
      const outcomes = await this.#scene.takeTogether(
        taken.map(({ asking, acceptedAt }) => this.#scene.request(asking, acceptedAt)),
        memory.known,
      );
      const crashed = outcomes.some((one) => one.outcome === "unsettled" && one.error instanceof Crashed);
      if (crashed) {
        // The process is gone with all it knew; its messages come back when their time is over.
        memory.known = new LaneMemory();
        continue;
      }
      for (const [at, message] of taken.entries()) this.#settle(message, outcomes[at] as Outcome);
    }
  }

  #settle(message: Queued, outcome: Outcome): void {
    if (outcome.outcome === "unsettled" && !isAway(outcome.error)) throw outcome.error;
    if (outcome.outcome === "unsettled" || outcome.outcome === "rules-changed") {
      message.visibleAt = this.#world.now() + 1_000;
      return;
    }
    const quiet = ["taken", "entered", "waiting", "served", "full"];
    if (!quiet.includes(outcome.outcome)) this.#verdicts.set(message.asking.key, outcome.outcome);
    // Now and then a message is delivered once more.
    if (this.#chance(0.05)) message.visibleAt = this.#world.now() + this.#world.random() * 20_000;
    else this.#queue.splice(this.#queue.indexOf(message), 1);
  }

  /** Every few seconds, and now and then it misses a run. */
  async #sweeper(): Promise<void> {
    while (!this.#over) {
      await this.#world.sleep(4_000);
      if (this.#chance(0.3)) continue;
      try {
        await this.#scene.expire();
        await this.#scene.promote();
      } catch (error) {
        if (!isAway(error) && !(error instanceof Stale)) throw error;
      }
    }
  }

  /** Decides on some of those who entered, now and then twice at once, and a last time when all have asked. */
  async #decider(decisions: NonNullable<Play["decisions"]>): Promise<void> {
    while (!this.#over) {
      await this.#world.sleep(500 + this.#world.random() * 3_000);
      const entered = [...this.#scene.oracle.holders.values()].filter(
        ({ state, party, holder }) => state === "entered" && (party?.[0] ?? holder) === holder,
      );
      const some = entered.map(({ holder }) => holder).filter(() => this.#chance(0.7));
      const how = this.#oneOf(decisions);
      const times = this.#chance(0.2) ? 2 : 1;
      await Promise.all(
        Array.from({ length: times }, () =>
          insist(this.#world, () => this.#scene.decide(some, how)).catch((error: unknown) => {
            if (!(error instanceof Stale)) throw error;
          }),
        ),
      );
      await this.#flow();
    }
  }

  async #organiser(changes: number): Promise<void> {
    const { shape, kinds = ["leaf", "whole", "rules", "lanes", "closed"] } = this.#play;
    for (let nth = 0; nth < changes && !this.#over; nth += 1) {
      await this.#pause(0.8);
      const leaf = this.#oneOf(Object.keys(shape.places));
      const count = this.#chance(0.5) ? 1 : -1;
      const lanes = 1 + Math.floor(this.#world.random() * 4);
      const whole = shape.total === undefined ? {} : { total: count };
      const change: Parameters<Scene["change"]>[0] = {
        leaf: { places: { [leaf]: count } },
        whole: { places: { [leaf]: count, ...whole } },
        rules: { bumps: true },
        lanes: { lanes },
        closed: { open: false },
        grow: { places: { [leaf]: 1, ...(shape.total !== undefined && { total: 1 }) }, lanes },
      }[this.#oneOf(kinds)];
      await insist(this.#world, () => this.#scene.change(change));
      if (change.open === false) {
        await this.#world.sleep(1_000);
        await insist(this.#world, () => this.#scene.change({ open: true }));
      }
      if (change.places) await this.#flow();
    }
  }
}

/** Plays one history and answers the scene, whose oracle tells what was wrong. */
export async function play(of: Play): Promise<Scene> {
  const world = new World(of.seed);
  return world.run(async () => {
    const options = typeof of.options === "function" ? of.options(world) : (of.options ?? {});
    const scene = await Scene.open(world, options, of.shape);
    await new Stage(of, scene).run();
    return scene;
  });
}
