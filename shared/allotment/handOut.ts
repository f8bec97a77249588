import { Contended, type Database, type Failed, type Item, type Part } from "#shared/platform/database.ts";
import { Batch } from "./batch.ts";
import type { Known, Owner } from "./known.ts";
import { LaneMemory } from "./laneMemory.ts";
import { type Allotment, type Holder, type Lane, TOTAL } from "./model.ts";
import { mayBeRefusedForGood, type Outcome, refusedForGood, type TakeRequest } from "./request.ts";
import { type AllotmentStore, holderOf, type SoldOut } from "./store.ts";

/** What the kernel works with: the store, and time and chance of whoever runs it. */
export interface Kernel {
  db: Database;
  store: AllotmentStore;
  now(): Date;
  random(): number;
}

/** How often in a row a batch may come to nothing before that is called contention. */
const FRUITLESS = 20;
/** How often in a row a batch goes to another lane before it waits for the one it met others at. */
const EVASIONS = 3;
/** How old what is known of lane 0 may be when a queue is told "full"; the store verifies it when it is marked. */
const LATELY_MS = 1_000;

interface Refused {
  work: Work;
  because: readonly SoldOut[];
}

interface Work {
  request: TakeRequest;
  outcome?: Outcome;
}

/**
 * Hands out places of one allotment: group commit with a batch of one or more. Exact under any race: whatever is
 * decided here is verified by a condition in the one write that makes it so, and every lost race is judged again on
 * what then stands. The outcomes are in the order of the requests. Never throws for the store: a request whose fate
 * is unknown is `unsettled`, and repeating it under its key finds or makes its effect.
 * @param known what the caller has read already, or remembers of the counters; the rest is read
 */
export async function handOut(
  kernel: Kernel,
  allotment: Allotment,
  requests: readonly TakeRequest[],
  known: { memory?: LaneMemory; holders?: ReadonlyMap<string, Holder | undefined> } = {},
): Promise<Outcome[]> {
  const works = requests.map((request): Work => ({ request }));
  const inTurn = works.toSorted((a, b) => askedBefore(a.request, b.request));
  const round = new Round(kernel, allotment, known);
  let fruitless = 0;
  for (let left = inTurn; left.length > 0; left = left.filter(({ outcome }) => !outcome)) {
    try {
      const fruitful = await round.work(left);
      fruitless = fruitful ? 0 : fruitless + 1;
      if (fruitless >= FRUITLESS) throw new Contended("lost every race for a place");
    } catch (error) {
      for (const work of left) work.outcome ??= { outcome: "unsettled", error };
    }
  }
  return works.map(({ outcome }) => outcome as Outcome);
}

const askedBefore = (a: TakeRequest, b: TakeRequest): number => {
  const [first = "", second = ""] = [a.acceptedAt, b.acceptedAt];
  if (first === second) return 0;
  return first < second ? -1 : 1;
};

/** Everything known to one call, from its first read to its last write. */
class Round {
  readonly #kernel: Kernel;
  readonly #allotment: Allotment;
  readonly #memory: LaneMemory;
  readonly #begun: number;
  readonly #holders: Map<string, Holder | undefined>;
  /** How much was learnt of the lanes in this call, and when each holder was read in terms of it. */
  #learnt = 0;
  /** Conflicts in a row, and the holders at which the last one was: they are read anew, after the others. */
  #conflicts = 0;
  readonly #met = new Set<string>();
  readonly #readAt = new Map<string, number>();
  readonly #guards = new Map<string, Item | undefined>();

  constructor(
    kernel: Kernel,
    allotment: Allotment,
    known: { memory?: LaneMemory; holders?: ReadonlyMap<string, Holder | undefined> },
  ) {
    this.#kernel = kernel;
    this.#allotment = allotment;
    this.#memory = known.memory ?? new LaneMemory();
    this.#holders = new Map(known.holders);
    this.#begun = kernel.now().getTime();
  }

