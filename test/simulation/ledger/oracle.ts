import type { HoldRecord } from "#shared/ledger/holdRecord.ts";
import type { Draft, Entry, Guarded, Leg } from "#shared/ledger/model.ts";
import type { ReadOnly } from "#shared/ledger/moneyMode.ts";
import type { Reversed } from "#shared/ledger/reversals.ts";
import type { Item, Key } from "#shared/platform/database.ts";
import type { TableName } from "#shared/platform/env.ts";
import { isEqual } from "#simulation/values.ts";
import type { World } from "#simulation/world.ts";

/** What one write changed, as the simulated store tells it. */
export type Committed = readonly {
  table: TableName;
  key: Key;
  before: Item | undefined;
  after: Item | undefined;
}[];

interface Known extends Pick<HoldRecord, "account" | "amountFen" | "until" | "state"> {
  item: string;
}

export const effectOf = ({ side, normal, amountFen }: Pick<Leg, "side" | "normal" | "amountFen">): number =>
  side === normal ? amountFen : -amountFen;

export const same = isEqual;

/** The same value in the same words, whatever the order of its attributes. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, at: unknown) =>
    typeof at === "object" && at !== null && !Array.isArray(at)
      ? Object.fromEntries(Object.entries(at).sort(([a], [b]) => (a < b ? -1 : 1)))
      : at,
  );

/**
 * Watches every write of a simulated store and knows at each instant what the promises of the ledger demand of the
 * journal and of what guards it. It shares nothing with the kernel but the shape of the items; what it finds wrong
 * is a violation, by name.
 */
export class Oracle {
  readonly violations: string[] = [];
  /** Invariants checked so far. */
  checked = 0;
  readonly entries = new Map<string, Entry>();
  /** What each account that is guarded has, by its entries alone. */
  readonly balances = new Map<string, number>();
  readonly holds = new Map<string, Known>();
  readonly #drafts = new Map<string, Draft>();
  readonly #reversed = new Map<string, { sumsFen: number[]; by: string[] }>();
  readonly #used = new Map<string, number>();
  readonly #limits: ReadonlyMap<string, number>;
  /** What became of each period that is no longer open. */
  readonly #periods = new Map<string, unknown>();
  readonly #world: World;

  /** @param limits of the ceilings, by their names */
  constructor(world: World, limits: ReadonlyMap<string, number>) {
    this.#world = world;
    this.#limits = limits;
  }

  violate(what: string): void {
    this.violations.push(`${this.#instant} ${what}`);
  }

  tell(condition: boolean, otherwise: () => string): void {
    this.checked += 1;
    if (!condition) this.violate(otherwise());
  }

  get #instant(): string {
    return new Date(this.#world.now()).toISOString();
  }

  /** Whoever is about to post says what. */
  expect(draft: Draft): void {
    this.#drafts.set(draft.journalId, draft);
  }

  see(committed: Committed): void {
    const posted: { entry: Entry; draft: Draft | undefined }[] = [];
    for (const { table, key, before, after } of committed) {
      if (table !== "journal") continue;
      this.tell(before === undefined, () => `the entry ${key.pk} was written over`);
      this.tell(after !== undefined, () => `the entry ${key.pk} was removed`);
      if (before !== undefined || after === undefined) continue;
      const { pk, sk: _, ...rest } = after;
      const entry = { journalId: pk, ...rest } as unknown as Entry;
      const draft = this.#drafts.get(entry.journalId);
      this.entries.set(entry.journalId, entry);
      posted.push({ entry, draft });
      this.#seeEntry(entry, draft);
    }
    const items = new Map(
      committed.filter(({ table }) => table === "accounts").map((change) => [change.key.pk, change]),
    );
    for (const { entry } of posted) this.#seeGuards(entry, items);
    for (const { table, key, before, after } of committed)
      if (table === "accounts") this.#seeItem(key, before, after, posted, items);
    for (const { draft } of posted) this.#seeDraft(draft, items);
    this.#seeAvailable(committed);
  }

