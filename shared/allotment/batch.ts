import type { Part } from "#shared/platform/database.ts";
import type { Draw } from "./drawFrom.ts";
import type { Known, Owner } from "./known.ts";
import { LaneChanges } from "./laneChanges.ts";
import { drawable, flowedBackTo, type Holder, holdEntry, type Lane, queueEntry, TOTAL } from "./model.ts";
import {
  type Member,
  mayBeRefusedForGood,
  type Outcome,
  refusedByHolders,
  refusedForGood,
  type Standing,
  type TakeRequest,
  wantedBy,
} from "./request.ts";
import type { AllotmentStore, SoldOut } from "./store.ts";

/** DynamoDB's bound on a transaction. */
const ITEMS = 100;

type Judged =
  | { verdict: "take"; leaf: string; draws: Draw[] }
  | { verdict: "join"; because: readonly SoldOut[] }
  | { verdict: "enter"; lane: number }
  | { verdict: "refuse"; outcome: Outcome; soldOut?: readonly SoldOut[] }
  /** Not in this batch, or not before these counters were read anew. */
  | { verdict: "later"; doubt?: readonly string[] };

/**
 * One transaction for as many requests as it holds: a write per holder, one per lane touched whatever the number of
 * places taken from it, and one per guard. Nothing is decided here that a condition does not verify.
 */
export class Batch {
  readonly #known: Known;
  readonly #store: Pick<AllotmentStore, "planHolder" | "table">;
  readonly #lanes: LaneChanges;
  readonly #spent = new Map<string, number>();
  readonly #own: { part: Part; owner: Owner }[] = [];
  readonly #busy = new Set<string>();
  /** The lane of each counter on which this batch draws. */
  readonly #drawn = new Map<string, number>();
  readonly entries: { request: TakeRequest; outcome: Outcome }[] = [];

  constructor(known: Known, store: Pick<AllotmentStore, "planHolder" | "table">) {
    this.#known = known;
    this.#store = store;
    this.#lanes = new LaneChanges(known.allotment);
  }