  /** One batch. Answers whether anything came of it: an outcome, or something learnt. */
  async work(works: readonly Work[]): Promise<boolean> {
    await this.#inform(works);
    const batch = new Batch(this.#known(), this.#kernel.store);
    const soldOut: Refused[] = [];
    const inBatch: Work[] = [];
    let settled = false;
    // What is learnt counts as progress too: it is what the next batch stands on.
    const met = new Set(this.#met);
    for (const work of works) {
      if (works.length > met.size && work.request.members.some(({ holder }) => met.has(holder))) {
        for (const { holder } of work.request.members) this.#holders.delete(holder);
        continue;
      }
      const judged = batch.add(work.request);
      if (judged.verdict === "later") for (const counter of judged.doubt ?? []) this.#doubt(counter);
      else if (judged.verdict !== "refuse") inBatch.push(work);
      else if (judged.outcome.outcome === "full" && this.#outrun(work.request)) {
        for (const { holder } of work.request.members) this.#holders.delete(holder);
        settled = true;
      } else if (judged.soldOut?.some(({ counter }) => this.#untold(work.request, counter)))
        soldOut.push({ work, because: judged.soldOut });
      else {
        work.outcome = judged.outcome;
        settled = true;
      }
    }
    if (soldOut.length > 0) settled = (await this.#tellSoldOut(soldOut)) || settled;
    if (inBatch.length === 0) return settled;
    const parts = batch.parts();
    const failed = await this.#attempt(parts);
    if (failed === "conflict") return true;
    if (failed.size > 0) return this.#learn(parts, failed, inBatch) || settled;
    batch.remember();
    for (const [at, work] of inBatch.entries()) work.outcome = batch.entries[at]?.outcome as Outcome;
    return true;
  }

  #known(): Known {
    const now = this.#kernel.now();
    return {
      allotment: this.#allotment,
      memory: this.#memory,
      holderOf: (holder) => this.#holders.get(holder),
      guardOf: ({ key }) => this.#guards.get(nameOf(key)),
      now,
      begun: this.#begun,
      random: this.#kernel.random,
      fresh: (counter, when) => {
        const seenAt = this.#memory.seenAt(counter);
        if (!this.#memory.knowsAll(counter)) return false;
        return seenAt >= (when === "now" ? this.#begun : Math.min(this.#begun, now.getTime() - LATELY_MS));
      },
    };
  }

  #doubt(counter: string): void {
    if (this.#memory.unknown(counter).length === 0) this.#memory.doubt(counter);
  }

  /**
   * Reads what is not known yet: the lanes before the holders, so that whoever got the last place is seen to have it
   * when the lanes say that nothing is left. Holders and guards are read once in a call.
   */
  async #inform(works: readonly Work[]): Promise<void> {
    const requests = works.map(({ request }) => request);
    const counters = countersIn(
      this.#allotment,
      requests.filter(({ enters }) => !enters),
    );
    await this.#readLanes(counters);
    await this.#readGates(requests);
    const holders = [
      ...new Set(requests.flatMap(({ members }) => members.map(({ holder }) => holder))),
    ].filter((holder) => !this.#holders.has(holder));
    const guards = new Map(
      requests.flatMap(({ guards = [] }) => guards.map(({ key }) => [nameOf(key), key] as const)),
    );
    const items = [...guards].flatMap(([name, key]) => (this.#guards.has(name) ? [] : [key]));
    if (holders.length + items.length === 0) return;
    const read = await this.#kernel.store.read(this.#allotment, { holders, items });
    for (const [at, holder] of holders.entries()) {
      this.#holders.set(holder, read.holders[at]);
      this.#readAt.set(holder, this.#learnt);
    }
    for (const [at, key] of items.entries()) this.#guards.set(nameOf(key), read.items[at]);
  }

  async #readLanes(counters: readonly string[]): Promise<void> {
    const lanes = counters.flatMap((counter) =>
      this.#memory.unknown(counter).map((lane) => ({ counter, lane })),
    );
    if (lanes.length === 0) return;
    const read = await this.#kernel.store.read(this.#allotment, { lanes });
    const now = this.#kernel.now().getTime();
    this.#learnt += 1;
    for (const [at, { counter, lane }] of lanes.entries())
      this.#memory.learn(counter, lane, read.lanes[at], now);
    // Lane 0 tells how many lanes there are; where it told of more, they are read now.
    if (counters.some((counter) => this.#memory.zero(counter) && this.#memory.unknown(counter).length > 0))
      await this.#readLanes(counters);
  }

  /** Of the counters at which somebody enters only lane 0 is read: it tells the rules and how many lanes there are. */
  async #readGates(requests: readonly TakeRequest[]): Promise<void> {
    const gates = new Set(
      requests.flatMap(({ enters, leaves }) => (enters ? [leaves.at(-1) as string] : [])),
    );
    const unread = [...gates].filter(
      (counter) => !this.#memory.zero(counter) || this.#memory.isDoubted(counter),
    );
    if (unread.length === 0) return;
    const lanes = unread.map((counter) => ({ counter, lane: 0 }));
    const read = await this.#kernel.store.read(this.#allotment, { lanes });
    const now = this.#kernel.now().getTime();
    this.#learnt += 1;
    for (const [at, counter] of unread.entries()) this.#memory.learn(counter, 0, read.lanes[at], now);
  }

  /** Whether lanes were learnt after a member was read: it may have got the place that is now missing. */
  #outrun({ members }: TakeRequest): boolean {
    return members.some(({ holder }) => (this.#readAt.get(holder) ?? 0) < this.#learnt);
  }

  /**
   * Writes the batch. Who meets another writer at a lane goes to another lane; who meets one at a holder, where a
   * repeated request is served beside this one, leaves that request for later; as long as that helps.
   */
  async #attempt(parts: readonly { part: Part; owner: Owner }[]): Promise<Failed | "conflict"> {
    const elsewhere = parts.some(
      ({ owner }) => owner.kind === "lane" && this.#memory.places(owner.counter).length > 1,
    );
    const patient = !elsewhere || this.#conflicts >= EVASIONS;
    this.#met.clear();
    try {
      const failed = await this.#kernel.db.attempt(
        parts.map(({ part }) => part),
        patient ? undefined : 1,
      );
      this.#conflicts = 0;
      return failed;
    } catch (error) {
      if (!(error instanceof Contended) || patient) throw error;
      this.#conflicts += 1;
      for (const index of error.at) {
        const owner = parts[index]?.owner;
        if (owner?.kind === "lane") this.#memory.avoid(owner.counter, owner.lane);
        if (owner?.kind === "holder") this.#met.add(owner.holder);
      }
      return "conflict";
    }
  }

  /** From conditions that failed: how the items stand. Answers whether a request is settled by it. */
  #learn(parts: readonly { owner: Owner }[], failed: Failed, works: readonly Work[]): boolean {
    let settled = false;
    this.#learnt += 1;
    for (const [at, standing] of failed) {
      const owner = parts[at]?.owner;
      if (owner?.kind === "holder") {
        this.#holders.set(owner.holder, holderOf(standing));
        this.#readAt.set(owner.holder, this.#learnt);
      }
      if (owner?.kind === "guard") this.#guards.set(nameOf(owner.guard.key), standing);
      if (owner?.kind === "lane") this.#memory.leave(owner.counter, owner.lane);
      if (owner?.kind === "lane")
        this.#memory.learn(
          owner.counter,
          owner.lane,
          standing as unknown as Lane | undefined,
          this.#kernel.now().getTime(),
        );
      if (owner?.kind === "other") {
        const work = works.find(({ request }) => request === owner.request);
        const error = owner.part.refused?.(standing) ?? new Error("a condition failed that has no meaning");
        if (work) work.outcome = { outcome: "refused", error };
        settled = true;
      }
    }
    return settled;
  }

  /**
   * Whether this refusal must be written down: for those still queued, and so that nobody reads every lane again to
   * find them empty.
   */
  #untold(request: TakeRequest, counter: string): boolean {
    const zero = this.#memory.zero(counter) as Lane;
    if (mayBeRefusedForGood(request)) return !refusedForGood(request, zero);
    return zero.lanes > 1 && zero.emptied !== zero.layout;
  }

  /** Marks that nothing is left, if that still is so; who is then refused gets nothing later. */
  async #tellSoldOut(refused: readonly Refused[]): Promise<boolean> {
    const { db, store, now } = this.#kernel;
    // A counter of which a request was told already may have got places since: it needs no proof.
    const proofs = new Map<string, Set<SoldOut["proof"]>>();
    for (const { work, because } of refused)
      for (const { counter, proof } of because)
        if (this.#untold(work.request, counter))
          proofs.set(counter, (proofs.get(counter) ?? new Set()).add(proof));
    const asked = refused.map(({ work }) => work.request.acceptedAt ?? "");
    const at = [now().toISOString(), ...asked].sort().at(-1) as string;
    const marks = [...proofs].map(([counter, of]) => {
      const { layout } = this.#memory.zero(counter) as Lane;
      const part = store.planSoldOut(this.#allotment, counter, of, layout, at);
      return { counter, part, told: { soldOutAt: at, ...(!of.has("kept") && { emptied: layout }) } };
    });
    const failed = await db.attempt(marks.map(({ part }) => part));
    for (const [index, { counter, told }] of marks.entries()) {
      const standing = failed.get(index) as unknown as Lane | undefined;
      if (standing) this.#memory.learn(counter, 0, standing, now().getTime());
      else if (failed.size === 0) this.#memory.mark(counter, told);
    }
    if (failed.size > 0) return false;
    for (const { work } of refused) work.outcome = { outcome: "full" };
    return true;
  }
}

const nameOf = ({ pk, sk }: { pk: string; sk: string }): string => `${pk}\n${sk}`;

function countersIn(allotment: Allotment, requests: readonly TakeRequest[]): string[] {
  const leaves = new Set(requests.flatMap(({ leaves: drawn }) => drawn));
  const back = Object.entries(allotment.flowsBack ?? {}).flatMap(([leaf, { to }]) =>
    leaves.has(to) ? [leaf] : [],
  );
  return [...new Set([...leaves, ...back, ...(allotment.total ? [TOTAL] : [])])];
}
