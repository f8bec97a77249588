import type { Database, Item } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import { type Moment, turnoverAt } from "./asOf.ts";
import { getAll, readOne } from "./books.ts";
import { difference, fault } from "./checks.ts";
import { accountKey, registeredOf } from "./fold.ts";
import { guardedKey, guardedOf } from "./guarded.ts";
import { type HoldRecord, holdKey, recordOf } from "./holdRecord.ts";
import { entryOfItem, findEntry, journalKey } from "./journal.ts";
import { balanceFen, type Guarded } from "./model.ts";
import type { Fault } from "./moneyMode.ts";
import { reversedKey } from "./reversals.ts";

/**
 * A guarded item against its holds, against the entry that it says it was posted to last, and, once nothing newer
 * than what is sealed was posted to it, against the folded balances.
 */
export async function checkGuarded(
  db: Database,
  guarded: Guarded,
  moment: Moment,
  unsealedFen: (account: string) => Promise<number>,
): Promise<Fault | undefined> {
  const { item, balances, holds, lastPostedAt } = guarded;
  for (const [holdId, { account, amountFen, until }] of Object.entries(holds)) {
    const key = holdKey(holdId);
    const record = await db.get({ table: "accounts", key, consistent: true });
    const found = difference({ ...key, account, amountFen, until, state: "held" }, record);
    // It may have been captured or let go since the item was read.
    if (found !== undefined && found !== "/state")
      return fault("hold-differs", `${item}/holds/${holdId}${found}`);
  }
  const differs = await lastPosting(db, guarded);
  if (differs || lastPostedAt >= moment.asOf) return differs;
  for (const [account, balance] of Object.entries(balances)) {
    const turnover = await turnoverAt(db, account, moment);
    const of = await readOne(db, accountKey(account));
    // Nothing of a new account may be sealed yet.
    const isKnown = of ? registeredOf(of).guard === item : balance === (await unsealedFen(account));
    if (!isKnown) return fault("guarded-unknown", `${item}/balances/${account}`);
    if (!of) continue;
    const expected = balanceFen(registeredOf(of).normal, turnover);
    if (balance !== expected && balance !== expected + (await unsealedFen(account)))
      return fault("guarded-differs", `${item}/balances/${account}`, expected, balance);
  }
  return undefined;
}

/** The last entry may not be sealed yet. */
async function lastPosting(db: Database, of: Guarded): Promise<Fault | undefined> {
  const { item, version, balances, lastPostedAt, lastEntry } = of;
  if (lastPostedAt === "" && lastEntry === "") return undefined;
  if (typeof lastEntry !== "string") return fault("guarded-differs", `${item}/lastEntry`, "an entry");
  const entry = await findEntry(db, lastEntry);
  if (!entry) return fault("guarded-differs", `${item}/lastEntry`, "an entry", lastEntry);
  if (entry.postedAt !== lastPostedAt)
    return fault("guarded-differs", `${item}/lastPostedAt`, entry.postedAt, lastPostedAt);
  const legs = entry.legs.filter(({ guard }) => guard === item);
  const leg = legs.find(({ account, balanceAfterFen }) => balances[account] !== balanceAfterFen);
  if (leg)
    return fault(
      "guarded-differs",
      `${item}/balances/${leg.account}`,
      leg.balanceAfterFen,
      balances[leg.account],
    );
  const posted = legs[0]?.version ?? Number.POSITIVE_INFINITY;
  return !(version >= posted) ? fault("guarded-differs", `${item}/version`, posted, version) : undefined;
}

/** A hold that still holds, against the item from which it keeps money. */
export async function checkHold(db: Database, hold: HoldRecord, now: Instant): Promise<Fault | undefined> {
  const { holdId, account, until, state } = hold;
  if (state !== "held" || until <= now) return undefined;
  const of = await readOne(db, accountKey(account));
  const guard = of && registeredOf(of).guard;
  if (guard === undefined) return undefined;
  const item = await db.get({ table: "accounts", key: guardedKey(guard), consistent: true });
  if (item && guardedOf(item).holds?.[holdId]) return undefined;
  // It may have been captured or let go since the record was read.
  const again = await db.get({ table: "accounts", key: holdKey(holdId), consistent: true });
  const stands = again && recordOf(holdId, again).state === "held";
  return stands ? fault("hold-differs", `${guard}/holds/${holdId}`, until) : undefined;
}

/** Sealed reversals, each of which its original knows of. */
export async function checkReversals(db: Database, images: readonly Item[]): Promise<Fault | undefined> {
  const reversals = images.map(entryOfItem).filter(({ reverses }) => reverses !== undefined);
  const keys = reversals.map(({ reverses = "" }) => reversedKey(reverses));
  const found = await getAll(db, "accounts", keys);
  for (const [at, { journalId, reverses = "" }] of reversals.entries()) {
    const by = found[at]?.["by"] as readonly string[] | undefined;
    if (!by?.includes(journalId)) return fault("reversal-unknown", `reversals of ${reverses}`, journalId);
  }
  return undefined;
}

/** The sums of what was reversed of an entry, against its reversals. */
export async function checkReversed(db: Database, journalId: string, item: Item): Promise<Fault | undefined> {
  const by = item["by"] as readonly string[];
  const [original, ...reversals] = await getAll(db, "journal", [journalId, ...by].map(journalKey));
  const place = `reversals of ${journalId}`;
  if (!original || reversals.includes(undefined)) return fault("reversal-missing", place);
  const sums = entryOfItem(original).legs.map(({ account, side }) =>
    (reversals as Item[])
      .flatMap((reversal) => entryOfItem(reversal).legs)
      .reduce((sum, leg) => (leg.account === account && leg.side === side ? sum - leg.amountFen : sum), 0),
  );
  if (item["version"] !== by.length)
    return fault("reversal-differs", `${place}/version`, by.length, item["version"]);
  const differs = difference(sums, item["sumsFen"]);
  return differs === undefined ? undefined : fault("reversal-differs", `${place}${differs}`);
}
