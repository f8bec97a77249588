import type { Item, Part } from "#shared/platform/database.ts";
import { type Allotment, allCounters, type Lane, laneKey, TOTAL } from "./model.ts";
import { type AllotmentStore, cut, stale } from "./store.ts";

type Lanes = Readonly<Record<string, readonly Lane[]>>;

export interface CapacityChange {
  /** The version of the rules that shall be. */
  rules: number;
  /** More places of a counter, or fewer when negative. */
  places?: Readonly<Record<string, number>>;
  /** Whether places are handed out from now on. */
  open?: boolean;
  /** Into how many lanes each counter is cut from now on. */
  lanes?: number;
}

/** Fewer places are free than shall be taken away. */
export interface TooFew {
  counter: string;
  free: number;
}

/** What changes on a lane: `add` to what it then has, or `to` from exactly what it had. */
type LaneChange = { add: number } | { to: number };

const freeOn = (lanes: readonly Lane[]): number => lanes.reduce((sum, { places }) => sum + places, 0);

/** Places added go to lane 0; places taken away come from wherever they are free, lane 0 first. */
function addTo(standing: readonly Lane[], change: number): LaneChange[] {
  if (change >= 0) return standing.map((_, lane) => ({ add: lane === 0 ? change : 0 }));
  let left = -change;
  return standing.map(({ places }) => {
    const taken = Math.min(left, places);
    left -= taken;
    return { add: -taken };
  });
}

/** All that is free, cut anew. Where somebody waits it stays on lane 0, which serves them. */
function cutInto(standing: readonly Lane[], change: number, lanes: number): LaneChange[] {
  const free = freeOn(standing) + change;
  const cuts = (standing[0]?.waiting ?? 0) > 0 ? [free] : cut(free, lanes);
  return Array.from({ length: Math.max(lanes, standing.length) }, (_, lane) => ({ to: cuts[lane] ?? 0 }));
}

/**
 * New rules, more or fewer places, opening and closing, other lanes, in one list of parts, so that no take is judged
 * by half of a change. One change at a time: the context puts its subject's item, with its version, in the same write.
 */
export function planCapacity(
  { table }: Pick<AllotmentStore, "table">,
  allotment: Allotment,
  standing: Lanes,
  { rules, places = {}, open, lanes }: CapacityChange,
): { parts: Part[] } | { tooFew: TooFew } {
  const parts: Part[] = [];
  for (const counter of allCounters(allotment)) {
    const before = standing[counter] ?? [];
    const [zero] = before;
    const change = places[counter] ?? 0;
    if (!zero || freeOn(before) + change < 0) return { tooFew: { counter, free: freeOn(before) } };
    const owes = counter === TOTAL && zero.waiting > 0;
    // Places of the whole that those who wait can have are set aside for them.
    const owed = owes ? Math.max(0, change) + Math.min(zero.places, addedForWaiting(standing, places)) : 0;
    const cutAnew = lanes !== undefined && lanes !== before.length;
    const changes = cutAnew ? cutInto(before, change - owed, lanes) : addTo(before, change - owed);
    const layout = zero.layout + (cutAnew ? 1 : 0);
    for (const [lane, changed] of changes.entries()) {
      const Key = laneKey(allotment.number, counter, lane);
      const was = before[lane];
      if (!was) {
        const fresh = { open: open ?? zero.open, rules, layout, unconfirmed: 0 };
        const Item = { ...Key, ...fresh, places: "to" in changed ? changed.to : 0 };
        parts.push({ table, write: { Put: { Item } } });
        continue;
      }
      const set: Item = { rules, layout, ...(open !== undefined && { open }) };
      if (cutAnew && lane === 0) set["lanes"] = lanes;
      if (cutAnew && lane > 0) set["unconfirmed"] = 0;
      // Lanes that are given up may be cut again: what they counted stays with lane 0.
      const unconfirmed = before.slice(1).reduce((sum, one) => sum + one.unconfirmed, 0);
      const add = lane === 0 ? { owed, unconfirmed: cutAnew ? unconfirmed : 0 } : {};
      // For whom places are added was decided on how many wait.
      const counted =
        lane === 0 && (cutAnew || counter === TOTAL) && Object.values(places).some((by) => by > 0);
      const write = updateOf(was, changed, set, add, counted);
      parts.push({ table, write: { Update: { Key, ...write } }, refused: stale });
    }
  }
  return { parts };
}

/** How many of the places added can be had by those who wait at the same leaf. */
const addedForWaiting = (standing: Lanes, places: Readonly<Record<string, number>>): number =>
  Object.entries(places).reduce(
    (sum, [leaf, added]) =>
      leaf === TOTAL ? sum : sum + Math.max(0, Math.min(added, standing[leaf]?.[0]?.waiting ?? 0)),
    0,
  );

/** `add` is added to other counts of the lane; `counted` holds only while as many wait. */
function updateOf(
  was: Lane,
  changed: LaneChange,
  set: Item,
  add: Readonly<Record<string, number>>,
  counted: boolean,
) {
  const values: Item = {};
  const conditions: string[] = [];
  const updates: string[] = [];
  if ("to" in changed) {
    updates.push("places = :places");
    conditions.push("places = :wasPlaces");
    Object.assign(values, { ":places": changed.to, ":wasPlaces": was.places });
  }
  const adds = { ...add, ...("add" in changed && { places: changed.add }) };
  for (const [name, by] of Object.entries(adds)) {
    if (by === 0) continue;
    updates.push(`${name} = ${name} + :add_${name}`);
    values[`:add_${name}`] = by;
  }
  if ("add" in changed && changed.add < 0) {
    conditions.push("places >= :less");
    values[":less"] = -changed.add;
  }
  if (counted) {
    conditions.push("waiting = :wasWaiting");
    values[":wasWaiting"] = was.waiting;
  }
  for (const [name, value] of Object.entries(set)) {
    updates.push(`#${name} = :to_${name}`);
    values[`:to_${name}`] = value;
  }
  return {
    UpdateExpression: `SET ${updates.join(", ")}`,
    ...(conditions.length > 0 && { ConditionExpression: conditions.join(" AND ") }),
    ExpressionAttributeNames: Object.fromEntries(Object.keys(set).map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: values,
  };
}
