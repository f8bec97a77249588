import type * as z from "zod";
import { latest, type Moment, momentAt, momentOfPeriod, statement, turnoverAt } from "#shared/ledger/asOf.ts";
import { mapAtOnce } from "#shared/ledger/atOnce.ts";
import { readOne, readWatermark, sealedPlace } from "#shared/ledger/books.ts";
import { accountKey, type Registered, registeredOf } from "#shared/ledger/fold.ts";
import { availableFen, guardedKey, guardedOf } from "#shared/ledger/guarded.ts";
import { entryOfItem, findEntry, journalKey } from "#shared/ledger/journal.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { balanceFen, periodOf } from "#shared/ledger/model.ts";
import { previousPeriod, startOf } from "#shared/ledger/periods.ts";
import { ledgerProblems } from "#shared/ledger/problems.ts";
import { readReversed } from "#shared/ledger/reversals.ts";
import { listRegistered, trialBalance, trialLine } from "#shared/ledger/trialBalance.ts";
import type { Item } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate, daysAfter, type Instant, startOfBusinessDay } from "#shared/platform/time.ts";
import type { accountView, entryView, statementLineView } from "./schemas.ts";
import { described, entryAsShown, listedAccount, numberText } from "./views.ts";

const { db } = ledger;

/** Just behind an instant: what was posted at it counts. */
const justAfter = (instant: Instant): Instant => new Date(Date.parse(instant) + 1).toISOString();

/** The moment of an instant that a reader names, with what was posted at it; the latest without one. */
export async function momentOf(asOf: Instant | undefined): Promise<Moment> {
  const last = await latest(db);
  if (asOf === undefined) return last;
  return momentAt(db, justAfter(asOf), last.watermark);
}

async function registered(account: string): Promise<Registered> {
  const item = await readOne(db, accountKey(account));
  if (!item) throw new Refusal(ledgerProblems.accountUnknown);
  return registeredOf(item);
}

export async function listAccounts(under: string, limit: number, after: Item | undefined) {
  const moment = await latest(db);
  const { accounts, next } = await listRegistered(db, under, { limit, ...(after && { after }) });
  const items = await mapAtOnce(accounts, async (of) =>
    listedAccount(of, await turnoverAt(db, of.account, moment)),
  );
  return { items, next };
}

export async function readAccount(
  account: string,
  asOf: Instant | undefined,
): Promise<z.input<typeof accountView>> {
  const of = await registered(account);
  const moment = await momentOf(asOf);
  const turnover = await turnoverAt(db, account, moment);
  const shown = {
    ...described(of),
    asOf: readableAsOf(moment, asOf),
    watermark: moment.watermark,
    balanceFen: balanceFen(of.normal, turnover),
    ...turnover,
  };
  if (of.guard === undefined || asOf !== undefined) return shown;
  const item = await db.get({ table: "accounts", key: guardedKey(of.guard), consistent: true });
  if (!item) return shown;
  const { frozen, ...guarded } = guardedOf(item);
  return {
    ...shown,
    guarded: {
      balanceFen: guarded.balances[account] ?? 0,
      availableFen: availableFen({ ...guarded }, account, ledger.now().toISOString()),
      ...(frozen && { frozen: { at: frozen.at, reason: frozen.reason } }),
    },
  };
}

/** The instant asked for, or the watermark's when that is earlier. */
const readableAsOf = ({ asOf }: Moment, asked: Instant | undefined): Instant =>
  asked !== undefined && justAfter(asked) === asOf ? asked : asOf;

export interface StatementCursor {
  segment: number;
  shown: number;
  /** The last segment of the pages, so that they are pages of one statement. */
  last: number;
}

/** A page of an account's statement, from what was sealed of one day to what was sealed of another. */
export async function readStatement(
  account: string,
  asked: { from?: string | undefined; to?: string | undefined; limit: number },
  cursor: StatementCursor | undefined,
) {
  const of = await registered(account);
  const { watermark } = await latest(db);
  const lastOf = async (instant: Instant) => (await momentAt(db, instant, watermark)).last;
  const start = async () => {
    const before = asked.from === undefined ? 0 : await lastOf(startOfBusinessDay(asked.from));
    return { segment: before, shown: Number.POSITIVE_INFINITY };
  };
  const last =
    cursor?.last ??
    (asked.to === undefined ? watermark.segment : await lastOf(startOfBusinessDay(daysAfter(asked.to, 1))));
  const after = cursor ?? (await start());
  const until = { ...watermark, segment: last };
  const { lines, next } = await statement(db, account, until, { after, limit: asked.limit });
  const keys = lines.map((line) => ({ table: "journal" as const, key: journalKey(line.journalId) }));
  const items = keys.length === 0 ? [] : await db.getMany(keys);
  const shown = lines.map((line, at): z.input<typeof statementLineView> => {
    const { journalId, postedAt, businessDate: date, debitFen, creditFen, number } = line;
    const total = { debitFen: line.totalDebitFen, creditFen: line.totalCreditFen };
    const entry = items[at] && entryOfItem(items[at]);
    return {
      journalId,
      number: numberText(periodOf(date), number),
      kind: entry?.kind ?? "",
      ...(entry?.memo !== undefined && { memo: entry.memo }),
      postedAt,
      businessDate: date,
      debitFen,
      creditFen,
      balanceFen: balanceFen(of.normal, total),
    };
  });
  return { items: shown, watermark, next: next && { ...next, last } };
}

export async function readEntry(journalId: string): Promise<z.input<typeof entryView>> {
  const entry = await findEntry(db, journalId);
  if (!entry) throw new Refusal(ledgerProblems.entryUnknown);
  const [reversed, sealed, watermark] = await Promise.all([
    readReversed(db, entry),
    sealedPlace(db, entry),
    readWatermark(db),
  ]);
  // Nobody reads beyond the watermark.
  const isReadable = sealed && sealed.segment <= (watermark?.segment ?? 0);
  return entryAsShown(entry, reversed, isReadable ? sealed : undefined);
}

/** Between which moments a trial balance is asked for. */
export async function trialMoments(asked: {
  asOf?: Instant | undefined;
  period?: string | undefined;
}): Promise<{ from: Instant; asOf: Instant; opening: Moment; closing: Moment }> {
  const { watermark, asOf: now } = await latest(db);
  if (asked.period !== undefined) {
    const [opening, closing] = await Promise.all([
      momentOfPeriod(db, previousPeriod(asked.period), watermark),
      momentOfPeriod(db, asked.period, watermark),
    ]);
    return { from: startOf(asked.period), asOf: closing.asOf, opening, closing };
  }
  const closing = await momentOf(asked.asOf);
  const asOf = readableAsOf(closing, asked.asOf);
  const from = startOf(periodOf(businessDate(asOf === "" ? ledger.now() : asOf)));
  return { from, asOf, opening: await momentAt(db, from < now ? from : now, watermark), closing };
}

/** One page of what an account totals, or the whole of what nothing totals. */
export async function trialLines(
  between: { opening: Moment; closing: Moment },
  expand: { account: string; limit: number; after: Item | undefined } | undefined,
) {
  if (!expand) return { lines: await trialBalance(db, between), next: undefined };
  const { account, limit, after } = expand;
  const { accounts, next } = await listRegistered(db, account, { limit, ...(after && { after }) });
  return { lines: await mapAtOnce(accounts, (of) => trialLine(db, of, between)), next };
}
