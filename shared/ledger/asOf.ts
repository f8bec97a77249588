import type { Database } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import { firstInstant, itemsOf, readWatermark } from "./books.ts";
import {
  DATED_BACK,
  LATE_ENTRIES,
  type Move,
  minus,
  nothing,
  plus,
  pointOf,
  pointsPartition,
  registeredOfLeg,
  type Stray,
  strayOf,
  sum,
  type Watermark,
} from "./fold.ts";
import { dayOf } from "./lines.ts";
import { type Leg, type Period, periodOf, type Turnover } from "./model.ts";
import { nextPeriod, startOf } from "./periods.ts";
import { ordinal, type Segment, segmentOf, segmentsPartition } from "./segments.ts";

/**
 * A place in the chain at which every account can be read, always the same for the same watermark: all segments up
 * to `last`, less what is later than the instant in the stretch it falls into, and with what was sealed late.
 */
export interface Moment {
  /** What the answer holds for: the instant asked for, or the watermark's when that is earlier. */
  asOf: Instant;
  watermark: Watermark;
  last: number;
  /** The first segment that may hold later moves than the instant; none when it ends with a stretch. */
  cut?: number;
  /** What to add by account. */
  added: ReadonlyMap<string, Turnover>;
}

/**
 * The last segment that begins before an instant, the first of the stretch before it, and that stretch's end: the
 * last may be of late lines, sealed when only a part of the stretch was.
 */
async function segmentsBefore(
  db: Database,
  instant: Instant,
): Promise<{ last: Segment; first: Segment; until: Instant } | undefined> {
  const beginning = await firstInstant(db);
  if (beginning === undefined || instant <= beginning) return undefined;
  let last: Segment | undefined;
  let first: Segment | undefined;
  let stretch: Instant | undefined;
  let until = "";
  // Days of silence are passed one by one.
  for (const day = new Date(`${dayOf(instant)}T00:00:00Z`); ; day.setUTCDate(day.getUTCDate() - 1)) {
    const partition = segmentsPartition(day.toISOString().slice(0, 10));
    for await (const item of itemsOf(db, partition, { to: `${instant}#`, descending: true, limit: 5 })) {
      const segment = segmentOf(item);
      last ??= segment;
      if (!segment.late) stretch ??= segment.from;
      if (!segment.late && segment.from !== stretch) return { last, first: first ?? last, until };
      first = segment;
      if (segment.until > until) until = segment.until;
    }
    if (last || day.toISOString() <= beginning) return last && { last, first: first ?? last, until };
  }
}

const addTo = (added: Map<string, Turnover>, legs: readonly Leg[]): void => {
  for (const leg of legs)
    for (const { account } of registeredOfLeg(leg)) {
      const moved = {
        debitFen: leg.side === "debit" ? leg.amountFen : 0,
        creditFen: leg.side === "credit" ? leg.amountFen : 0,
      };
      added.set(account, plus(added.get(account) ?? nothing, moved));
    }
};

async function strays(
  db: Database,
  partition: string,
  bounds: { from?: string; to?: string },
): Promise<Stray[]> {
  const found: Stray[] = [];
  for await (const item of itemsOf(db, partition, bounds)) found.push(strayOf(item));
  return found;
}

const unbegun: Watermark = { segment: 0, hash: "", until: "" };

/** Before anything was posted. */
export const atTheBeginning: Moment = { asOf: "", watermark: unbegun, last: 0, added: new Map() };

/** The latest moment at which everything can be read. */
export async function latest(db: Database): Promise<Moment> {
  const watermark = (await readWatermark(db)) ?? unbegun;
  return { asOf: watermark.until, watermark, last: watermark.segment, added: new Map() };
}

/** The moment of an instant: everything posted before it, in the end that the watermark has come to. */
export async function momentAt(db: Database, asked: Instant, watermark: Watermark): Promise<Moment> {
  // While a stretch is being sealed, segments of it hold what was posted after the watermark's instant.
  const instant = asked < watermark.until ? asked : watermark.until;
  if (watermark.segment === 0) return { asOf: instant, watermark, last: 0, added: new Map() };
  const found = await segmentsBefore(db, instant);
  const last = Math.min(found?.last.number ?? 0, watermark.segment);
  const added = new Map<string, Turnover>();
  const since = { from: ordinal(last + 1), to: `${ordinal(watermark.segment)}~` };
  const late = last < watermark.segment ? await strays(db, LATE_ENTRIES, since) : [];
  for (const { postedAt, legs } of late) if (postedAt < instant) addTo(added, legs);
  const within = found && instant < found.until;
  return { asOf: instant, watermark, last, ...(within && { cut: found.first.number }), added };
}

/**
 * All that is dated into a period or an earlier one, in the end that the watermark has come to: what was posted
 * until the period's end, and what was dated back into it afterwards.
 */
export async function momentOfPeriod(db: Database, period: Period, watermark: Watermark): Promise<Moment> {
  const end = startOf(nextPeriod(period));
  const moment = await momentAt(db, end, watermark);
  const added = new Map(moment.added);
  for (const { businessDate, segment, legs } of await strays(db, DATED_BACK, { from: end }))
    if (segment <= watermark.segment && periodOf(businessDate) <= period) addTo(added, legs);
  return { ...moment, added };
}

/** Sums of both sides of an account at a moment. */
export async function turnoverAt(
  db: Database,
  account: string,
  { asOf, last, cut, added }: Moment,
): Promise<Turnover> {
  let total: Turnover | undefined;
  let later: Turnover = nothing;
  const bounds = { to: ordinal(last), descending: true, limit: cut === undefined ? 1 : 5 } as const;
  for await (const item of itemsOf(db, pointsPartition(account), bounds)) {
    const point = pointOf(item);
    total ??= point;
    if (cut === undefined || point.segment < cut) break;
    later = plus(later, sum(point.moves.filter(({ postedAt }) => postedAt >= asOf)));
  }
  return plus(minus(total ?? nothing, later), added.get(account) ?? nothing);
}

/** One line of an account's statement, with the sums up to and with it in the order of sealing. */
export interface StatementLine extends Move {
  segment: number;
  totalDebitFen: number;
  totalCreditFen: number;
}

/** Where a page of a statement ends: a segment, and how many of its moves were shown. */
export interface StatementPosition {
  segment: number;
  shown: number;
}

/** The moves of an account in the order in which they were sealed, up to the watermark. */
export async function statement(
  db: Database,
  account: string,
  watermark: Watermark,
  { after, limit }: { after?: StatementPosition; limit: number },
): Promise<{ lines: StatementLine[]; next?: StatementPosition }> {
  const lines: StatementLine[] = [];
  let next: StatementPosition | undefined;
  if ((after?.segment ?? 1) > watermark.segment) return { lines };
  const bounds = { from: ordinal(after?.segment ?? 1), to: ordinal(watermark.segment), limit: 20 };
  for await (const item of itemsOf(db, pointsPartition(account), bounds)) {
    const point = pointOf(item);
    const { segment, moves } = point;
    let total = minus(point, sum(moves));
    for (const [at, move] of moves.entries()) {
      total = plus(total, move);
      if (segment === after?.segment && at < after.shown) continue;
      if (lines.length === limit) return { lines, ...(next && { next }) };
      next = { segment, shown: at + 1 };
      lines.push({
        ...move,
        segment,
        totalDebitFen: total.debitFen,
        totalCreditFen: total.creditFen,
      });
    }
  }
  return { lines };
}
