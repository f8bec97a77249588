import type { Lane } from "#shared/allotment/model.ts";
import type { Sex } from "#shared/people/identityDocument.ts";
import { businessDate } from "#shared/platform/time.ts";
import { type Availability, capacityOf, type Group, poolLeaf, type SportEvent } from "../model.ts";
import type { Registration } from "../store.ts";
import { viewOf } from "../views.ts";

/** What stands on the lanes of each counter. */
export type Lanes = Readonly<Record<string, readonly Lane[]>>;

const sumOf = <T>(of: readonly T[], part: (one: T) => number): number =>
  of.reduce((sum, one) => sum + part(one), 0);

/** To a hundredth of a percent. */
const rateOf = (held: number, capacity: number): number =>
  capacity === 0 ? 0 : Math.round((held / capacity) * 10_000) / 10_000;

const filled = <T extends { capacity: number; held: number; confirmed: number; free: number }>(of: T) => ({
  ...of,
  pending: of.held - of.confirmed,
  fillRate: rateOf(of.held, of.capacity),
});

/** The counters of an event that is no more than a draft: everything is free. */
export const untouchedLanes = ({ groups }: Pick<SportEvent, "groups">): Lanes =>
  Object.fromEntries(
    groups.flatMap(({ groupId, capacity, pools }) => {
      const free = (places: number): Lane[] => [{ places, unconfirmed: 0, waiting: 0, owed: 0 } as Lane];
      const reserved = sumOf(pools, (pool) => pool.capacity);
      return [
        [groupId, free(capacity - reserved)] as const,
        ...pools.map((pool, at) => [poolLeaf(groupId, at), free(pool.capacity)] as const),
      ];
    }),
  );

/** A pool's own places, whoever may take them now. */
function poolPlaces({ groupId, pools }: Group, lanes: Lanes) {
  return pools.map(({ name, capacity, flowsBackAt }, at) => {
    const own = lanes[poolLeaf(groupId, at)] ?? [];
    const free = sumOf(own, ({ places }) => places);
    const held = capacity - free;
    const confirmed = held - sumOf(own, ({ unconfirmed }) => unconfirmed);
    return { name, ...filled({ capacity, held, confirmed, free }), flowsBackAt };
  });
}

/**
 * Places by group and pool, and in all. What availability says of them is taken as it is, so that both say the same.
 * @param whole free places of the whole event where it has fewer than its groups
 */
export function placesOf(event: SportEvent, available: Availability, lanes: Lanes, whole?: number) {
  const groups = event.groups.map((group, at) => {
    const { groupId, name } = group;
    const {
      capacity = 0,
      held = 0,
      confirmed = 0,
      free = 0,
      reserved = 0,
      waitlisted = 0,
    } = available.groups[at] ?? {};
    const places = filled({ capacity, held, confirmed, free });
    return { groupId, name, ...places, reserved, waitlisted, pools: poolPlaces(group, lanes) };
  });
  const total = filled({
    capacity: capacityOf(event),
    held: sumOf(groups, ({ held }) => held),
    confirmed: sumOf(groups, ({ confirmed }) => confirmed),
    free: Math.min(
      sumOf(groups, ({ free }) => free),
      whole ?? Number.POSITIVE_INFINITY,
    ),
  });
  return { total: { ...total, waitlisted: sumOf(groups, ({ waitlisted }) => waitlisted) }, groups };
}

/** Who has a place, or had one and came. */
const takesPart = (status: string): boolean => status === "confirmed" || status === "attended";

/** A confirmed place, by who has it and in which group. */
export type Taken = Pick<Registration["claim"], "participantId" | "groupId">;

/** Counts registrations as they are read, page by page. */
export class Tally {
  readonly #statuses = new Map<Registration["claim"]["status"], number>();
  readonly #days = new Map<string, { signUps: number; cancellations: number }>();
  readonly confirmed: Taken[] = [];

  add(registrations: readonly Registration[], now: Date): void {
    for (const registration of registrations) {
      const { status, signedUpAt, cancelledAt, participantId, groupId } = viewOf(registration, now);
      this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
      this.#day(signedUpAt).signUps += 1;
      if (cancelledAt !== undefined) this.#day(cancelledAt).cancellations += 1;
      if (takesPart(status)) this.confirmed.push({ participantId, groupId });
    }
  }

  #day(instant: string) {
    const date = businessDate(instant);
    const counts = this.#days.get(date) ?? { signUps: 0, cancellations: 0 };
    this.#days.set(date, counts);
    return counts;
  }

  get statuses() {
    return [...this.#statuses].map(([status, count]) => ({ status, count })).sort(by(({ status }) => status));
  }

  get days() {
    return [...this.#days].map(([date, counts]) => ({ date, ...counts })).sort(by(({ date }) => date));
  }
}

const by =
  <T>(name: (one: T) => string) =>
  (a: T, b: T): number =>
    name(a) < name(b) ? -1 : 1;

interface AgeBand {
  from: number;
  /** The last year of age; the band is open without it. */
  to?: number;
  count: number;
}

/**
 * People by age, no band of fewer than `fewest`: one that is too small is merged with those above it, the last with
 * the one below; nothing where all together are too few.
 * @param agesFrom where each band begins, rising from 0
 */
export function ageBands(ages: readonly number[], agesFrom: readonly number[], fewest: number): AgeBand[] {
  const bands: AgeBand[] = [];
  let from = 0;
  let count = 0;
  for (const [at, begins] of agesFrom.entries()) {
    const next = agesFrom[at + 1];
    count += ages.filter((age) => age >= begins && (next === undefined || age < next)).length;
    if (count < fewest) continue;
    bands.push({ from, ...(next !== undefined && { to: next - 1 }), count });
    from = next ?? from;
    count = 0;
  }
  const last = bands.at(-1);
  // What is left above the last band is part of it, also when it is nobody.
  if (last && last.to !== undefined) {
    last.count += count;
    delete last.to;
  }
  return bands;
}

/** People by sex; nothing where that would show few of one. */
export function bySex(counts: Readonly<Record<Sex, number>>, fewest: number): { sex: Sex; count: number }[] {
  const few = Object.values(counts).some((count) => count > 0 && count < fewest);
  const sexes = Object.entries(counts).map(([sex, count]) => ({ sex: sex as Sex, count }));
  return few || sexes.every(({ count }) => count === 0) ? [] : sexes;
}
