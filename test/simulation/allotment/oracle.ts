import type { Allotment, Holder, Lane } from "#shared/allotment/model.ts";
import { allCounters, drawable, TOTAL } from "#shared/allotment/model.ts";
import type { Item, Key } from "#shared/platform/database.ts";
import type { World } from "#simulation/world.ts";

/** What one write changed, as the simulated store tells it. */
export type Committed = readonly { key: Key; before: Item | undefined; after: Item | undefined }[];

const HAVING = new Set(["active", "held", "offered"]);
const SIZES = [1, 2];
const FLOW_MS = 30_000;
/** How many places a party takes, and how many of them are this holder's own. */
const sizeOf = ({ party, places }: Holder): number => places ?? party?.length ?? 1;
const ownOf = ({ holder, party, places }: Holder): number =>
  places === undefined ? 1 : party?.[0] === holder ? places : 0;
const sum = (holders: readonly Holder[]): number => holders.reduce((all, one) => all + ownOf(one), 0);

const having = (holder: Holder | undefined): boolean => holder !== undefined && HAVING.has(holder.state);

/** How everything stood before a write. */
interface Picture {
  free: ReadonlyMap<string, number>;
  rules: number | undefined;
  open: boolean | undefined;
  /** Those who wait and could have had places, first come first. */
  servable: readonly Holder[];
}

/** From which state to which a holder may go; `none` has no item yet. */
const legal: Record<string, readonly string[]> = {
  none: ["active", "held", "waiting", "entered"],
  released: ["active", "held", "waiting", "entered"],
  entered: ["active", "held", "waiting", "released"],
  waiting: ["offered", "released"],
  offered: ["active", "held", "released"],
  held: ["active", "released"],
  active: ["released"],
};

/**
 * Watches every write of a simulated store and knows at each instant what the promises of the kernel demand. It
 * shares nothing with the kernel but the shape of the items; what it finds wrong is a violation, by name.
 */
export class Oracle {
  readonly violations: string[] = [];
  /** Invariants checked so far. */
  checked = 0;
  readonly holders = new Map<string, Holder>();
  readonly #lanes = new Map<string, Lane[]>();
  readonly #capacity = new Map<string, number>();
  /** When a newcomer last found nothing, by counter and size of the party. */
  readonly #fullAt = new Map<string, number>();
  readonly #waitsSince = new Map<string, number>();
  readonly #served = new Map<string, number>();
  readonly #world: World;
  readonly #allotment: Allotment;
  readonly #lagMs: number;

  constructor(
    world: World,
    allotment: Allotment,
    capacity: Readonly<Record<string, number>>,
    /** How long the index may hide somebody who waits. */
    lagMs: number,
  ) {
    this.#world = world;
    this.#allotment = allotment;
    this.#lagMs = lagMs;
    for (const [counter, places] of Object.entries(capacity)) this.#capacity.set(counter, places);
  }

