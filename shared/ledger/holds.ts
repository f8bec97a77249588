import { Contended, type Item, type Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import { backOff, refuseFailed } from "#shared/platform/transact.ts";
import {
  type Change,
  changePart,
  freezeOn,
  guardedKey,
  guardedOf,
  holdOn,
  releaseOn,
  Stale,
  untouched,
} from "./guarded.ts";
import { endPart, type HoldRecord, holdKey, recordOf } from "./holdRecord.ts";
import type { Account, Frozen, Guarded } from "./model.ts";
import type { Ledger } from "./post.ts";
import { ledgerProblems } from "./problems.ts";

const ATTEMPTS = 5;

export async function findHold({ db }: Ledger, holdId: string): Promise<HoldRecord | undefined> {
  const item = await db.get({ table: "accounts", key: holdKey(holdId), consistent: true });
  return item && recordOf(holdId, item);
}

export async function readGuarded({ db }: Ledger, item: string): Promise<Guarded> {
  const found = await db.get({ table: "accounts", key: guardedKey(item), consistent: true });
  return found ? guardedOf(found) : untouched(item);
}

/** Changes one guarded item, deciding again whenever another writer was there first. */
async function change(
  ledger: Ledger,
  item: string,
  decide: (before: Guarded) => Change | undefined,
  also: readonly Part[],
): Promise<void> {
  for (let tries = 1; tries <= ATTEMPTS; tries += 1) {
    const changed = decide(await readGuarded(ledger, item));
    const parts = [...also, ...(changed ? [changePart(changed)] : [])];
    if (parts.length === 0) return;
    try {
      refuseFailed(parts, await ledger.db.attempt(parts));
      return;
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      await backOff(ledger.pace, tries);
    }
  }
  throw new Contended("others kept writing to the same account");
}

const itemOf = ({ id, guard }: Account): string => {
  if (!guard) throw new Error(`${id} is not guarded: nothing can be held on it`);
  return guard;
};

class Held extends Error {
  readonly item: Item;
  constructor(item: Item) {
    super("the hold stood already");
    this.item = item;
  }
}

/**
 * Sets an amount aside until an instant. The same again answers the hold as it stands now; refuses
 * `insufficient-balance`, `account-frozen` and, for another hold of this id, `journal-id-reused`.
 */
export async function hold(
  ledger: Ledger,
  account: Account,
  of: { holdId: string; amountFen: number; until: Instant },
  also: readonly Part[] = [],
): Promise<HoldRecord> {
  await ledger.gate();
  const { holdId, amountFen, until } = of;
  const record: HoldRecord = { holdId, account: account.id, amountFen, until, state: "held" };
  const { holdId: _, ...kept } = record;
  const put: Part = {
    table: "accounts",
    write: {
      Put: { Item: { ...holdKey(holdId), ...kept }, ConditionExpression: "attribute_not_exists(pk)" },
    },
    refused: (item) => new Held(item ?? {}),
  };
  const stood = (item: Item): HoldRecord => {
    const standing = recordOf(holdId, item);
    if (standing.account !== account.id || standing.amountFen !== amountFen)
      throw new Refusal(ledgerProblems.journalIdReused);
    return standing;
  };
  try {
    const decide = (before: Guarded) =>
      holdOn(before, account, holdId, { amountFen, until, now: ledger.now().toISOString() });
    await change(ledger, itemOf(account), decide, [put, ...also]);
    return record;
  } catch (error) {
    if (error instanceof Held) return stood(error.item);
    const item = await ledger.db.get({ table: "accounts", key: holdKey(holdId), consistent: true });
    if (item) return stood(item);
    throw error;
  }
}

/** Lets a hold go; nothing happens when it was let go before. Refuses `hold-over` when it was captured. */
export async function release(
  ledger: Ledger,
  account: Account,
  holdId: string,
  also: readonly Part[] = [],
): Promise<void> {
  const standing = await findHold(ledger, holdId);
  if (standing?.account !== account.id) throw new Refusal(ledgerProblems.holdUnknown);
  if (standing.state === "released") return;
  try {
    await change(ledger, itemOf(account), (before) => releaseOn(before, holdId), [
      endPart(holdId, "released"),
      ...also,
    ]);
  } catch (error) {
    // It may be this very release that is in the way.
    if ((await findHold(ledger, holdId))?.state !== "released") throw error;
  }
}

/** Nothing leaves the item from here on; coming in goes on. Nothing happens when it is frozen already. */
export const freeze = (
  ledger: Ledger,
  item: string,
  frozen: Frozen,
  also: readonly Part[] = [],
): Promise<void> => change(ledger, item, (before) => freezeOn(before, frozen), also);

export const unfreeze = (ledger: Ledger, item: string, also: readonly Part[] = []): Promise<void> =>
  change(ledger, item, (before) => freezeOn(before, undefined), also);
