import { createHash } from "node:crypto";
import { fencePart, type Lease } from "#shared/jobs/store.ts";
import { mapAtOnce } from "#shared/ledger/atOnce.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { post } from "#shared/ledger/post.ts";
import { type BusinessDate, businessDate, daysAfter } from "#shared/platform/time.ts";
import { again } from "../again.ts";
import { ofSending, type Receipt, type Refund } from "../model.ts";
import type { PaymentProvider } from "../port.ts";
import { OWNERS, type OwnersShare, settledDraft } from "../postings.ts";
import { receive } from "../receive.ts";
import { forwardRefund } from "../refunding.ts";
import { toldOf } from "../rules.ts";
import { findReceipt, findRefund, listOfDay, next, receiptPart, refundPart } from "../store.ts";
import { type Compared, compare, ownerOf } from "./compare.ts";
import { type BillDay, type Break, type Outstanding, OWN } from "./model.ts";
import { type BillFault, type FundsRow, readFunds, readTrades, type TradeRow } from "./reading.ts";
import {
  dayParts,
  findOutstanding,
  keepOutstanding,
  listOutstanding,
  nextDay,
  paidOutPart,
} from "./store.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Days before today at which the reading of a provider's bills begins. */
const FIRST_DAYS_AGO = 30;

const distinct = <T>(found: readonly (T | undefined)[], id: (of: T) => string): T[] => [
  ...new Map(found.flatMap((one) => (one === undefined ? [] : [[id(one), one] as const]))).values(),
];

/** What the bill lists and we do not have may have been told to nobody: the provider is asked, and it is booked. */
async function makeGood(provider: PaymentProvider, rows: readonly TradeRow[]): Promise<void> {
  await mapAtOnce(rows, async (row) => {
    const { paymentId, transactionId, receiver } = row;
    if (row.kind === "refund") {
      const refund = await findRefund(ofSending(row.refundId ?? "").refundId);
      if (refund?.status === "sent") await forwardRefund(refund.refundId);
      return;
    }
    if (await findReceipt(provider.name, transactionId)) return;
    const told = toldOf(await provider.find({ paymentId, ...(receiver !== undefined && { receiver }) }));
    if (told?.transactionId === transactionId)
      await receive({ provider: provider.name, paymentId, receiver, ...told });
  });
}

async function oursOf(provider: string, date: BusinessDate, rows: readonly TradeRow[]) {
  const [receipts, refunds, named, namedRefunds] = await Promise.all([
    listOfDay("RECEIPTS", provider, date),
    listOfDay("REFUNDED", provider, date),
    mapAtOnce(
      rows.filter(({ kind }) => kind === "payment"),
      ({ transactionId }) => findReceipt(provider, transactionId),
    ),
    mapAtOnce(
      rows.filter(({ kind }) => kind === "refund"),
      ({ refundId = "" }) => findRefund(ofSending(refundId).refundId),
    ),
  ]);
  return {
    receipts: distinct<Receipt>([...receipts, ...named], ({ transactionId }) => transactionId),
    refunds: distinct<Refund>([...refunds, ...namedRefunds], ({ refundId }) => refundId),
  };
}

/** Notes on each receipt and refund that the bill lists it; what was noted before stays as it is. */
async function noteBilled(date: BusinessDate, { receipts, refunds }: Compared["billed"]): Promise<void> {
  await mapAtOnce(receipts, ({ receipt: { provider, transactionId }, feeFen }) =>
    again(async () => {
      const receipt = await findReceipt(provider, transactionId);
      if (receipt && receipt.billedOn === undefined)
        await ledger.db.commit([receiptPart(next(receipt, { billedOn: date, feeFen }))]);
    }),
  );
  await mapAtOnce(refunds, ({ refundId }) =>
    again(async () => {
      const refund = await findRefund(refundId);
      if (refund && refund.billedOn === undefined)
        await ledger.db.commit([refundPart(next(refund, { billedOn: date }))]);
    }),
  );
}

const owedFen = (days: readonly Outstanding[]): number =>
  days.flatMap(({ shares }) => shares).reduce((sum, { netFen, feeFen }) => sum + netFen - feeFen, 0);

/**
 * The days in a row that a payout is for, the oldest that fit; `undefined` when it is for none of them. A day whose
 * bill and payout differ stays open by itself and holds no later one up.
 */
function daysOf(amountFen: number, outstanding: readonly Outstanding[]): Outstanding[] | undefined {
  for (let first = 0; first < outstanding.length; first += 1)
    for (let end = first + 1; end <= outstanding.length; end += 1) {
      const days = outstanding.slice(first, end);
      if (owedFen(days) === amountFen) return days;
    }
  return undefined;
}

/** Shares of several days, added up by owner. */
function addedUp(days: readonly Outstanding[]): OwnersShare[] {
  const sums = new Map<string, OwnersShare>();
  for (const share of days.flatMap(({ shares }) => shares)) {
    const owner = ownerOf(share.for);
    const known = sums.get(owner);
    const netFen = (known?.netFen ?? 0) + share.netFen;
    sums.set(owner, { ...share, netFen, feeFen: (known?.feeFen ?? 0) + share.feeFen });
  }
  return [...sums.values()].filter(({ netFen, feeFen }) => netFen !== 0 || feeFen !== 0);
}

