import { handOut, type Kernel } from "#shared/allotment/handOut.ts";
import { LaneMemory } from "#shared/allotment/laneMemory.ts";
import { type Allotment, type Lane, shardsFor } from "#shared/allotment/model.ts";
import type { Guard, TakeRequest } from "#shared/allotment/request.ts";
import { allotmentStore } from "#shared/allotment/store.ts";
import { usualLatency } from "#simulation/latency.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";
import { arrivals, type Crowd, Environments, edge, TokenBucket } from "./crowd.ts";
import { Deliveries } from "./queue.ts";

const table = "registration";
const LEAF = "leaf";
/** A design that cannot keep up is not waited for. */
const SUSTAINED_MS = 10_000;

/** What a design is tried with. */
export interface Trial {
  design: string;
  mode: "direct" | "queued";
  places: number;
  crowd: Crowd;
  partitions: number;
  lanes: number;
  workers: number;
  /** One guard for each request, as with limits of a person. */
  guarded: boolean;
  seed: number;
}

export interface Result {
  design: string;
  places: number;
  people: number;
  partitions: number;
  lanes: number;
  workers: number;
  guards: number;
  /** Seconds from the moment at which as many had come as there are places until none was left; none when never. */
  goneAfterS: number | undefined;
  /** From being accepted to having the place, of those who got one; without the poll that tells them. */
  p50Ms: number;
  p99Ms: number;
  /** The same beyond the window in which the queue gathers. */
  p99BeyondWindowMs: number;
  /** Requests that ended as an error, gateway's 429 apart: those come back and are counted here beside. */
  errors: number;
  throttledAtGateway: number;
  wcuPerPlace: number;
  indexWcuPerPlace: number;
  writesPerPlace: number;
  /** Transactions that came to nothing: for a condition, for another writer, for a partition's limit. */
  cancelled: number;
  conflicts: number;
  throttled: number;
  rcuPerPerson: number;
  outOfOrderPct: number;
  oversold: number;
  stranded: number;
  duplicated: number;
  wrongFull: number;
  timeline: { second: number; asked: number; served: number }[];
}

interface Person {
  at: number;
  request: TakeRequest;
  acceptedAt?: number;
  servedAt?: number;
  told?: "place" | "full" | "error";
}

const holderOf = (person: number): string => {
  // Holder keys are scattered by a MAC in service; here by a multiplicative hash of the number.
  const scattered = Math.imul(person + 1, 0x9e3779b1) >>> 0;
  return scattered.toString(16).padStart(8, "0") + person.toString(16).padStart(16, "0");
};

const guardOf = (person: number): Guard => {
  const key = { pk: `GUARD#${person}`, sk: "GUARD" };
  return {
    key,
    plan: (standing) => ({
      table,
      write: {
        Put: {
          Item: { ...key, version: Number(standing?.["version"] ?? 0) + 1, claims: 1, held: 1 },
          ConditionExpression: standing ? "version = :was" : "attribute_not_exists(pk)",
          ...(standing && { ExpressionAttributeValues: { ":was": standing["version"] } }),
        },
      },
    }),
  };
};

/** About what a registration records, so that sizes are right. */
const claimOf = (person: number) => ({
  eventId: "evt_01JZ0000000000000000000000",
  groupId: "grp_01JZ0000000000000000000000",
  participantId: `per_${String(person).padStart(26, "0")}`,
  signedUpBy: `per_${String(person).padStart(26, "0")}`,
  status: "confirmed",
  signedUpAt: "2026-06-10T04:00:00.000Z",
  consents: ["waiver@2026-01"],
});

function requestOf(person: number, guarded: boolean): TakeRequest {
  const claim = claimOf(person);
  return {
    members: [{ holder: holderOf(person), owner: claim.participantId, ownerSort: claim.signedUpAt }],
    leaves: [LEAF],
    rules: 1,
    key: { id: `key-${person}`.padEnd(22, "."), body: "body".padEnd(22, ".") },
    ...(guarded && { guards: [guardOf(person)] }),
    record: () => ({ claim, answer: { ...claim, registrationId: "reg_01JZ0000000000000000000000" } }),
  };
}

/** One rush in virtual time through the kernel's own code; two runs of a trial give the same result. */
export class Rush {
  readonly #trial: Trial;
  readonly #world: World;
  readonly #kernel: Kernel;
  readonly #db: ReturnType<typeof simulatedDatabase>;
  readonly #gateway: TokenBucket;
  readonly #queue: Deliveries<Person>;
  readonly #http: Environments<{ zero?: Lane; readAt: number }>;
  #allotment: Allotment | undefined;
  #people: Person[] = [];
  #throttled = 0;
  #wrongFull = 0;
  #goneAt: number | undefined;
  #left = 0;
  #started = 0;

