import { Contended, type Item, type Part } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import { type Draw, drawFrom, type Lanes } from "./drawFrom.ts";
import type { Kernel } from "./handOut.ts";
import { LaneChanges } from "./laneChanges.ts";
import {
  type Allotment,
  drawable,
  flowedBackTo,
  type Holder,
  holdEntry,
  placesOf,
  queueEntry,
  TOTAL,
} from "./model.ts";
import { Stale, stale } from "./store.ts";

/** What becomes of one who entered, alone or the first of a party. */
export type Decided =
  | { outcome: "granted" | "enlisted" | "dismissed"; holders: Holder[] }
  /** Nothing that it may draw on is left, or those who wait come first. */
  | { outcome: "full"; holder: Holder }
  /** It has left, or was decided on before. */
  | { outcome: "not-entered"; holder: Holder | undefined };

export interface Terms {
  /** What the context then records of a member. */
  record(holder: Holder): Item;
  /** Parts of other contexts in the same write, given a party as it then stands. */
  also?(holders: readonly Holder[]): readonly Part[];
}

export interface Granting extends Terms {
  /** The place is held until then, to be confirmed. */
  heldUntil?: Instant;
  /** The leaf from which a party gets its places, where that was settled; else the first of its leaves with enough. */
  leafOf?(first: Holder): string | undefined;
}

export interface Enlisting extends Terms {
  /** Its turn among those who wait; the smaller comes first. */
  turnOf(first: Holder): string;
}

const ROUNDS = 20;
/** DynamoDB's bound on a transaction. */
const ITEMS = 100;

/** One transaction's worth of decisions. */
class Decision {
  readonly changes: LaneChanges;
  readonly parts: Part[] = [];
  readonly decided: { at: number; holders: Holder[] }[] = [];

  constructor(allotment: Allotment) {
    this.changes = new LaneChanges(allotment);
  }

  /** Whether so many more items fit beside the lanes; at least one party always does. */
  fits(items: number): boolean {
    return this.decided.length === 0 || this.parts.length + this.changes.size + items <= ITEMS;
  }
}

interface Entered {
  at: number;
  party: Holder[];
}

/** What was settled, and who entered and is to be decided on, in the order asked. */
async function readEntered(
  { store }: Kernel,
  allotment: Allotment,
  firsts: readonly string[],
  settled: (Decided | undefined)[],
): Promise<Entered[]> {
  const open = firsts.flatMap((holder, at) => (settled[at] ? [] : [{ holder, at }]));
  const read = await store.read(allotment, { holders: open.map(({ holder }) => holder) });
  const found = open.map(({ at }, index) => ({ at, first: read.holders[index] }));
  const others = found.flatMap(({ first }) => (first?.state === "entered" ? (first.party ?? []) : []));
  const members = others.length > 0 ? (await store.read(allotment, { holders: others })).holders : [];
  const byKey = new Map(members.flatMap((member) => (member ? [[member.holder, member] as const] : [])));
  return found.flatMap(({ at, first }) => {
    if (first?.state !== "entered") {
      settled[at] = { outcome: "not-entered", holder: first };
      return [];
    }
    const party = (first.party ?? [first.holder]).flatMap(
      (holder) => byKey.get(holder) ?? (first.holder === holder ? first : []),
    );
    return [{ at, party }];
  });
}

type Plan = (entered: Entered, decision: Decision, lanes: Lanes) => Holder[] | "full";

/** Decides on entrants, as many in a write as it holds, until each is settled; what others changed is read anew. */
async function decide(
  kernel: Kernel,
  allotment: Allotment,
  firsts: readonly string[],
  outcome: "granted" | "enlisted" | "dismissed",
  terms: Terms,
  plan: Plan,
): Promise<Decided[]> {
  const { db, store } = kernel;
  const settled: (Decided | undefined)[] = firsts.map(() => undefined);
  let lost = 0;
  while (settled.includes(undefined)) {
    const lanes = await store.readLanes(allotment, true);
    const decision = new Decision(allotment);
    for (const entered of await readEntered(kernel, allotment, firsts, settled)) {
      if (!decision.fits(2 * entered.party.length + 4)) break;
      const holders = plan(entered, decision, lanes);
      if (holders === "full") {
        // What this write takes makes it full only once it is written.
        if (decision.decided.length > 0) break;
        settled[entered.at] = { outcome: "full", holder: entered.party[0] as Holder };
        continue;
      }
      for (const [at, next] of holders.entries())
        decision.parts.push(store.planHolder(allotment, entered.party[at], next));
      decision.parts.push(...(terms.also?.(holders) ?? []));
      decision.decided.push({ at: entered.at, holders });
    }
    if (decision.decided.length === 0) continue;
    try {
      const own = decision.changes.parts(store.table).map(({ part }) => ({ ...part, refused: stale }));
      await db.commit([...decision.parts, ...own]);
      for (const { at, holders } of decision.decided) settled[at] = { outcome, holders };
      lost = 0;
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      lost += 1;
      if (lost >= ROUNDS) throw new Contended("lost every race to decide on an entry");
    }
  }
  return settled as Decided[];
}

