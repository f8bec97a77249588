import { latest, momentOfPeriod } from "#shared/ledger/asOf.ts";
import { readHead } from "#shared/ledger/books.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { periodOf } from "#shared/ledger/model.ts";
import {
  closedPart,
  closingPart,
  listClosed,
  nextPeriod,
  type PeriodState,
  POSTING_SECONDS,
  previousPeriod,
  startOf,
} from "#shared/ledger/periods.ts";
import { ledgerProblems } from "#shared/ledger/problems.ts";
import { trialBalance } from "#shared/ledger/trialBalance.ts";
import { Contended, type Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import { type AuditState, auditState } from "./audits.ts";
import { bookTotals } from "./views.ts";

const { db } = ledger;

/** How long after its start a posting may still be on its way: its own deadline, and an answer that is long in coming. */
const SETTLED_MS = (POSTING_SECONDS + 120) * 1_000;

/** This month back to the first into which anything is dated; latest first. */
export async function listPeriods(now: Date): Promise<PeriodState[]> {
  const known = new Map((await listClosed(db)).map((one) => [one.period, one]));
  const [first] = Object.keys((await readHead(db))?.numbers ?? {}).sort();
  const periods: PeriodState[] = [];
  let period = periodOf(businessDate(now));
  while (first !== undefined && period >= first) {
    periods.push(known.get(period) ?? { period, state: "open" });
    period = previousPeriod(period);
  }
  return periods;
}

/** Begins to close a period. Refuses one that is not over, was closed, is not the earliest open one, or has nothing. */
export async function planClosing(
  period: string,
  by: string,
  now: Date,
): Promise<{ parts: Part[]; effect: PeriodState }> {
  await ledger.gate();
  if (now.getTime() < Date.parse(startOf(nextPeriod(period))) + POSTING_SECONDS * 1_000)
    throw new Refusal(ledgerProblems.periodNotOver);
  const periods = await listPeriods(now);
  const asked = periods.find((one) => one.period === period);
  if (!asked) throw new Refusal(ledgerProblems.periodUnknown);
  if (asked.state !== "open") throw new Refusal(ledgerProblems.periodClosed);
  if (periods.some((one) => one.period < period && one.state === "open"))
    throw new Refusal(ledgerProblems.earlierPeriodOpen);
  const effect: PeriodState = { period, state: "closing", closingSince: now.toISOString() };
  return { parts: [closingPart(period, now, by)], effect };
}

/**
 * Whether everything that was dated into a closing period is sealed by now: a pass over the whole journal began after
 * the last posting that could still be dated into it, and found no entry that the sealer had not been told of.
 */
const isSealed = (
  { period, closingSince = "" }: PeriodState,
  sealedUntil: string,
  { completed }: AuditState,
): boolean => {
  const settled = new Date(Date.parse(closingSince) + SETTLED_MS).toISOString();
  const isSearched = completed?.emitted === 0 && completed.begunAt >= settled;
  return isSearched && sealedUntil >= startOf(nextPeriod(period)) && sealedUntil >= settled;
};

/** Closes the periods that are closing and sealed, with what they came to. Answers how many. */
export async function closeSealed(now: Date): Promise<number> {
  const closing = (await listClosed(db)).filter(({ state }) => state === "closing");
  if (closing.length === 0) return 0;
  const { watermark } = await latest(db);
  const state = await auditState();
  const due = closing.filter((one) => isSealed(one, watermark.until, state)).toReversed();
  for (const { period } of due) {
    const [opening, end] = await Promise.all([
      momentOfPeriod(db, previousPeriod(period), watermark),
      momentOfPeriod(db, period, watermark),
    ]);
    const totals = bookTotals(await trialBalance(db, { opening, closing: end }));
    const entries = (await readHead(db))?.numbers[period] ?? 0;
    const close = {
      segment: watermark.segment,
      entries,
      totals: Object.fromEntries(
        totals.map(({ book, debitFen, creditFen }) => [book, { debitFen, creditFen }]),
      ),
    };
    await db.commit([closedPart(period, now, close)]).catch((error: unknown) => {
      if (!(error instanceof Refusal || error instanceof Contended)) throw error;
    });
  }
  return due.length;
}