  constructor(trial: Trial) {
    this.#trial = trial;
    this.#world = new World(trial.seed);
    this.#db = simulatedDatabase(this.#world, {
      latency: usualLatency,
      partitions: trial.partitions,
      indexLagMs: 200,
    });
    const now = () => new Date(Math.floor(this.#world.now()));
    this.#kernel = {
      db: this.#db,
      store: allotmentStore(this.#db, table),
      now,
      random: () => this.#world.random(),
    };
    this.#gateway = new TokenBucket(this.#world, edge.gateway);
    this.#queue = new Deliveries(this.#world);
    this.#http = new Environments(this.#world, () => ({ readAt: Number.NEGATIVE_INFINITY }));
  }

  run(): Promise<Result> {
    return this.#world.run(async () => {
      await this.#open();
      const opening = this.#world.now();
      const times = arrivals(this.#world, this.#trial.crowd);
      this.#people = [...times].map((at, person) => ({
        at,
        request: requestOf(person, this.#trial.guarded),
      }));
      const workers =
        this.#trial.mode === "queued"
          ? Array.from({ length: this.#trial.workers }, () => this.#worker())
          : [];
      await Promise.all(this.#people.map((person) => this.#comes(person)));
      this.#queue.end();
      await Promise.all(workers);
      return this.#result(opening);
    });
  }

  /** Places handed out a second while more ask than can be served: everybody at once, and a place for each. */
  sustained(): Promise<number> {
    const { crowd, mode, workers, guarded } = this.#trial;
    const people = Math.min(crowd.people, 100_000);
    return this.#world.run(async () => {
      await this.#open(people);
      const opening = this.#world.now();
      this.#people = Array.from({ length: people }, (_, person) => ({
        at: 0,
        acceptedAt: opening,
        request: requestOf(person, guarded),
      }));
      if (mode === "queued") {
        for (const person of this.#people) this.#queue.send(person);
        this.#queue.end();
        await Promise.all(Array.from({ length: workers }, () => this.#worker()));
      } else await this.#inRows(400);
      const served = this.#people.filter(({ told }) => told === "place").length;
      return Math.round(served / ((this.#world.now() - opening) / 1_000));
    });
  }

  /** So many at a time, each as soon as another is answered. */
  async #inRows(rows: number): Promise<void> {
    let next = 0;
    const row = async () => {
      for (let person = this.#people[next]; person; person = this.#people[next]) {
        next += 1;
        const [outcome] = await handOut(this.#kernel, this.#allotment as Allotment, [person.request]);
        this.#settle(person, outcome?.outcome ?? "unsettled");
        if (this.#world.now() - this.#started > SUSTAINED_MS) return;
      }
    };
    await Promise.all(Array.from({ length: rows }, row));
  }

  async #open(places = this.#trial.places): Promise<void> {
    const { lanes, mode } = this.#trial;
    const shape = {
      subject: "subject",
      leaves: [LEAF],
      total: false,
      shards: shardsFor(places, mode === "queued"),
      lanes,
    };
    const { allotment, parts } = this.#kernel.store.planOpening(shape, { [LEAF]: places }, 1, "00000001");
    await this.#db.commit(parts);
    this.#allotment = allotment;
    this.#left = places;
    this.#started = this.#world.now();
    this.#db.resetCosts();
    this.#db.onCommit((committed) => {
      for (const { key, before, after } of committed)
        if (key.pk.startsWith("LANE#"))
          this.#left += Number(after?.["places"] ?? 0) - Number(before?.["places"] ?? 0);
      if (this.#left <= 0) this.#goneAt ??= this.#world.now();
    });
  }

  async #comes(person: Person): Promise<void> {
    const { random, sleep } = this.#world;
    await sleep(person.at);
    const twice = random() < this.#trial.crowd.twice;
    await Promise.all([
      this.#presses(person),
      ...(twice ? [sleep(300).then(() => this.#presses(person))] : []),
    ]);
  }

  /** A press, and after a 429 another when it says so. */
  async #presses(person: Person): Promise<void> {
    for (;;) {
      const answered = this.#gateway.take()
        ? await this.#http.run((memory) => this.#signUp(person, memory))
        : undefined;
      if (answered) return;
      this.#throttled += 1;
      await this.#world.sleep(1_000 + this.#world.random() * 2_000);
    }
  }

  async #signUp(person: Person, memory: { zero?: Lane; readAt: number }): Promise<true> {
    const { store } = this.#kernel;
    const allotment = this.#allotment as Allotment;
    person.acceptedAt ??= this.#world.now();
    if (this.#trial.mode === "direct") {
      const [outcome] = await handOut(this.#kernel, allotment, [person.request]);
      this.#settle(person, outcome?.outcome ?? "unsettled");
      return true;
    }
    // As shared/registration/attempt.ts: what is known of the counters first, then the holder.
    if (this.#world.now() - memory.readAt > 1_000) {
      memory.readAt = this.#world.now();
      memory.zero = (await store.readZeros(allotment))[LEAF] as Lane;
    }
    const { zero } = memory;
    const { holders } = await store.read(allotment, { holders: [person.request.members[0].holder] });
    if (holders[0]) return true;
    if (zero && zero.emptied === zero.layout && zero.places <= 0) {
      this.#settle(person, "full");
      return true;
    }
    await this.#world.sleep(edge.sendMs);
    this.#queue.send(person);
    return true;
  }

  #settle(person: Person, outcome: string): void {
    if (outcome === "taken") {
      person.servedAt ??= this.#world.now();
      person.told = "place";
    } else if (outcome === "full") {
      if (this.#left > 0 || person.told === "place") this.#wrongFull += 1;
      person.told ??= "full";
    } else if (outcome === "unsettled") person.told ??= "error";
  }

  #worker(): Promise<void> {
    const memory = new LaneMemory();
    return this.#queue.work(async (people) => {
      const requests = people.map(({ request, acceptedAt = 0 }) => ({
        ...request,
        acceptedAt: new Date(acceptedAt).toISOString(),
      }));
      const outcomes = await handOut(this.#kernel, this.#allotment as Allotment, requests, { memory });
      const again: Person[] = [];
      for (const [at, person] of people.entries()) {
        const outcome = outcomes[at];
        if (outcome?.outcome === "unsettled") again.push(person);
        else this.#settle(person, outcome?.outcome ?? "unsettled");
      }
      return again;
    });
  }

  #result(opening: number): Result {
    const { design, places, crowd, partitions, lanes, workers, guarded, mode } = this.#trial;
    const winners = this.#people.filter(({ told }) => told === "place");
    const waits = winners
      .map(({ acceptedAt = 0, servedAt = 0 }) => servedAt - acceptedAt)
      .sort((a, b) => a - b);
    const quantile = (of: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * of))] ?? 0;
    const enough = opening + (this.#people[places - 1]?.at ?? 0);
    const accepted = this.#people
      .filter(({ acceptedAt }) => acceptedAt !== undefined)
      .sort((a, b) => (a.acceptedAt ?? 0) - (b.acceptedAt ?? 0));
    const first = new Set(accepted.slice(0, places));
    const holders = new Set<string>();
    let held = 0;
    for (const item of this.#db.items(table))
      if (String(item["pk"]).startsWith("HOLDER#") && item["state"] === "active") {
        held += 1;
        holders.add(String(item["sk"]));
      }
    const { wcu, indexWcu, transactions, rcu, cancelled, conflicts, throttled } = this.#db.costs;
    const seconds = Math.ceil(crowd.withinMs / 1_000);
    const at = (time: number) => Math.floor((time - opening) / 1_000);
    return {
      design,
      places,
      people: crowd.people,
      partitions,
      lanes,
      workers: mode === "queued" ? workers : 0,
      guards: guarded ? 1 : 0,
      goneAfterS: this.#goneAt === undefined ? undefined : round((this.#goneAt - enough) / 1_000, 2),
      p50Ms: Math.round(quantile(0.5)),
      p99Ms: Math.round(quantile(0.99)),
      p99BeyondWindowMs: Math.max(0, Math.round(quantile(0.99) - (mode === "queued" ? edge.window.ms : 0))),
      errors: this.#people.filter(({ told }) => told === "error" || told === undefined).length,
      throttledAtGateway: this.#throttled,
      wcuPerPlace: round(wcu / held, 2),
      indexWcuPerPlace: round(indexWcu / held, 2),
      writesPerPlace: round(transactions / held, 3),
      cancelled,
      conflicts,
      throttled,
      rcuPerPerson: round(rcu / crowd.people, 2),
      outOfOrderPct: round(
        (100 * winners.filter((one) => !first.has(one)).length) / Math.max(1, winners.length),
        2,
      ),
      oversold: Math.max(0, held - places),
      stranded: Math.max(0, Math.min(places, crowd.people) - held),
      duplicated: held - holders.size,
      wrongFull: this.#wrongFull,
      timeline: Array.from({ length: Math.min(seconds, 20) }, (_, second) => ({
        second,
        asked: this.#people.filter((one) => Math.floor(one.at / 1_000) === second).length,
        served: winners.filter(({ servedAt = 0 }) => at(servedAt) === second).length,
      })),
    };
  }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
