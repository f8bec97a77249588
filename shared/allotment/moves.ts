import { Contended, type Item, type Part } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Kernel } from "./handOut.ts";
import { LaneChanges } from "./laneChanges.ts";
import {
  type Allotment,
  countersOf,
  drawable,
  type Holder,
  type HolderState,
  holdEntry,
  type Lane,
  ownPlacesOf,
  TOTAL,
} from "./model.ts";
import { Stale, stale } from "./store.ts";

/**
 * What can become of a holder after it asked, with the states it must be in before. `places` come back to lane 0,
 * `waiting` stops, `unconfirmed` is settled. Asking itself is `handOut`; an offer is `promote`.
 *
 *     (none) --take--> active                 (none) --take--> held --confirm--> active
 *     (none) --join--> waiting --promote--> offered --accept--> active | held
 *     active | held | offered --giveBack--> released     held | offered --expire--> released
 *     waiting --leave--> released             released --take, join, enter--> ...
 *     (none) --enter--> entered --grant--> active | held     entered --enlist--> waiting
 *     entered --withdraw--> released
 */
const moves = {
  accept: { from: ["offered"], to: "active", back: false, waiting: 0, confirms: true, due: "before" },
  /** An offer is accepted, and the place held until it is paid. */
  acceptHeld: { from: ["offered"], to: "held", back: false, waiting: 0, confirms: false, due: "before" },
  confirm: { from: ["held"], to: "active", back: false, waiting: 0, confirms: true, due: "before" },
  giveBack: { from: ["active", "held", "offered"], to: "released", back: true, waiting: 0, confirms: true },
  expire: {
    from: ["held", "offered"],
    to: "released",
    back: true,
    waiting: 0,
    confirms: true,
    due: "passed",
  },
  leave: { from: ["waiting"], to: "released", back: false, waiting: -1, confirms: false },
  withdraw: { from: ["entered"], to: "released", back: false, waiting: 0, confirms: false },
} as const satisfies Record<
  string,
  {
    from: readonly HolderState[];
    to: HolderState;
    /** Whether a place comes back. */
    back: boolean;
    waiting: 0 | -1;
    /** Whether the place ceases to be unconfirmed, if it was. */
    confirms: boolean;
    /** Only before the instant until which the place is kept, or only once it has passed. */
    due?: "before" | "passed";
  }
>;

export type Move = keyof typeof moves;

export interface Moving {
  move: Move;
  /** The request's key, when the holder's own item remembers it. */
  key?: { id: string; body: string };
  /** Until when the place is then held, with `acceptHeld`. */
  heldUntil?: Instant;
  /** A party moves together also when its members have their places: a team withdraws as one. */
  whole?: boolean;
  /** The instant at which what is moved happened, where that is not now: a place is paid for when it was paid. */
  at?: Instant;
  /** Parts of other contexts in the same write, given who moves as they stand. */
  also?: readonly Part[] | ((moving: readonly Holder[]) => readonly Part[]);
  /** What the context then records and answers, given the holder as it stands. May throw a refusal. */
  record(standing: Holder): { claim: Item; answer: Item };
}

export type Moved =
  | { outcome: "moved"; holder: Holder; from: HolderState }
  /** The holder is in no state from which this can be done. */
  | { outcome: "not-possible"; holder: Holder }
  /** The instant until which the place was kept has passed, or has not yet passed. */
  | { outcome: "too-late" | "not-due"; holder: Holder };

const ROUNDS = 20;

/**
 * Moves a holder from one state to another, with its lanes, or says why that cannot be. A party that waits, or whose
 * places are not confirmed yet, moves together; once its members have their places each may give back its own.
 */
export async function move(
  kernel: Kernel,
  allotment: Allotment,
  standing: Holder,
  moving: Moving,
): Promise<Moved> {
  let was: Holder | undefined = standing;
  for (let round = 0; was && round < ROUNDS; round += 1) {
    const planned = await planMove(kernel, allotment, was, moving);
    if (planned !== "moved-meanwhile") {
      if (planned.outcome !== "planned") return planned;
      try {
        await kernel.db.commit(planned.parts);
        return { outcome: "moved", holder: planned.holder, from: was.state };
      } catch (error) {
        if (!(error instanceof Stale)) throw error;
      }
    }
    // What may be done is judged on how it stands now.
    was = await kernel.store.findHolder(allotment, standing.holder);
  }
  throw new Contended("lost every race to change a place");
}

/**
 * The parts of a move, for whoever writes it with an effect of its own; they are refused with {@link Stale} where a
 * holder or a lane is not as it was read. `moved-meanwhile` when the party moved since this holder was read.
 */
export async function planMove(
  kernel: Kernel,
  allotment: Allotment,
  was: Holder,
  moving: Moving,
): Promise<
  | { outcome: "planned"; parts: Part[]; holder: Holder }
  | Exclude<Moved, { outcome: "moved" }>
  | "moved-meanwhile"
