import { createHash } from "node:crypto";
import { handOut, type Kernel } from "#shared/allotment/handOut.ts";
import { LaneMemory } from "#shared/allotment/laneMemory.ts";
import type { Outcome, TakeRequest } from "#shared/allotment/request.ts";
import { allotmentStore } from "#shared/allotment/store.ts";
import { draftEvent, publishEvent } from "#shared/registration/eventRules.ts";
import { eventInput } from "#shared/registration/eventSchemas.ts";
import type { SignUpMode } from "#shared/registration/model.ts";
import { admitSignUp } from "#shared/registration/rules.ts";
import { requestOf } from "#shared/registration/signUp.ts";
import type { PublishedEvent } from "#shared/registration/store.ts";
import { simulatedDatabase } from "#simulation/store.ts";
import { World } from "#simulation/world.ts";

/** What a place costs where so many people ask for half as many places. */
export interface PlaceCost {
  mode: SignUpMode;
  people: number;
  places: number;
  wcuPerPlace: number;
  indexWcuPerPlace: number;
  writeTripsPerPlace: number;
  rcuPerPerson: number;
}

/** As many holders as a transaction takes beside one lane. */
const BATCH = 99;
const WITHIN_MS = 60_000;
/** How long the queue gathers; the worker then serves all that came. */
const WINDOW_MS = 1_000;

const GROUP = "grp_01JZ0000000000000000000000";
const opening = (mode: SignUpMode, capacity: number) =>
  eventInput.parse({
    name: "太湖国际马拉松",
    sport: "马拉松",
    town: "七都镇",
    venue: "太湖大堤",
    startsAt: "2026-10-18T00:00:00Z",
    endsAt: "2026-10-18T08:00:00Z",
    signUpOpensAt: "2026-06-01T00:00:00Z",
    signUpClosesAt: "2026-09-01T00:00:00Z",
    mode,
    groups: [{ name: "全程", capacity, minAge: 20 }],
  });

const personOf = (nth: number): string => `per_${String(nth).padStart(26, "0")}`;
/** Scattered like the service's own holder keys, which a secret makes. */
const holderOf = (person: string): string => createHash("sha256").update(person).digest("hex").slice(0, 24);
const shared = (units: number, among: number): number => Math.round((units / among) * 10_000) / 10_000;

/** An event of the registration context on a simulated store, and whoever asks for its places. */
class Opening {
  readonly #world = new World(1);
  readonly #db = simulatedDatabase(this.#world);
  readonly #kernel: Kernel = {
    db: this.#db,
    store: allotmentStore(this.#db, "registration"),
    now: () => new Date(Math.floor(this.#world.now())),
    random: this.#world.random,
  };
  readonly #event: PublishedEvent;
  readonly #people: number;
  readonly #places: number;
  readonly #parts: Parameters<Kernel["db"]["commit"]>[0];
  #taken = 0;

  constructor(mode: SignUpMode, people: number) {
    this.#people = people;
    this.#places = people / 2;
    const ids = { eventId: "evt_01JZ0000000000000000000000", newGroupId: () => GROUP };
    const draft = draftEvent(opening(mode, this.#places), "org-association", ids);
    const { published, shape, places } = publishEvent(draft, this.#kernel.now());
    const { version } = published;
    const { allotment, parts } = this.#kernel.store.planOpening(shape, places, version, "00000001");
    this.#event = { ...published, allotment };
    this.#parts = parts;
  }

  run(): Promise<PlaceCost> {
    return this.#world.run(async () => {
      await this.#kernel.db.commit(this.#parts);
      this.#db.resetCosts();
      await (this.#event.mode === "queued" ? this.#inTurn() : this.#atOnce());
      if (this.#taken !== this.#places)
        throw new Error(`${this.#taken} of ${this.#places} places were taken`);
      const { wcu, indexWcu, rcu, transactions } = this.#db.costs;
      return {
        mode: this.#event.mode,
        people: this.#people,
        places: this.#places,
        wcuPerPlace: shared(wcu, this.#places),
        indexWcuPerPlace: shared(indexWcu, this.#places),
        writeTripsPerPlace: shared(transactions, this.#places),
        rcuPerPerson: shared(rcu, this.#people),
      };
    });
  }

  async #atOnce(): Promise<void> {
    for (let nth = 0; nth < this.#people; nth += 1) {
      if (nth % 100 === 0) await this.#world.sleep((100 * WITHIN_MS) / this.#people);
      this.#count(await handOut(this.#kernel, this.#event.allotment, [this.#asked(nth)]));
    }
  }

  async #inTurn(): Promise<void> {
    const memory = new LaneMemory();
    const perWindow = Math.ceil((this.#people * WINDOW_MS) / WITHIN_MS);
    for (let first = 0; first < this.#people; first += perWindow) {
      const came = Math.min(perWindow, this.#people - first);
      const acceptedAt = this.#kernel.now().toISOString();
      const waiting = Array.from({ length: came }, (_, at) => this.#asked(first + at, acceptedAt));
      await this.#world.sleep(WINDOW_MS);
      for (let at = 0; at < came; at += BATCH)
        this.#count(
          await handOut(this.#kernel, this.#event.allotment, waiting.slice(at, at + BATCH), { memory }),
        );
    }
  }

  #asked(nth: number, acceptedAt?: string): TakeRequest {
    const personId = personOf(nth);
    const now = this.#kernel.now();
    const participant = {
      personId,
      birthDate: "1990-03-07",
      sex: "female",
      idType: "resident-id",
      verification: "verified",
      as: "self",
    } as const;
    const command = { groupId: GROUP, waitlist: false, consents: [] };
    const application = admitSignUp(this.#event, [participant], command, {
      signedUpBy: personId,
      attempts: 0,
      now,
    });
    const key = { id: String(nth).padStart(22, "0"), body: "0".repeat(22) };
    return requestOf(this.#event, application, [holderOf(personId)], { key }, acceptedAt);
  }

  #count(outcomes: readonly Outcome[]): void {
    for (const { outcome } of outcomes) {
      if (outcome === "taken") this.#taken += 1;
      else if (outcome !== "full") throw new Error(`somebody was told ${outcome}`);
    }
  }
}

export const placeCost = (mode: SignUpMode, people: number): Promise<PlaceCost> =>
  new Opening(mode, people).run();