/** The provider paid out to the bank (F6, C2). Answers what is wrong with it. */
async function payOut(provider: string, date: BusinessDate, row: FundsRow): Promise<Break | undefined> {
  const receiver = row.receiver ?? OWN;
  const { reference, amountFen } = row;
  const all = await listOutstanding(provider, receiver);
  // Booked by an earlier reading of the same bill.
  if (all.some(({ paidOutBy }) => paidOutBy === reference)) return undefined;
  const outstanding = all.filter((day) => day.paidOutBy === undefined && day.date < date);
  const days = daysOf(amountFen, outstanding);
  if (!days) {
    const says = { zh: "结算金额与应结金额不一致", en: "what was paid out is not what was owed" };
    return { kind: "payout-differs", reference, amountFen, expectedFen: owedFen(outstanding), says };
  }
  await book({ provider, receiver, date, reference }, days);
  return undefined;
}

/** Books that these days are done with: what the provider held is at the bank, less its fees. */
async function book(
  of: { provider: string; receiver: string; date: BusinessDate; reference: string },
  days: readonly Outstanding[],
): Promise<void> {
  const shares = addedUp(days);
  const done = days.map((day) => paidOutPart(day, of.reference));
  if (shares.length === 0) return ledger.db.commit(done);
  for (let first = 0; first < shares.length; first += OWNERS) {
    const reference = `${of.reference}:${first / OWNERS + 1}`;
    const draft = settledDraft({ ...of, reference, shares: shares.slice(first, first + OWNERS) });
    await post(ledger, draft, first + OWNERS >= shares.length ? done : []);
  }
}

/** Keeps what the provider holds of a day; where its fees eat all of it, nothing will ever be paid out. */
async function keepDay(of: Outstanding): Promise<void> {
  await keepOutstanding(of);
  const { provider, receiver, date } = of;
  if (owedFen([of]) !== 0) return;
  const standing = await findOutstanding(of);
  if (standing && standing.paidOutBy === undefined)
    await book({ provider, receiver, date, reference: `none-${date}` }, [standing]);
}

const unreadable = (bill: string, faults: readonly BillFault[]): Break[] =>
  faults.map(({ line, at }) => ({
    kind: "unreadable",
    reference: `${bill} ${line} ${at}`,
    says: { zh: `账单第 ${line} 行“${at}”无法识别`, en: `line ${line} of the bill cannot be read: ${at}` },
  }));

/**
 * Reads a day's bills, compares them with our books and books what reached the bank. Read again it books nothing
 * again. `undefined` while the provider has none of a day of which we have something.
 */
async function importDay(
  provider: PaymentProvider,
  date: BusinessDate,
): Promise<{ day?: BillDay } | undefined> {
  const { name } = provider;
  const [trades, funds] = [await provider.bill("trades", date), await provider.bill("funds", date)];
  if (trades === undefined && funds === undefined) {
    const ours = await oursOf(name, date, []);
    return ours.receipts.length + ours.refunds.length > 0 ? undefined : {};
  }
  const none = { rows: [], faults: [] };
  const traded = trades === undefined ? none : readTrades(trades);
  const moved = funds === undefined ? none : readFunds(funds);
  await makeGood(provider, traded.rows);
  const compared = compare(traded.rows, await oursOf(name, date, traded.rows));
  await noteBilled(date, compared.billed);
  for (const [receiver, shares] of compared.shares) await keepDay({ provider: name, receiver, date, shares });
  const breaks = [
    ...unreadable("trades", traded.faults),
    ...unreadable("funds", moved.faults),
    ...compared.breaks,
  ];
  let paidOutFen = 0;
  for (const row of moved.rows.filter(({ kind }) => kind === "settlement")) {
    const broken = await payOut(name, date, row);
    if (broken) breaks.push(broken);
    else paidOutFen += row.amountFen;
  }
  const hashes = {
    ...(trades !== undefined && { trades: sha256(trades) }),
    ...(funds !== undefined && { funds: sha256(funds) }),
  };
  const importedAt = ledger.now().toISOString();
  return {
    day: { provider: name, date, importedAt, hashes, ...compared.totals, paidOutFen, breaks },
  };
}

/**
 * Reads the bills of the next day that is over, one day a step; a day that was missed is read by a later run. Answers
 * the day that was read, `undefined` when there is none to read yet.
 */
export async function importNext(provider: PaymentProvider, lease: Lease): Promise<BusinessDate | undefined> {
  const today = businessDate(ledger.now());
  const date = (await nextDay(provider.name)) ?? daysAfter(today, -FIRST_DAYS_AGO);
  if (date >= today) return undefined;
  const imported = await importDay(provider, date);
  if (!imported) return undefined;
  const of = { provider: provider.name, next: daysAfter(date, 1) };
  await ledger.db.commit([fencePart(lease), ...dayParts(imported.day, of)]);
  return date;
}