  /** An entry by itself, and with those before it. */
  #seeEntry(entry: Entry, draft: Draft | undefined): void {
    const { journalId, legs, businessDate } = entry;
    const sums = new Map<string, number>();
    for (const { book, side, amountFen } of legs)
      sums.set(book, (sums.get(book) ?? 0) + (side === "debit" ? amountFen : -amountFen));
    for (const [book, sum] of sums)
      this.tell(sum === 0, () => `the legs of ${journalId} leave ${sum} in ${book}`);
    const asked = draft?.legs.map(({ account: { id }, side, amountFen }) => [id, side, amountFen]);
    const posted = legs.map(({ account, side, amountFen }) => [account, side, amountFen]);
    this.tell(same(asked, posted), () => `${journalId} is not what was asked: ${textOf(posted)}`);
    const state = this.#periods.get(businessDate.slice(0, 7));
    this.tell(state === undefined, () => `${journalId} is dated ${businessDate}, which is ${state}`);
    for (const leg of legs)
      if (leg.guard !== undefined)
        this.balances.set(leg.account, (this.balances.get(leg.account) ?? 0) + effectOf(leg));
    if (entry.reverses !== undefined) this.#seeReversal(entry, entry.reverses);
  }

  #seeReversal({ journalId, legs }: Entry, reverses: string): void {
    const original = this.entries.get(reverses);
    if (!original) {
      this.violate(`${journalId} reverses ${reverses}, which is not there`);
      return;
    }
    const known = this.#reversed.get(reverses) ?? { sumsFen: original.legs.map(() => 0), by: [] };
    this.#reversed.set(reverses, known);
    known.by.push(journalId);
    for (const leg of legs) {
      const at = original.legs.findIndex(({ account, side }) => account === leg.account && side === leg.side);
      known.sumsFen[at] = (known.sumsFen[at] ?? 0) - leg.amountFen;
      const most = original.legs[at]?.amountFen ?? 0;
      this.tell(
        (known.sumsFen[at] ?? 0) <= most,
        () => `${journalId} takes back more than ${reverses} posted`,
      );
    }
  }

  /** What the legs say they left behind, in the items of the same write. */
  #seeGuards({ journalId, legs, postedAt }: Entry, items: ReadonlyMap<string, Committed[number]>): void {
    for (const { account, guard, balanceAfterFen, version } of legs) {
      if (guard === undefined) continue;
      const { before, after } = items.get(`ACCOUNT#${guard}`) ?? {};
      const balance = this.balances.get(account);
      this.tell(
        balanceAfterFen === balance && version === after?.["version"],
        () => `${journalId} says that it left ${balanceAfterFen} on ${account} (${version}), not ${balance}`,
      );
      const last = String(before?.["lastPostedAt"] ?? "");
      this.tell(
        postedAt > last && after?.["lastPostedAt"] === postedAt,
        () => `${journalId} is of ${postedAt}, and ${guard} had one of ${last}`,
      );
    }
  }

  #seeItem(
    { pk }: Key,
    before: Item | undefined,
    after: Item | undefined,
    posted: readonly { entry: Entry; draft: Draft | undefined }[],
    items: ReadonlyMap<string, Committed[number]>,
  ): void {
    const [family = "", name = ""] = pk.split(/#(.*)/);
    if (!after) this.violate(`${pk} was removed`);
    else if (family === "ACCOUNT")
      this.#seeBalances(name, before, after as unknown as Guarded, posted.length > 0);
    else if (family === "HOLD") this.#seeHold(name, before, after as unknown as HoldRecord, posted, items);
    else if (family === "REV") this.#seeReversed(name, after as unknown as Reversed);
    else if (family === "CEILING")
      this.#seeCeiling(name, Number(before?.["used"] ?? 0), Number(after["used"]));
    else if (family === "PERIODS") this.#seePeriod(before, after);
    else if (family === "FLAG")
      this.#seeFlag(before as unknown as ReadOnly & Item, after as unknown as ReadOnly & Item);
    // What came late is of the books, which tell what is right in it; here it only stays as it was written.
    else if (family === "LATE-SEGMENTS")
      this.tell(!before || same(before, after), () => `${pk} was written over`);
    else this.violate(`nobody knows ${pk}`);
  }

  #seeReversed(journalId: string, { sumsFen, by }: Reversed): void {
    const known = this.#reversed.get(journalId);
    this.tell(
      same(known, { sumsFen, by }),
      () => `${journalId} is reversed by ${textOf({ sumsFen, by })}, not ${textOf(known)}`,
    );
  }

  #seeCeiling(name: string, from: number, used: number): void {
    const limit = this.#limits.get(name) ?? 0;
    this.tell(used <= from || used <= limit, () => `${used} of ${limit} are used of the ceiling ${name}`);
  }

  #seeBalances(item: string, before: Item | undefined, after: Guarded, byPosting: boolean): void {
    const was = before as unknown as Guarded | undefined;
    this.tell(
      after.version === (was?.version ?? 0) + 1,
      () => `${item} went from version ${was?.version} to ${after.version}`,
    );
    const accounts = new Set([...Object.keys(was?.balances ?? {}), ...Object.keys(after.balances)]);
    for (const account of accounts) {
      const [from, to] = [was?.balances[account] ?? 0, after.balances[account]];
      const posted = this.balances.get(account) ?? 0;
      this.tell(to === posted, () => `${account} has ${to}, and its entries come to ${posted}`);
      this.tell((to ?? 0) >= 0, () => `${account} has ${to}`);
      if ((to ?? 0) < from) {
        this.tell(was?.frozen === undefined, () => `${from - (to ?? 0)} left ${account}, which is frozen`);
        this.tell(byPosting, () => `${account} changed without an entry`);
      }
    }
    this.tell(
      !byPosting || same(was?.frozen, after.frozen),
      () => `a posting changed what keeps ${item} frozen`,
    );
    this.tell(
      byPosting || after.lastPostedAt === (was?.lastPostedAt ?? ""),
      () => `${item} was posted to at ${after.lastPostedAt} without an entry`,
    );
  }

  #seeHold(
    holdId: string,
    before: Item | undefined,
    after: HoldRecord,
    posted: readonly { draft: Draft | undefined }[],
    items: ReadonlyMap<string, Committed[number]>,
  ): void {
    const from = before?.["state"] ?? "none";
    const { account, amountFen, until, state } = after;
    const legal: Record<string, readonly string[]> = { none: ["held"], held: ["captured", "released"] };
    this.tell(
      legal[String(from)]?.includes(state) ?? false,
      () => `the hold ${holdId} went from ${from} to ${state}`,
    );
    const captured = posted.some(({ draft }) => draft?.captures?.some((one) => one.holdId === holdId));
    this.tell(
      (state === "captured") === captured,
      () => `the hold ${holdId} became ${state} with another entry`,
    );
    this.tell(
      from === "none" ||
        same([account, amountFen, until], [before?.["account"], before?.["amountFen"], before?.["until"]]),
      () => `the hold ${holdId} became another`,
    );
    const guard = [...items.keys()].find((pk) => pk.startsWith("ACCOUNT#"))?.slice("ACCOUNT#".length) ?? "";
    const item = this.holds.get(holdId)?.item ?? guard;
    this.tell(item !== "", () => `the hold ${holdId} is kept by nothing`);
    this.holds.set(holdId, { account, amountFen, until, state, item });
  }

  #seePeriod(before: Item | undefined, after: Item): void {
    const from = before?.["state"] ?? "open";
    const { state, sk } = after;
    const legal = from === "open" ? "closing" : from === "closing" ? "closed" : "nothing";
    this.tell(state === legal, () => `the period ${sk} went from ${from} to ${state}`);
    this.tell(
      !before || same(before["closingSince"], after["closingSince"]),
      () => `the period ${sk} began to close again`,
    );
    this.#periods.set(String(sk), state);
  }

  #seeFlag(before: (ReadOnly & Item) | undefined, after: ReadOnly & Item): void {
    const [was, is] = [before?.["readOnly"] === true, after["readOnly"] === true];
    this.tell(was !== is, () => `money was ${is ? "stopped" : "let go"} twice`);
    this.tell(
      after.stop === (before?.stop ?? 0) + (is ? 1 : 0),
      () => `stop ${before?.stop} became ${after.stop}`,
    );
  }

  /** What else an entry asked for happened in the same write, once. */
  #seeDraft(draft: Draft | undefined, items: ReadonlyMap<string, Committed[number]>): void {
    for (const { name, byFen } of draft?.ceilings ?? []) {
      const used = (this.#used.get(name) ?? 0) + byFen;
      this.#used.set(name, used);
      const found = items.get(`CEILING#${name}`)?.after?.["used"];
      this.tell(found === used, () => `the ceiling ${name} says ${found}, not ${used}`);
    }
    for (const { holdId } of draft?.captures ?? [])
      this.tell(
        items.get(`HOLD#${holdId}`)?.after?.["state"] === "captured",
        () => `${draft?.journalId} did not take the hold ${holdId}`,
      );
    if (draft?.reverses !== undefined)
      this.tell(items.has(`REV#${draft.reverses}`), () => `nothing says that ${draft.reverses} was reversed`);
  }

  /** What is set aside cannot have left, and the item knows of it. */
  #seeAvailable(committed: Committed): void {
    const now = this.#instant;
    for (const { table, key, before, after } of committed) {
      if (table !== "accounts" || !key.pk.startsWith("ACCOUNT#")) continue;
      const item = key.pk.slice("ACCOUNT#".length);
      const live = [...this.holds].filter(
        ([, hold]) => hold.item === item && hold.state === "held" && hold.until > now,
      );
      const kept = Object.entries((after as unknown as Guarded).holds).filter(([, { until }]) => until > now);
      const brief = (holds: typeof live | typeof kept) =>
        holds.map(([id, { account, amountFen, until }]) => textOf([id, account, amountFen, until])).sort();
      this.tell(
        same(brief(live), brief(kept)),
        () => `${item} keeps ${brief(kept)}, and ${brief(live)} is held`,
      );
      for (const account of new Set(live.map(([, hold]) => hold.account))) {
        const fen = live.reduce(
          (sum, [, hold]) => (hold.account === account ? sum + hold.amountFen : sum),
          0,
        );
        const balance = this.balances.get(account) ?? 0;
        this.tell(balance >= fen, () => `${account} has ${balance}, and ${fen} of it is held`);
      }
      const held = committed.some(
        ({ key: { pk }, before: was }) => pk.startsWith("HOLD#") && was === undefined,
      );
      if (held)
        this.tell(before?.["frozen"] === undefined, () => `something was held on ${item}, which is frozen`);
    }
  }
}
