import { Contended, type Item, type Part } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import { type Draw, drawFrom, type Lanes } from "./drawFrom.ts";
import type { Kernel } from "./handOut.ts";
import { LaneChanges } from "./laneChanges.ts";
import { type Allotment, drawable, type Holder, holdEntry, placesOf, TOTAL } from "./model.ts";
import { Stale, stale } from "./store.ts";

export interface Terms {
  /** Until when an offer made now can be accepted. */
  heldUntil(now: Date): Instant;
  /** What the context then records of a holder that is offered a place until then. */
  record(holder: Holder, heldUntil: Instant): Item;
  /** Parts of other contexts in the write of an offer, given those who are offered places together. */
  also?(offered: readonly Holder[]): readonly Part[];
}

interface Offer {
  party: Holder[];
  leaf: string;
  draws: Draw[];
  owed: number;
}

const ROUNDS = 20;
/** How far into each queue to look for somebody whom the free places suffice. */
const LOOK_AHEAD = 50;

/**
 * Offers free places to those who wait, in the order in which they asked, until none is free that anybody waiting
 * can have. A party that does not fit keeps its place and is passed. Answers whom it offered places.
 */
export async function promote(kernel: Kernel, allotment: Allotment, terms: Terms): Promise<Holder[]> {
  const offered: Holder[] = [];
  const passed = new Set<string>();
  for (let lost = 0; lost < ROUNDS; ) {
    const lanes = await kernel.store.readLanes(allotment, true);
    const offer = await nextOffer(kernel, allotment, lanes, passed);
    try {
      if (offer === "nobody") await forgive(kernel, allotment, lanes);
      if (offer === "nobody" || offer === "unseen") return offered;
      offered.push(...(await make(kernel, allotment, offer, terms)));
      lost = 0;
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      lost += 1;
    }
  }
  throw new Contended("lost every race to offer a place");
}

/**
 * The first in the queues whom the free places suffice, as it truly stands. `unseen` when the index does not show
 * all who wait yet: the sweep comes back for them, and until then newcomers take nothing from them.
 */
async function nextOffer(
  { store, now }: Kernel,
  allotment: Allotment,
  lanes: Lanes,
  passed: Set<string>,
): Promise<Offer | "nobody" | "unseen"> {
  let instant = now().toISOString();
  const free = (counter: string) => (lanes[counter] ?? []).reduce((sum, { places }) => sum + places, 0);
  const queues = allotment.leaves.filter(
    (leaf) =>
      (lanes[leaf]?.[0]?.waiting ?? 0) > 0 &&
      drawable(allotment, [leaf], instant).some((drawn) => free(drawn) > 0),
  );
  const whole = allotment.total ? free(TOTAL) + (lanes[TOTAL]?.[0]?.owed ?? 0) : Number.POSITIVE_INFINITY;
  if (whole === 0 || queues.length === 0) return "nobody";
  // A reserved leaf has no queue of its own: those who may draw on it wait at their last leaf, with the others.
  const heads = await Promise.all(
    allotment.leaves.map((leaf) => store.listWaiting(allotment, leaf, LOOK_AHEAD)),
  );
  instant = now().toISOString();
  const inTurn = heads
    .flat()
    .filter(({ pendingSort = "" }) => !passed.has(pendingSort))
    .sort((a, b) => ((a.pendingSort ?? "") < (b.pendingSort ?? "") ? -1 : 1));
  for (const seen of inTurn) {
    const leaves = drawable(allotment, seen.leaves ?? [seen.leaf], instant);
    const size = placesOf(seen);
    const draws = size <= whole ? drawFrom(lanes, leaves, size) : undefined;
    if (!draws) continue;
    const { holders } = await store.read(allotment, { holders: seen.party ?? [seen.holder] });
    const party = holders.flatMap((holder) => holder ?? []);
    if (
      party.length === (seen.party?.length ?? 1) &&
      party.every(({ state, since }) => state === "waiting" && since === seen.since)
    ) {
      const owed = Math.min(size, lanes[TOTAL]?.[0]?.owed ?? 0);
      const total = allotment.total ? (drawFrom(lanes, [TOTAL], size - owed) ?? []) : [];
      const [first] = draws;
      return { party, leaf: first?.counter ?? seen.leaf, draws: [...draws, ...total], owed };
    }
    // The index shows one who has left, or has a place by now.
    passed.add(seen.pendingSort ?? "");
  }
  const { holders } = await store.read(allotment, { holders: inTurn.map(({ holder }) => holder) });
  const waiting = holders.filter(
    (holder, at) => holder?.state === "waiting" && holder.since === inTurn[at]?.since,
  );
  const seen = waiting.reduce((sum, holder) => sum + (holder ? placesOf(holder) : 0), 0);
  return seen < (lanes[TOTAL]?.[0]?.waiting ?? 0) ? "unseen" : "nobody";
}

async function make(
  { db, store, now }: Kernel,
  allotment: Allotment,
  { party, leaf, draws, owed }: Offer,
  terms: Terms,
): Promise<Holder[]> {
  const heldUntil = terms.heldUntil(now());
  const changes = new LaneChanges(allotment);
  for (const { counter, lane, count } of draws)
    changes.take(counter, lane, count).unconfirm(counter, lane, count).require(counter, lane, "open");
  if (owed > 0) changes.takeOwed(TOTAL, owed).unconfirm(TOTAL, 0, owed);
  const [first] = party;
  for (const counter of [...(first?.leaves ?? [leaf]), ...(allotment.total ? [TOTAL] : [])])
    changes.wait(counter, -(first ? placesOf(first) : 0));
  const offered = party.map((was): Holder => {
    const { pending: _queue, pendingSort: _order, ...kept } = was;
    return {
      ...kept,
      state: "offered",
      leaf,
      version: was.version + 1,
      heldUntil,
      ...holdEntry({ holder: was.holder, heldUntil }),
      claim: terms.record(was, heldUntil),
    };
  });
  await db.commit([
    ...offered.map((next, at) => store.planHolder(allotment, party[at], next)),
    ...changes.parts(store.table).map(({ part }) => ({ ...part, refused: stale })),
    ...(terms.also?.(offered) ?? []),
  ]);
  return offered;
}

/** Places of the whole that were set aside, and that nobody waiting can have, are for everybody again. */
async function forgive({ db, store }: Kernel, allotment: Allotment, lanes: Lanes): Promise<void> {
  const { owed = 0, waiting = 0 } = lanes[TOTAL]?.[0] ?? {};
  if (owed === 0) return;
  const changes = new LaneChanges(allotment)
    .takeOwed(TOTAL, owed)
    .take(TOTAL, 0, -owed)
    .require(TOTAL, 0, "sameWaiting", { ":seenWaiting": waiting });
  await db.commit(changes.parts(store.table).map(({ part }) => ({ ...part, refused: stale })));
}