  #violate(what: string): void {
    this.violations.push(`${new Date(this.#world.now()).toISOString()} ${what}`);
  }

  /** Capacity is changed by a write of its own subject, together with the lanes. */
  see(committed: Committed): void {
    const moved: { before: Holder | undefined; after: Holder }[] = [];
    const pre = this.#picture();
    this.#noteFull();
    for (const { key, before, after } of committed) {
      if (key.pk.startsWith("LANE#")) this.#seeLane(key, after);
      if (key.pk.startsWith("SUBJECT#"))
        for (const [counter, places] of Object.entries(
          (after?.["capacity"] ?? {}) as Record<string, number>,
        )) {
          this.#capacity.set(counter, places);
        }
      if (key.pk.startsWith("GUARD#") && Number(after?.["used"]) !== Number(before?.["used"] ?? 0) + 1)
        this.#violate(`${key.pk} went from ${before?.["used"]} to ${after?.["used"]} uses`);
      if (key.pk.startsWith("HOLDER#") && after) {
        const one = { ...after, holder: key.sk } as unknown as Holder;
        const was = before ? ({ ...before, holder: key.sk } as unknown as Holder) : undefined;
        moved.push({ before: was, after: one });
        this.holders.set(key.sk, one);
        this.#seeServed(was, one);
      }
    }
    for (const { before, after } of moved)
      this.#checkMove(before, after, pre, sum(moved.map((one) => one.after)));
    this.#checkCounters();
    this.#noteFull();
  }

  #seeLane({ pk }: Key, after: Item | undefined): void {
    const [, , counter = "", lane = "0"] = pk.split("#");
    const lanes = this.#lanes.get(counter) ?? [];
    lanes[Number(lane)] = after as unknown as Lane;
    this.#lanes.set(counter, lanes);
  }

  #seeServed(before: Holder | undefined, after: Holder): void {
    for (const key of Object.keys(after.served)) {
      if (before?.served[key]) continue;
      const times = (this.#served.get(key) ?? 0) + 1;
      this.#served.set(key, times);
      if (times > 1) this.#violate(`request ${key} had its effect ${times} times`);
    }
    for (const key of Object.keys(before?.served ?? {}))
      if (!after.served[key]) this.#violate(`request ${key} was forgotten`);
  }

  places(counter: string): number {
    return (this.#lanes.get(counter) ?? []).reduce((sum, lane) => sum + (lane?.places ?? 0), 0);
  }

  zero(counter: string): Lane | undefined {
    return this.#lanes.get(counter)?.[0];
  }

  #owed(): number {
    return this.zero(TOTAL)?.owed ?? 0;
  }

  waiting(): Holder[] {
    return [...this.holders.values()].filter(({ state }) => state === "waiting");
  }

  /** Whether places suffice for one who waits, given free places by counter. */
  servable(holder: Holder, free: (counter: string) => number, whole: number): boolean {
    const size = sizeOf(holder);
    const now = new Date(this.#world.now()).toISOString();
    const leaves = drawable(this.#allotment, holder.leaves ?? [holder.leaf], now);
    return size <= whole && leaves.some((leaf) => free(leaf) >= size);
  }

  /** Those at the head of their party who could have places now, first come first. */
  servableNow(): Holder[] {
    const whole = this.#allotment.total ? this.places(TOTAL) + this.#owed() : Number.POSITIVE_INFINITY;
    return this.waiting()
      .filter((holder) => holder.pendingSort !== undefined)
      .filter((holder) => this.servable(holder, (counter) => this.places(counter), whole))
      .sort((a, b) => ((a.pendingSort ?? "") < (b.pendingSort ?? "") ? -1 : 1));
  }

  /** How everything stood before a write. */
  #picture(): Picture {
    const free = new Map(allCounters(this.#allotment).map((counter) => [counter, this.places(counter)]));
    const [zero] = this.#lanes.get(this.#allotment.leaves[0] ?? "") ?? [];
    return { free, rules: zero?.rules, open: zero?.open, servable: this.servableNow() };
  }

  #checkMove(before: Holder | undefined, after: Holder, pre: Picture, together: number): void {
    const from = before?.state ?? "none";
    if (before?.version !== undefined && after.version !== before.version + 1)
      this.#violate(`holder ${after.holder} went from version ${before.version} to ${after.version}`);
    // Who comes for another of a team stands where that one stood.
    const substitute = after.claim["substitute"] === true && (from === "none" || from === "released");
    if (from !== after.state && !substitute && !(legal[from] ?? []).includes(after.state))
      this.#violate(`holder ${after.holder} went from ${from} to ${after.state}`);
    if (after.state === "waiting") this.#waitsSince.set(after.holder, this.#world.now());
    const newcomer = (from === "none" || from === "released" || from === "entered") && having(after);
    if (newcomer && ownOf(after) > 0) this.#checkNewcomer(after, pre);
    const asks = (from === "none" || from === "released") && !substitute;
    const offered = after.state === "offered" && from !== "offered" && !substitute;
    if ((asks || (newcomer && !substitute) || offered) && !pre.open)
      this.#violate(`holder ${after.holder} became ${after.state} while it was closed`);
    if (asks && after.claim["rules"] !== pre.rules)
      this.#violate(`holder ${after.holder} was judged by rules ${after.claim["rules"]}, not ${pre.rules}`);
    if (from === "waiting" && after.state === "offered" && after.pendingSort !== undefined)
      this.#checkTurn(before as Holder, after, pre, together);
  }

  /** A newcomer takes nothing that one who waits could have. */
  #checkNewcomer(after: Holder, pre: Picture): void {
    const waits = pre.servable.filter((holder) => {
      // What is set aside of the whole may be for somebody else: a party that it would not suffice for is passed.
      if (this.#allotment.total && holder.party) return false;
      const own = holder.leaves ?? [holder.leaf];
      const leaves = this.#justFlowed() ? own : drawable(this.#allotment, own, this.#instant());
      return leaves.includes(after.leaf) && sizeOf(holder) <= (pre.free.get(after.leaf) ?? 0);
    });
    if (waits.length > 0)
      this.#violate(`newcomer ${after.holder} passed ${waits[0]?.holder}, who waits at ${after.leaf}`);
    // What flows back by the clock is kept for them at its leaf; the whole is not, until the sweep has been.
    const robbed = pre.servable.find((holder) =>
      (holder.leaves ?? [holder.leaf]).some((own) => (pre.free.get(own) ?? 0) >= sizeOf(holder)),
    );
    const wholeLeft = this.places(TOTAL) + this.#owed();
    if (this.#allotment.total && robbed && wholeLeft === 0)
      this.#violate(`newcomer ${after.holder} took the whole's last place from ${robbed.holder}`);
  }

  /** What was decided just before places flowed back may be written just after. */
  #justFlowed(): boolean {
    return Object.values(this.#allotment.flowsBack ?? {}).some(
      ({ at }) => Math.abs(this.#world.now() - Date.parse(at)) < FLOW_MS,
    );
  }

  /** Whoever waits is served in the order of asking, except while the index does not show them yet. */
  #checkTurn(before: Holder, after: Holder, pre: Picture, together: number): void {
    if (before.party && before.party[0] !== before.holder) return;
    const decidedAt = Number(after.claim["decidedAt"]);
    const justFlowed = this.#justFlowed();
    const first = pre.servable.find((one) => {
      const { holder, leaf, leaves = [leaf] } = one;
      if (!drawable(this.#allotment, leaves, this.#instant()).includes(after.leaf)) return false;
      const since = this.#waitsSince.get(holder) ?? 0;
      const own = leaves.some((drawn) => (pre.free.get(drawn) ?? 0) >= sizeOf(one));
      return decidedAt - since > this.#lagMs && sizeOf(one) <= together && (own || !justFlowed);
    });
    if (first && (first.pendingSort ?? "") < (before.pendingSort ?? ""))
      this.#violate(`${before.holder} was offered a place before ${first.holder}, who asked earlier`);
  }

  #checkCounters(): void {
    this.checked += 1;
    const holders = [...this.holders.values()];
    this.#checkTeams(holders);
    for (const counter of allCounters(this.#allotment)) {
      const lanes = this.#lanes.get(counter) ?? [];
      if (lanes.length === 0) return;
      const at = ({ leaf }: Holder) => counter === TOTAL || leaf === counter;
      const held = sum(holders.filter((holder) => having(holder) && at(holder)));
      const owed = counter === TOTAL ? this.#owed() : 0;
      const capacity = this.#capacity.get(counter) ?? 0;
      const free = this.places(counter);
      if (held + free + owed !== capacity)
        this.#violate(`${counter}: ${held} held + ${free} free + ${owed} owed is not ${capacity}`);
      if (held > capacity) this.#violate(`${counter}: ${held} held of ${capacity}`);
      if (owed < 0 || lanes.some((lane) => lane && lane.places < 0)) this.#violate(`${counter}: below zero`);
      const waits = sum(
        holders.filter(
          ({ state, leaves = [] }) => state === "waiting" && (counter === TOTAL || leaves.includes(counter)),
        ),
      );
      if (lanes[0]?.waiting !== waits)
        this.#violate(`${counter}: ${waits} wait, the counter says ${lanes[0]?.waiting}`);
      const unconfirmed = sum(
        holders.filter((holder) => (holder.state === "held" || holder.state === "offered") && at(holder)),
      );
      const counted = lanes.reduce((sum, lane) => sum + (lane?.unconfirmed ?? 0), 0);
      if (counted !== unconfirmed)
        this.#violate(`${counter}: ${unconfirmed} unconfirmed, the counter says ${counted}`);
    }
  }

  /** No half team: while its first has the team's place, or waits for one, so do all who belong to it. */
  #checkTeams(holders: readonly Holder[]): void {
    for (const first of holders) {
      if (first.places === undefined || first.party?.[0] !== first.holder || first.state === "released")
        continue;
      for (const key of first.party) {
        const member = this.holders.get(key);
        if (member?.state !== first.state || member.party?.[0] !== first.holder)
          this.#violate(`team ${first.holder} is ${first.state}, its member ${key} ${member?.state}`);
      }
    }
  }

  #instant(): string {
    return new Date(this.#world.now()).toISOString();
  }

  /** Whether a newcomer finds nothing at a counter: too few are free, or those who wait come first. */
  #isFull(counter: string, size: number): boolean {
    return this.places(counter) < size || (counter !== TOTAL && this.#anyWaits(counter));
  }

  #anyWaits(leaf: string): boolean {
    const to = this.#allotment.flowsBack?.[leaf]?.to;
    const waits = (counter: string) => (this.zero(counter)?.waiting ?? 0) > 0;
    return waits(leaf) || (to !== undefined && waits(to));
  }

  #noteFull(): void {
    for (const counter of allCounters(this.#allotment))
      for (const size of SIZES)
        if (this.#isFull(counter, size)) this.#fullAt.set(`${counter} ${size}`, this.#world.now());
  }

  /**
   * A request is told "full": every leaf it may draw on, or the whole, must have been at some instant since `since`,
   * and it must not be told to one who has a place.
   */
  tellFull(holder: string, leaves: readonly string[], size: number, since: number, hadPlace: boolean): void {
    this.checked += 1;
    this.#noteFull();
    if (hadPlace) this.#violate(`${holder}, who has a place, was told that it is full`);
    const wasFull = (counter: string) =>
      (this.#fullAt.get(`${counter} ${size}`) ?? Number.NEGATIVE_INFINITY) >= since;
    // What flowed back while it was asked may count or not.
    const asked = new Date(Math.max(0, since)).toISOString();
    const full = [asked, this.#instant()].some((at) => drawable(this.#allotment, leaves, at).every(wasFull));
    if (!full && !(this.#allotment.total && wasFull(TOTAL)))
      this.#violate(`${holder} was told that ${leaves.join()} is full when it was not`);
  }

  tell(condition: boolean, otherwise: string): void {
    this.checked += 1;
    if (!condition) this.#violate(otherwise);
  }

  servedTimes(key: string): number {
    return this.#served.get(key) ?? 0;
  }

  /** Whether a holder has a place now. */
  has(holder: string): boolean {
    return having(this.holders.get(holder));
  }
}