> {
  const { store, now } = kernel;
  const impossible = refuseMove(was, moving.move, moving.at ?? now().toISOString());
  if (impossible) return { outcome: impossible, holder: was };
  const group = await together(kernel, allotment, was, moving.whole);
  if (group.find(({ holder }) => holder === was.holder)?.version !== was.version) return "moved-meanwhile";
  const next = group.map((member) => moved(member, moving, member.holder === was.holder));
  const lanes = await planLanes(kernel, allotment, group, moving.move);
  const { also = [] } = moving;
  return {
    outcome: "planned",
    parts: [
      ...next.map((member, at) => store.planHolder(allotment, group[at], member)),
      ...(typeof also === "function" ? also(group) : also),
      ...lanes.parts(store.table).map(({ part }) => ({ ...part, refused: stale })),
    ],
    holder: next.find((member) => member.holder === was.holder) as Holder,
  };
}

async function together(
  { store }: Kernel,
  allotment: Allotment,
  was: Holder,
  whole = false,
): Promise<Holder[]> {
  if (!was.party || (was.state === "active" && !whole)) return [was];
  const { holders } = await store.read(allotment, { holders: was.party });
  return holders.flatMap((holder) => (holder && holder.state === was.state ? holder : []));
}

/** The clock decides at the instant itself: a place kept until noon can be accepted before noon and not at noon. */
export function refuseMove(
  { state, heldUntil = "" }: Holder,
  name: Move,
  now: Instant,
): "not-possible" | "too-late" | "not-due" | undefined {
  const { from, due } = { due: undefined, ...moves[name] };
  if (!(from as readonly HolderState[]).includes(state)) return "not-possible";
  if (due === "before" && now >= heldUntil) return "too-late";
  if (due === "passed" && now < heldUntil) return "not-due";
  return undefined;
}

function moved(was: Holder, { move: name, key, heldUntil, record }: Moving, asked: boolean): Holder {
  const { claim, answer } = record(was);
  const { to } = moves[name];
  const { heldUntil: _until, pending: _queue, pendingSort: _order, leaves, ...kept } = was;
  return {
    ...kept,
    state: to,
    version: was.version + 1,
    served: { ...was.served, ...(key && asked && { [key.id]: { body: key.body, answer } }) },
    ...(to === "held" &&
      heldUntil !== undefined && { heldUntil, ...holdEntry({ holder: was.holder, heldUntil }) }),
    ...(to !== "released" && leaves && { leaves }),
    claim,
  };
}

async function planLanes(
  kernel: Kernel,
  allotment: Allotment,
  group: readonly Holder[],
  name: Move,
): Promise<LaneChanges> {
  const { back, waiting, confirms } = moves[name];
  const changes = new LaneChanges(allotment);
  const { total } = allotment;
  for (const member of group) {
    const { state, leaf, leaves = [leaf] } = member;
    const places = ownPlacesOf(member);
    if (places === 0) continue;
    if (confirms && (state === "held" || state === "offered"))
      for (const counter of countersOf(allotment, leaf)) changes.unconfirm(counter, 0, -places);
    if (waiting !== 0)
      for (const counter of [...leaves, ...(total ? [TOTAL] : [])]) changes.wait(counter, waiting * places);
    if (back) changes.take(leaf, 0, -places);
  }
  const [first] = group;
  const returned = group.reduce((sum, member) => sum + ownPlacesOf(member), 0);
  if (back && total && first && returned > 0)
    await returnToTotal(kernel, allotment, first.leaf, returned, changes);
  return changes;
}

/**
 * Places of the whole come back to everybody, unless somebody waits who can have one now: then they are set aside.
 * Either is decided on how many wait, and holds only while as many do.
 */
async function returnToTotal(
  { store, now }: Kernel,
  allotment: Allotment,
  leaf: string,
  count: number,
  changes: LaneChanges,
): Promise<void> {
  const lanes = await store.readLanes(allotment, true);
  const waiting = lanes[TOTAL]?.[0]?.waiting ?? 0;
  changes.require(TOTAL, 0, "sameWaiting", { ":seenWaiting": waiting });
  if (waiting > 0 && someoneServable(allotment, lanes, leaf, now().toISOString()))
    changes.takeOwed(TOTAL, -count);
  else changes.take(TOTAL, 0, -count);
}

/** Whether anybody waits at a leaf of which, or of what flowed back to it, a place is free, or is coming back. */
function someoneServable(
  allotment: Allotment,
  lanes: Readonly<Record<string, readonly Lane[]>>,
  returned: string,
  now: Instant,
): boolean {
  const free = (leaf: string) => leaf === returned || (lanes[leaf] ?? []).some(({ places }) => places > 0);
  return allotment.leaves.some(
    (leaf) => (lanes[leaf]?.[0]?.waiting ?? 0) > 0 && drawable(allotment, [leaf], now).some(free),
  );
}
