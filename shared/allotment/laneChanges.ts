import type { Item, Part } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import type { Instant } from "#shared/platform/time.ts";
import { type Allotment, laneKey } from "./model.ts";

/** What must hold of a lane as it stands before a change; each is one clause of the write's condition. */
const clauses = {
  open: "#open = :open",
  rules: "#rules = :rules",
  layout: "#layout = :layout",
  enough: "places >= :least",
  enoughOwed: "owed >= :leastOwed",
  nobodyWaits: "waiting = :none",
  /** Too few are free for the smallest who join. */
  tooFew: "places < :wanted",
  /** As many wait as when the change was decided. */
  sameWaiting: "waiting = :seenWaiting",
  /** Whoever was refused for good gets nothing afterwards. */
  askedAfter: "(attribute_not_exists(soldOutAt) OR soldOutAt < :asked)",
} as const;

export type Clause = keyof typeof clauses;

interface Change {
  counter: string;
  lane: number;
  places: number;
  waiting: number;
  owed: number;
  unconfirmed: number;
  needs: Set<Clause>;
  values: Item;
}

/** The smaller of two instants, of which one may be missing. */
const earlier = (a: unknown, b: Instant): Instant => (typeof a === "string" && a < b ? a : b);

/**
 * The changes of an allotment's lanes in one transaction, which names each item once: whatever several requests do
 * to a lane is added up, and everything they need of it must hold together.
 */
export class LaneChanges {
  readonly #changes = new Map<string, Change>();
  readonly #allotment: Pick<Allotment, "number">;

  constructor(allotment: Pick<Allotment, "number">) {
    this.#allotment = allotment;
  }

  get size(): number {
    return this.#changes.size;
  }

  #at(counter: string, lane: number): Change {
    const name = `${counter}#${lane}`;
    const known = this.#changes.get(name);
    if (known) return known;
    const fresh = { counter, lane, places: 0, waiting: 0, owed: 0, unconfirmed: 0 };
    const change: Change = { ...fresh, needs: new Set(), values: {} };
    this.#changes.set(name, change);
    return change;
  }

  has(counter: string, lane: number): boolean {
    return this.#changes.has(`${counter}#${lane}`);
  }

  require(counter: string, lane: number, clause: Clause, values: Item = {}): this {
    const change = this.#at(counter, lane);
    change.needs.add(clause);
    Object.assign(change.values, values);
    return this;
  }

  /** Places taken from a lane; negative ones come back. */
  take(counter: string, lane: number, count: number): this {
    const change = this.#at(counter, lane);
    change.places -= count;
    if (count > 0) change.needs.add("enough");
    return this;
  }

  /** Of the whole's free places that were set aside for those who wait, so many are used; negative ones are added. */
  takeOwed(counter: string, count: number): this {
    const change = this.#at(counter, 0);
    change.owed -= count;
    if (count > 0) change.needs.add("enoughOwed");
    return this;
  }

  /** So many more wait; negative when they stop, which their own items know. */
  wait(counter: string, count: number): this {
    this.#at(counter, 0).waiting += count;
    return this;
  }

  unconfirm(counter: string, lane: number, count: number): this {
    if (count !== 0) this.#at(counter, lane).unconfirmed += count;
    return this;
  }

  /** Whoever joins here wants so many places more than are known elsewhere; the smallest of them counts. */
  joinedBy(counter: string, wanted: number): this {
    const { values } = this.#at(counter, 0);
    const least = Math.min(wanted, Number(values[":wanted"] ?? wanted));
    return this.require(counter, 0, "tooFew", { ":wanted": least });
  }

  /** Nothing is taken for who asked before the lane was told to be sold out; the earliest of them counts. */
  askedAt(counter: string, lane: number, asked: Instant): this {
    const { values } = this.#at(counter, lane);
    return this.require(counter, lane, "askedAfter", { ":asked": earlier(values[":asked"], asked) });
  }

  /** A part for each lane, and which lane it is of. A lane that is only looked at is checked, not written. */
  parts(table: TableName): { part: Part; counter: string; lane: number }[] {
    return [...this.#changes.values()].map((change) => ({
      part: partOf(this.#allotment, table, change),
      counter: change.counter,
      lane: change.lane,
    }));
  }
}

const named: Partial<Record<Clause, string>> = { open: "open", rules: "rules", layout: "layout" };

function partOf(allotment: Pick<Allotment, "number">, table: TableName, change: Change): Part {
  const { counter, lane, needs, places, waiting, owed, unconfirmed } = change;
  const deltas = Object.entries({ places, waiting, owed, unconfirmed }).filter(([, delta]) => delta !== 0);
  const values: Item = {
    ":least": -places,
    ":leastOwed": -owed,
    ":none": 0,
    ":open": true,
    ...change.values,
    ...Object.fromEntries(deltas.map(([name, delta]) => [`:d_${name}`, delta])),
  };
  const condition = [...needs].map((clause) => clauses[clause]).join(" AND ");
  const update = deltas.map(([name]) => `${name} = ${name} + :d_${name}`).join(", ");
  const names = [...needs].flatMap((clause) => named[clause] ?? []);
  const used = Object.entries(values).filter(([name]) =>
    new RegExp(`${name}\\b`).test(`${condition} ${update}`),
  );
  const input = {
    Key: laneKey(allotment.number, counter, lane),
    ...(condition !== "" && { ConditionExpression: condition }),
    ...(names.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    }),
    ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
  };
  return {
    table,
    write:
      deltas.length === 0
        ? { ConditionCheck: { ...input, ConditionExpression: condition } }
        : { Update: { ...input, UpdateExpression: `SET ${update}` } },
  };
}
