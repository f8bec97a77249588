import type { PaidFor, Receipt, Refund } from "../model.ts";
import { ofSending } from "../model.ts";
import type { OwnersShare } from "../postings.ts";
import { type Break, OWN } from "./model.ts";
import type { TradeRow } from "./reading.ts";

/** Our books of a day, as they are to be compared. */
export interface OurDay {
  /** Those of the day, and those that the bill names. */
  receipts: readonly Receipt[];
  refunds: readonly Refund[];
}

export interface Compared {
  breaks: Break[];
  /** Receipts and refunds that the bill lists, with the fee it says. */
  billed: { receipts: { receipt: Receipt; feeFen: number }[]; refunds: Refund[] };
  /** What the provider holds, by receiver. */
  shares: ReadonlyMap<string, readonly OwnersShare[]>;
  totals: { payments: number; refunds: number; receivedFen: number; refundedFen: number; feeFen: number };
}

const says = {
  missingHere: { zh: "支付机构有、本系统没有", en: "the provider has it, we do not" },
  missingThere: { zh: "本系统有、支付机构没有", en: "we have it, the provider does not" },
  amount: { zh: "金额不一致", en: "the amounts differ" },
  status: { zh: "状态不一致", en: "it does not stand the same" },
} as const;

/** Whose money it is, so that what belongs together is added up. */
export const ownerOf = (of: PaidFor | undefined): string =>
  of === undefined ? "" : of.purpose === "fees" ? `fees ${of.eventId}` : `cards ${of.merchantId}`;

/** Compares a bill with our books, row by row and then the other way (F6, C2: what is owed by the provider). Pure. */
export function compare(rows: readonly TradeRow[], ours: OurDay): Compared {
  const receipts = new Map(ours.receipts.map((one) => [one.transactionId, one]));
  const refunds = new Map(ours.refunds.map((one) => [one.refundId, one]));
  const seen = new Set<string>();
  const breaks: Break[] = [];
  const billed: Compared["billed"] = { receipts: [], refunds: [] };
  const totals = { payments: 0, refunds: 0, receivedFen: 0, refundedFen: 0, feeFen: 0 };
  const byReceiver = new Map<string, Map<string, OwnersShare>>();

  const owed = (row: TradeRow, of: PaidFor | undefined, netFen: number) => {
    const receiver = row.receiver ?? OWN;
    const owners = byReceiver.get(receiver) ?? new Map<string, OwnersShare>();
    byReceiver.set(receiver, owners);
    const known = owners.get(ownerOf(of)) ?? { ...(of && { for: of }), netFen: 0, feeFen: 0 };
    owners.set(ownerOf(of), {
      ...known,
      netFen: known.netFen + netFen,
      feeFen: known.feeFen + row.feeFen,
    });
  };
  const differs = (reference: string, amountFen: number, expectedFen: number) =>
    breaks.push({ kind: "amount-differs", reference, amountFen, expectedFen, says: says.amount });

  for (const row of rows) {
    const { amountFen, feeFen } = row;
    totals.feeFen += feeFen;
    if (row.kind === "payment") {
      const receipt = receipts.get(row.transactionId);
      totals.payments += 1;
      totals.receivedFen += amountFen;
      // Listed twice it is paid out once: the second row is what is wrong.
      if (!receipt || seen.has(row.transactionId)) {
        breaks.push({
          kind: "missing-here",
          reference: row.transactionId,
          amountFen,
          says: says.missingHere,
        });
        continue;
      }
      seen.add(row.transactionId);
      if (receipt.amountFen !== amountFen) differs(row.transactionId, amountFen, receipt.amountFen);
      billed.receipts.push({ receipt, feeFen });
      owed(row, receipt.for, amountFen);
      continue;
    }
    const reference = row.refundId ?? "";
    const refund = refunds.get(ofSending(reference).refundId);
    totals.refunds += 1;
    totals.refundedFen += amountFen;
    if (!refund || seen.has(reference)) {
      breaks.push({ kind: "missing-here", reference, amountFen, says: says.missingHere });
      continue;
    }
    seen.add(reference);
    if (refund.amountFen !== amountFen) differs(reference, amountFen, refund.amountFen);
    billed.refunds.push(refund);
    // It is listed on the day it was accepted, and may still be on its way.
    const arrived = refund.status === "paid";
    const failed = row.refundState === "failed";
    if (failed ? arrived : row.refundState === "succeeded" && !arrived)
      breaks.push({ kind: "status-differs", reference, amountFen, says: says.status });
    if (!failed) owed(row, refund.for, -amountFen);
  }
  for (const { transactionId: reference, amountFen, billedOn } of ours.receipts)
    if (!seen.has(reference) && billedOn === undefined)
      breaks.push({ kind: "missing-there", reference, expectedFen: amountFen, says: says.missingThere });
  const listed = new Set(billed.refunds.map(({ refundId }) => refundId));
  for (const { refundId: reference, amountFen, billedOn, status, route } of ours.refunds)
    if (!listed.has(reference) && billedOn === undefined && status === "paid" && route === "provider")
      breaks.push({ kind: "missing-there", reference, expectedFen: amountFen, says: says.missingThere });
  const shares = new Map([...byReceiver].map(([receiver, owners]) => [receiver, [...owners.values()]]));
  return { breaks, billed, shares, totals };
}