/** The places that are left of what was read, less what this write takes already. */
class Left {
  readonly #taken = new Map<string, number>();
  readonly #lanes: Lanes;

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
  }

  of(counters: readonly string[]): Lanes {
    return Object.fromEntries(
      counters.map((counter) => [
        counter,
        (this.#lanes[counter] ?? []).map((lane, at) => ({
          ...lane,
          places: lane.places - (this.#taken.get(`${counter}#${at}`) ?? 0),
        })),
      ]),
    );
  }

  take(counter: string, lane: number, count: number): void {
    const name = `${counter}#${lane}`;
    this.#taken.set(name, (this.#taken.get(name) ?? 0) + count);
  }
}

/**
 * Gives places to those who entered, in the order asked, while places last; nobody is given one while others wait for
 * it. Safe to repeat: who was decided on before is `not-entered`.
 * @param firsts hex keys of entrants, of a party its first
 */
export function grant(
  kernel: Kernel,
  allotment: Allotment,
  firsts: readonly string[],
  terms: Granting,
): Promise<Decided[]> {
  const left = new WeakMap<Decision, Left>();
  return decide(kernel, allotment, firsts, "granted", terms, ({ party }, decision, lanes) => {
    const [first] = party as [Holder];
    const free = left.get(decision) ?? new Left(lanes);
    left.set(decision, free);
    const wanted = placesOf(first);
    const instant = kernel.now().toISOString();
    const settled = terms.leafOf?.(first);
    // Where somebody waits, at the leaf or where it flowed back to, they come first.
    const lines = (leaf: string) => [leaf, flowedBackTo(allotment, leaf, instant) ?? leaf];
    const leaves = (
      settled === undefined ? drawable(allotment, first.leaves ?? [first.leaf], instant) : [settled]
    ).filter((leaf) => lines(leaf).every((line) => (lanes[line]?.[0]?.waiting ?? 0) === 0));
    const draws = drawFrom(free.of(leaves), leaves, wanted);
    const whole = allotment.total ? drawFrom(free.of([TOTAL]), [TOTAL], wanted) : [];
    if (!draws || !whole) return "full";
    const held = terms.heldUntil !== undefined;
    for (const { counter, lane, count } of [...draws, ...whole]) {
      free.take(counter, lane, count);
      decision.changes
        .take(counter, lane, count)
        .unconfirm(counter, lane, held ? count : 0)
        .require(counter, lane, "open");
    }
    const leaf = draws[0]?.counter ?? first.leaf;
    for (const line of lines(leaf)) decision.changes.require(line, 0, "nobodyWaits");
    const { heldUntil } = terms;
    return party.map(({ leaves: drawn, ...was }) => ({
      ...was,
      state: held ? "held" : "active",
      leaf,
      version: was.version + 1,
      ...(heldUntil !== undefined && {
        heldUntil,
        ...holdEntry({ holder: was.holder, heldUntil }),
        ...(drawn && { leaves: drawn }),
      }),
      claim: terms.record(was),
    }));
  });
}

/** Of the whole's places those that one who begins to wait could have at once: nobody elsewhere may take them. */
function setAside(kernel: Kernel, allotment: Allotment, first: Holder, free: Left): Draw[] {
  const leaves = drawable(allotment, first.leaves ?? [first.leaf], kernel.now().toISOString());
  const wanted = placesOf(first);
  if (!allotment.total || !drawFrom(free.of(leaves), leaves, wanted)) return [];
  return drawFrom(free.of([TOTAL]), [TOTAL], wanted) ?? [];
}

/**
 * Puts those who entered into the waiting list, each in its turn; what is free meanwhile is offered by the next
 * promotion. Safe to repeat: who was decided on before is `not-entered`. Their leaves must have one lane: from another
 * a newcomer could take what they wait for.
 */
export function enlist(
  kernel: Kernel,
  allotment: Allotment,
  firsts: readonly string[],
  terms: Enlisting,
): Promise<Decided[]> {
  const left = new WeakMap<Decision, Left>();
  return decide(kernel, allotment, firsts, "enlisted", terms, ({ party }, decision, lanes) => {
    const [first] = party as [Holder];
    const free = left.get(decision) ?? new Left(lanes);
    left.set(decision, free);
    if ((lanes[first.leaf]?.length ?? 0) > 1) throw new Error(`${first.leaf} has several lanes`);
    const since = terms.turnOf(first);
    for (const { counter, lane, count } of setAside(kernel, allotment, first, free)) {
      free.take(counter, lane, count);
      decision.changes.take(counter, lane, count).takeOwed(counter, -count);
    }
    for (const counter of [...(first.leaves ?? [first.leaf]), ...(allotment.total ? [TOTAL] : [])])
      decision.changes.wait(counter, placesOf(first));
    return party.map((was, at) => ({
      ...was,
      state: "waiting",
      version: was.version + 1,
      since,
      ...(at === 0 && queueEntry(allotment, { holder: was.holder, leaf: was.leaf, since })),
      claim: terms.record(was),
    }));
  });
}

/** Ends entries that get nothing. Safe to repeat: who was decided on before is `not-entered`. */
export function dismiss(
  kernel: Kernel,
  allotment: Allotment,
  firsts: readonly string[],
  terms: Terms,
): Promise<Decided[]> {
  return decide(kernel, allotment, firsts, "dismissed", terms, ({ party }) =>
    party.map(({ leaves: _drawn, ...was }) => ({
      ...was,
      state: "released",
      version: was.version + 1,
      claim: terms.record(was),
    })),
  );
}
