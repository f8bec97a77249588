import type { Item, Key, Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import { type Account, type DraftLeg, effectFen, type Guarded, type Hold } from "./model.ts";
import { ledgerProblems } from "./problems.ts";

/** Another writer changed the item between the read and the write: read and decide again. */
export class Stale extends Error {
  override readonly name = "Stale";
}

export const guardedKey = (item: string): Key => ({ pk: `ACCOUNT#${item}`, sk: "BALANCES" });

export function guardedOf(item: Item): Guarded {
  const { pk, sk: _sk, ...state } = item;
  return { ...state, item: String(pk).slice("ACCOUNT#".length) } as unknown as Guarded;
}

/** An item that nothing was written to yet. */
export const untouched = (item: string): Guarded => ({
  item,
  version: 0,
  balances: {},
  holds: {},
  lastPostedAt: "",
  lastEntry: "",
});

const live = (holds: Guarded["holds"], now: Instant): Record<string, Hold> =>
  Object.fromEntries(Object.entries(holds).filter(([, { until }]) => until > now));

const heldFen = (holds: Guarded["holds"], account: string): number =>
  Object.values(holds).reduce((sum, hold) => (hold.account === account ? sum + hold.amountFen : sum), 0);

/** What can leave an account at an instant: its balance less what is held. */
export const availableFen = ({ balances, holds }: Guarded, account: string, now: Instant): number =>
  (balances[account] ?? 0) - heldFen(live(holds, now), account);

/** How an item shall be changed: everything it was judged by is in the write's condition. */
export interface Change {
  before: Guarded;
  after: Guarded;
  /** The least balance that each account from which something leaves must have. */
  least: Readonly<Record<string, number>>;
}

/**
 * What an entry's legs do to one item. Refuses `account-frozen`, `insufficient-balance`, `hold-unknown` and
 * `hold-over`. What a captured hold kept can be spent by this entry.
 */
export function changeOf(
  before: Guarded,
  legs: readonly DraftLeg[],
  captures: readonly string[],
  now: Instant,
  { journalId, postedAt }: { journalId: string; postedAt: Instant },
): Change {
  const holds = live(before.holds, now);
  for (const holdId of captures) {
    if (!holds[holdId]) throw new Refusal(ledgerProblems.holdOver);
    delete holds[holdId];
  }
  const balances: Record<string, number> = { ...before.balances };
  const effects = new Map<string, number>();
  for (const { account, side, amountFen } of legs)
    effects.set(
      account.id,
      (effects.get(account.id) ?? 0) + effectFen({ normal: account.normal, side, amountFen }),
    );
  const least: Record<string, number> = {};
  for (const [id, effect] of effects) {
    const standing = before.balances[id] ?? 0;
    balances[id] = standing + effect;
    if (effect >= 0) continue;
    if (before.frozen) throw new Refusal(ledgerProblems.accountFrozen);
    least[id] = heldFen(holds, id) - effect;
    if (standing < (least[id] ?? 0)) throw new Refusal(ledgerProblems.insufficientBalance);
  }
  const version = before.version + 1;
  const after = { ...before, balances, holds, version, lastPostedAt: postedAt, lastEntry: journalId };
  return { before, after, least };
}

/** Sets an amount aside: it can no longer leave, until it is captured, released, or its time is over. */
export function holdOn(
  before: Guarded,
  account: Account,
  holdId: string,
  { amountFen, until, now }: { amountFen: number; until: Instant; now: Instant },
): Change {
  if (!Number.isSafeInteger(amountFen) || amountFen <= 0) throw new Refusal(ledgerProblems.invalidAmount);
  if (before.frozen) throw new Refusal(ledgerProblems.accountFrozen);
  const holds = live(before.holds, now);
  const least = heldFen(holds, account.id) + amountFen;
  if ((before.balances[account.id] ?? 0) < least) throw new Refusal(ledgerProblems.insufficientBalance);
  holds[holdId] = { account: account.id, amountFen, until };
  return { before, after: { ...before, holds, version: before.version + 1 }, least: { [account.id]: least } };
}

/** Lets what was set aside be used again; no change when it no longer holds anything. */
export function releaseOn(before: Guarded, holdId: string): Change | undefined {
  if (!before.holds[holdId]) return undefined;
  const { [holdId]: _, ...holds } = before.holds;
  return { before, after: { ...before, holds, version: before.version + 1 }, least: {} };
}

/** Sets or takes away the flag; no change when it stands so already. */
export function freezeOn(before: Guarded, frozen: Guarded["frozen"]): Change | undefined {
  if ((before.frozen === undefined) === (frozen === undefined)) return undefined;
  const { frozen: _, ...rest } = before;
  const after = { ...rest, ...(frozen && { frozen }), version: before.version + 1 };
  return { before, after, least: {} };
}

/** The write of a change. Its refusal is {@link Stale}: the item is not as it was judged. */
export function changePart({ before, after, least }: Change): Part {
  const names: Record<string, string> = {};
  const values: Item = {
    ":next": after.version,
    ":balances": after.balances,
    ":holds": after.holds,
    ":at": after.lastPostedAt,
    ":entry": after.lastEntry,
  };
  const clauses: string[] = [];
  if (before.version === 0) clauses.push("attribute_not_exists(pk)");
  else {
    clauses.push("version = :was");
    values[":was"] = before.version;
  }
  for (const [at, [account, fen]] of Object.entries(least).entries()) {
    clauses.push(`balances.#a${at} >= :least${at}`);
    names[`#a${at}`] = account;
    values[`:least${at}`] = fen;
  }
  const leaves = Object.keys(least).length > 0;
  if (leaves) clauses.push("attribute_not_exists(frozen)");
  if (after.frozen) values[":frozen"] = after.frozen;
  const set =
    "SET version = :next, balances = :balances, holds = :holds, lastPostedAt = :at, lastEntry = :entry";
  const thaws = before.frozen && !after.frozen;
  return {
    table: "accounts",
    write: {
      Update: {
        Key: guardedKey(before.item),
        UpdateExpression: `${set}${after.frozen ? ", frozen = :frozen" : ""}${thaws ? " REMOVE frozen" : ""}`,
        ConditionExpression: clauses.join(" AND "),
        ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
        ExpressionAttributeValues: values,
      },
    },
    refused: () => new Stale(`${before.item} was changed meanwhile`),
  };
}