  /**
   * Takes a request into the batch, or says what else becomes of it: an outcome, `later` when it must wait for
   * another batch, or the counters that must be read anew before it can be judged.
   */
  add(request: TakeRequest): Judged {
    const refused = refusedByHolders(request, this.#known.holderOf);
    if (refused) return { verdict: "refuse", outcome: refused };
    const names = [
      ...request.members.map(({ holder }) => holder),
      ...(request.guards ?? []).map(({ key: { pk, sk } }) => `${pk}\n${sk}`),
    ];
    // The same item twice voids the whole transaction.
    if (names.some((name) => this.#busy.has(name))) return { verdict: "later" };
    const judged = request.enters ? this.#judgeEntry(request) : this.#judge(request);
    if (judged.verdict === "refuse" || judged.verdict === "later") return judged;
    if (!this.#fits(request, judged)) return { verdict: "later" };
    let guarded: { part: Part; owner: Owner }[];
    try {
      guarded = (request.guards ?? []).map((guard) => ({
        part: guard.plan(this.#known.guardOf(guard)),
        owner: { kind: "guard", guard },
      }));
    } catch (error) {
      return { verdict: "refuse", outcome: { outcome: "refused", error } };
    }
    for (const name of names) this.#busy.add(name);
    const servable = judged.verdict === "join" && this.#setAside(request);
    const holders = this.#served(request, judged, servable);
    for (const holder of holders)
      this.#own.push({
        part: this.#store.planHolder(this.#known.allotment, this.#known.holderOf(holder.holder), holder),
        owner: { kind: "holder", holder: holder.holder },
      });
    this.#own.push(...guarded);
    for (const part of request.also?.(holders[0]?.state as Standing["state"]) ?? [])
      this.#own.push({ part, owner: { kind: "other", request, part } });
    const outcome = ({ take: "taken", join: "waiting", enter: "entered" } as const)[judged.verdict];
    this.entries.push({
      request,
      outcome: outcome === "waiting" ? { outcome, holders, servable } : { outcome, holders },
    });
    return judged;
  }

  #served(
    request: TakeRequest,
    judged: Extract<Judged, { verdict: "take" | "join" | "enter" }>,
    servable: boolean,
  ): Holder[] {
    switch (judged.verdict) {
      case "take":
        return this.#take(request, judged);
      case "join":
        return this.#join(request, judged.because, servable);
      case "enter":
        return this.#enter(request, judged.lane);
    }
  }

  /** The parts, holders first, so that who holds a place already is told that before anything else. */
  parts(): { part: Part; owner: Owner }[] {
    return [
      ...this.#own,
      ...this.#lanes
        .parts(this.#store.table)
        .map(({ part, counter, lane }) => ({ part, owner: { kind: "lane", counter, lane } as const })),
    ];
  }

  /** What the process then knows of the lanes it took from. */
  remember(): void {
    for (const [name, count] of this.#spent) {
      const [counter = "", lane] = name.split("\n");
      this.#known.memory.spend(counter, Number(lane), count);
    }
  }

  /** Whether its items still go into the transaction; those of lanes in use are in it already. */
  #fits(
    { members, also, guards = [], leaves }: TakeRequest,
    judged: { verdict: string; draws?: readonly Draw[] },
  ): boolean {
    const own = members.length + (also?.("active").length ?? 0) + guards.length;
    const fresh = judged.draws?.filter(({ counter, lane }) => !this.#lanes.has(counter, lane)).length;
    // One who joins may touch the first lane of each counter, and lanes of the whole; a take may look at one more.
    const lanes = fresh === undefined ? leaves.length + 1 + members.length : fresh + 1;
    return this.#own.length + this.#lanes.size + own + (fresh === 0 ? 0 : lanes) <= ITEMS;
  }

  /**
   * An entry looks at one lane of many, so that all who enter do not meet at one: whichever it is, it carries the
   * rules and whether anything is asked now.
   */
  #judgeEntry(request: TakeRequest): Judged {
    const { memory, random } = this.#known;
    const counter = request.leaves.at(-1) as string;
    const zero = memory.zero(counter);
    if (!zero || memory.isDoubted(counter)) return { verdict: "later", doubt: [counter] };
    const refusal = !zero.open ? "closed" : zero.rules !== request.rules ? "rules-changed" : undefined;
    if (!refusal) return { verdict: "enter", lane: Math.floor(random() * zero.lanes) };
    if (memory.seenAt(counter) < this.#known.begun) return { verdict: "later", doubt: [counter] };
    return { verdict: "refuse", outcome: { outcome: refusal } };
  }

  #judge(request: TakeRequest): Judged {
    const { allotment, now, memory } = this.#known;
    const count = wantedBy(request);
    const candidates = drawable(allotment, request.leaves, now.toISOString());
    const counters = [...candidates, ...(allotment.total ? [TOTAL] : [])];
    const unread = counters.filter((counter) => memory.unknown(counter).length > 0);
    if (unread.length > 0) return { verdict: "later", doubt: unread };

    const barred = this.#barred(request, counters);
    if (barred) return barred;
    const total = allotment.total ? this.#draw(TOTAL, count, request) : [];
    if (total)
      for (const leaf of candidates) {
        const draws = this.#draw(leaf, count, request);
        if (draws) return { verdict: "take", leaf, draws: [...draws, ...total] };
      }
    const looked = total ? candidates : [TOTAL];
    // Who joins may be servable at once, which what was true a second ago does not tell.
    const doubtful = looked.filter(
      (counter) => !this.#known.fresh(counter, request.joins ? "now" : "lately"),
    );
    if (doubtful.length > 0) return { verdict: "later", doubt: doubtful };
    // What this batch itself takes makes it full only once it is written.
    if (looked.some((counter) => this.#touches(counter))) return { verdict: "later" };
    const because = total
      ? this.#full(request, candidates)
      : [{ counter: TOTAL, proof: "none-free" } as const];
    if (request.joins) return { verdict: "join", because };
    // For a party too few are full; that is no end of the places.
    return { verdict: "refuse", outcome: { outcome: "full" }, soldOut: count === 1 ? because : [] };
  }

  /**
   * What shows that a newcomer finds nothing at these leaves. Of what has flowed back, what is free is kept for those
   * who wait where it flowed to.
   */
  #full(request: TakeRequest, candidates: readonly string[]): SoldOut[] {
    const { allotment, memory, now } = this.#known;
    const instant = now.toISOString();
    const empty = (leaf: string) => memory.places(leaf).every((left) => left <= 0);
    const queueBefore = (leaf: string) => {
      const to = flowedBackTo(allotment, leaf, instant);
      return to !== undefined && (memory.zero(to)?.waiting ?? 0) > 0 && !empty(leaf) ? to : undefined;
    };
    const told = (leaf: string) => refusedForGood(request, memory.zero(leaf) ?? {});
    return candidates.flatMap((counter): SoldOut[] => {
      const own = request.leaves.includes(counter);
      const to = queueBefore(counter);
      if (to !== undefined) return own && !told(counter) ? [{ counter, proof: "kept" }] : [];
      return own || empty(counter) ? [{ counter, proof: "none-to-take" }] : [];
    });
  }

  #touches(counter: string): boolean {
    return [...this.#spent.keys()].some((name) => name.startsWith(`${counter}\n`));
  }

  /** Whether nothing is handed out, or under other rules; where it must be read anew before that is said. */
  #barred(request: TakeRequest, counters: readonly string[]): Judged | undefined {
    const zeros = counters.map((counter) => this.#known.memory.zero(counter));
    const refusal = zeros.some((zero) => !zero?.open)
      ? "closed"
      : zeros.some((zero) => zero?.rules !== request.rules)
        ? "rules-changed"
        : undefined;
    if (!refusal) return undefined;
    const doubt = counters.filter((counter) => !this.#known.fresh(counter, "now"));
    return doubt.length > 0
      ? { verdict: "later", doubt }
      : { verdict: "refuse", outcome: { outcome: refusal } };
  }

  /** Where so many places of a counter can be taken by a newcomer, as far as known; `undefined` when nowhere. */
  #draw(counter: string, count: number, request: TakeRequest): Draw[] | undefined {
    const { memory, allotment, now, random } = this.#known;
    const zero = memory.zero(counter);
    if (!zero || refusedForGood(request, zero)) return undefined;
    const to = flowedBackTo(allotment, counter, now.toISOString());
    const before = to === undefined ? undefined : memory.zero(to);
    const own = request.leaves.includes(counter);
    if (before && (before.waiting > 0 || (!own && refusedForGood(request, before)))) return undefined;
    const left = memory
      .places(counter)
      .map((places, lane) => places - (this.#spent.get(`${counter}\n${lane}`) ?? 0));
    if (counter !== TOTAL && zero.waiting > 0) left[0] = 0;
    const draws: Draw[] = [];
    let wanted = count;
    const order = this.#order(counter, left, random);
    for (const lane of order) {
      if (wanted === 0) break;
      const taken = Math.min(wanted, left[lane] ?? 0);
      if (taken <= 0) continue;
      draws.push({ counter, lane, count: taken });
      wanted -= taken;
    }
    return wanted === 0 ? draws : undefined;
  }

  /**
   * The lane this process keeps to, then the others from a random one on. A batch that has drawn on a lane stays with
   * it, and is smaller when that runs out: near the end many lanes in one transaction would meet everybody else's.
   */
  #order(counter: string, left: readonly number[], random: () => number): number[] {
    const drawn = this.#drawn.get(counter);
    if (drawn !== undefined) return [drawn];
    const lanes = left.flatMap((places, lane) => (places > 0 ? [lane] : []));
    const first = Math.floor(random() * Math.max(1, lanes.length));
    const preferred = this.#known.memory.preferred(counter);
    return [
      ...(preferred === undefined ? [] : [preferred]),
      ...[...lanes.slice(first), ...lanes.slice(0, first)].filter((lane) => lane !== preferred),
    ];
  }

  #take(request: TakeRequest, { leaf, draws }: { leaf: string; draws: readonly Draw[] }): Holder[] {
    const { allotment, now } = this.#known;
    const held = request.heldUntil !== undefined;
    for (const { counter, lane, count } of draws) {
      this.#lanes
        .take(counter, lane, count)
        .unconfirm(counter, lane, held ? count : 0)
        .require(counter, lane, "open", {})
        .require(counter, lane, "rules", { ":rules": request.rules });
      if (lane === 0 && counter !== TOTAL) this.#lanes.require(counter, 0, "nobodyWaits");
      if (lane === 0 && mayBeRefusedForGood(request)) this.#lanes.askedAt(counter, 0, request.acceptedAt);
      this.#spend(counter, lane, count);
    }
    const to = flowedBackTo(allotment, leaf, now.toISOString());
    // Those who wait draw first on what has flowed back to them.
    if (to !== undefined) {
      this.#lanes.require(to, 0, "nobodyWaits");
      const own = request.leaves.includes(leaf);
      if (!own && mayBeRefusedForGood(request)) this.#lanes.askedAt(to, 0, request.acceptedAt);
    }
    const { heldUntil } = request;
    return request.members.map((member) => ({
      ...this.#standing(request, member, held ? "held" : "active", leaf),
      ...(heldUntil !== undefined && { heldUntil, ...holdEntry({ holder: member.holder, heldUntil }) }),
    }));
  }

  /**
   * Where a party waits for which too few are free, one who joins behind it may be served at once. Whether that is so;
   * the places of the whole they need are set aside in the same write, before a newcomer elsewhere takes them.
   */
  #setAside(request: TakeRequest): boolean {
    const { allotment, memory, now } = this.#known;
    const count = wantedBy(request);
    const free = drawable(allotment, request.leaves, now.toISOString()).some(
      (leaf) => memory.places(leaf).reduce((sum, places) => sum + places, 0) >= count,
    );
    if (!free || !allotment.total) return free;
    const draws = this.#draw(TOTAL, count, request);
    for (const { counter, lane, count: taken } of draws ?? []) {
      this.#lanes.take(counter, lane, taken).takeOwed(counter, -taken);
      this.#spend(counter, lane, taken);
    }
    return draws !== undefined;
  }

  #spend(counter: string, lane: number, count: number): void {
    const name = `${counter}\n${lane}`;
    this.#spent.set(name, (this.#spent.get(name) ?? 0) + count);
    this.#drawn.set(counter, lane);
    this.#known.memory.prefer(counter, lane);
  }

  #join(request: TakeRequest, because: readonly SoldOut[], servable: boolean): Holder[] {
    const { allotment, memory, now } = this.#known;
    const count = wantedBy(request);
    const since = request.acceptedAt ?? now.toISOString();
    const queue = request.leaves.at(-1) as string;
    for (const { counter, proof } of because) {
      if (proof === "kept") continue;
      const { layout, rules } = memory.zero(counter) as Lane;
      this.#lanes
        .require(counter, 0, "layout", { ":layout": layout })
        .require(counter, 0, "open")
        .require(counter, 0, "rules", { ":rules": rules });
      const elsewhere = memory.places(counter).slice(1);
      // Where places are seen to be free they are offered at once; elsewhere none may have come.
      if (!servable || proof === "none-free")
        this.#lanes.joinedBy(counter, count - elsewhere.reduce((sum, places) => sum + places, 0));
    }
    for (const counter of [...request.leaves, ...(allotment.total ? [TOTAL] : [])])
      this.#lanes.wait(counter, count);
    return request.members.map((member, at) => ({
      ...this.#standing(request, member, "waiting", queue),
      leaves: request.leaves,
      since,
      // The first stands in the queue for the party.
      ...(at === 0 && queueEntry(allotment, { holder: member.holder, leaf: queue, since })),
    }));
  }

  #enter(request: TakeRequest, lane: number): Holder[] {
    const queue = request.leaves.at(-1) as string;
    const { layout } = this.#known.memory.zero(queue) as Lane;
    // A lane that was given up keeps the rules it had then.
    this.#lanes
      .require(queue, lane, "layout", { ":layout": layout })
      .require(queue, lane, "open")
      .require(queue, lane, "rules", { ":rules": request.rules });
    return request.members.map((member) => ({
      ...this.#standing(request, member, "entered", queue),
      leaves: request.leaves,
    }));
  }

  #standing(request: TakeRequest, member: Member, state: Standing["state"], leaf: string): Holder {
    const was = this.#known.holderOf(member.holder);
    const attempt = (was?.attempt ?? 0) + 1;
    const { claim, answer } = request.record({ member, state, leaf, attempt });
    const { key, members, places } = request;
    const remembers = key && member === members[0];
    return {
      ...member,
      state,
      leaf,
      attempt,
      version: (was?.version ?? 0) + 1,
      served: { ...was?.served, ...(remembers && { [key.id]: { body: key.body, answer } }) },
      ...(members.length > 1 && { party: members.map(({ holder }) => holder) }),
      ...(places !== undefined && { places }),
      claim,
    };
  }
}
