import type { Part } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Payment, Receipt, Refund } from "./model.ts";
import { paymentProblems } from "./problems.ts";
import { refundableFen } from "./rules.ts";
import { findReceipt, next, paymentPart, receiptPart, refundPart } from "./store.ts";

/** A refund of a receipt, owed from now on and sent by whoever sweeps what is due. */
export function refundOf(
  receipt: Receipt,
  { amountFen, cause, now }: { amountFen: number; cause: Refund["cause"]; now: Date },
): Refund {
  const { provider, transactionId, paymentId, paidAt, receiver, payerId } = receipt;
  return {
    refundId: newId("rfd"),
    provider,
    transactionId,
    paymentId,
    ...(receipt.for && { for: receipt.for }),
    ...(payerId !== undefined && { payerId }),
    ...(receiver !== undefined && { receiver }),
    amountFen,
    paidFen: receipt.amountFen,
    paidAt,
    cause,
    status: "due",
    route: "provider",
    attempt: 0,
    decidedAt: now.toISOString(),
    askAt: now.toISOString(),
    asked: 0,
    version: 1,
  };
}

/**
 * A refund of a receipt, and what is written with the posting that makes it due. More than is left of what came is
 * refused `refund-exceeds` (hard case 43), also when another refund was decided meanwhile: the write is on the version
 * that was read.
 */
export function planRefund(
  receipt: Receipt,
  of: { amountFen: number; cause: Refund["cause"]; now: Date },
): { refund: Refund; parts: Part[] } {
  if (of.amountFen > refundableFen(receipt)) throw new Refusal(paymentProblems.refundExceeds);
  const refund = refundOf(receipt, of);
  const refundedFen = receipt.refundedFen + of.amountFen;
  return { refund, parts: [receiptPart(next(receipt, { refundedFen })), refundPart(refund)] };
}

/** The same of a payment that was taken. Refuses `payment-not-paid`. */
export async function planPaymentRefund(
  payment: Payment,
  of: { amountFen: number; now: Date },
): Promise<{ refund: Refund; parts: Part[] }> {
  const { transactionId, provider } = payment;
  const receipt = transactionId === undefined ? undefined : await findReceipt(provider, transactionId);
  if (!receipt) throw new Refusal(paymentProblems.notPaid);
  const { refund, parts } = planRefund(receipt, { ...of, cause: "decided" });
  return { refund, parts: [...parts, paymentPart(next(payment, { status: "refunding" }))] };
}
