import type { Instant } from "#shared/platform/time.ts";
import type { Misreceived, Payment, Receipt, Refund, RefundRoute } from "./model.ts";
import type { ProviderPayment, RefusalReason } from "./port.ts";

/** Seconds after which a provider is asked what became of an order it said nothing of; then every five minutes. */
const BACK_OFF = [10, 30, 60, 120, 300] as const;
export const FIRST_ASKED_AFTER = BACK_OFF[0];

/** When to ask next (jobs.md: 10 s to 5 min). */
export function askAgainAt(now: Date, asked: number): Instant {
  const seconds = BACK_OFF[Math.min(asked, BACK_OFF.length - 1)] ?? 300;
  return new Date(now.getTime() + seconds * 1_000).toISOString();
}

/** A transaction as the provider tells of it. */
export interface Told {
  transactionId: string;
  amountFen: number;
  paidAt: Instant;
}

export const toldOf = ({ transactionId, amountFen, paidAt }: ProviderPayment): Told | undefined =>
  transactionId !== undefined && amountFen !== undefined && paidAt !== undefined
    ? { transactionId, amountFen, paidAt }
    : undefined;

/**
 * What money that came is, given the payment it came for: taken, or why not. When it was paid decides, not when it
 * was told.
 */
export function receiptOutcome(payment: Payment, told: Told): "taken" | Misreceived {
  if (payment.status !== "pending" && payment.status !== "closed") return "double";
  if (told.amountFen !== payment.amountFen) return "wrong-amount";
  if (payment.status === "closed" || told.paidAt > payment.expiresAt) return "late";
  return "taken";
}

/** How a payment stands after money came. */
export const statusAfter = (payment: Payment, outcome: Receipt["outcome"]): Payment["status"] => {
  switch (outcome) {
    case "taken":
      return "paid";
    case "late":
      return "refunding";
    case "wrong-amount":
      return "quarantined";
    default:
      return payment.status;
  }
};

const DAY_MS = 86_400_000;

/**
 * 原路退回 while the provider takes it and still holds the money; otherwise 同名账户.
 * @param days for how long the provider takes a refund (policy `refund.original-route`)
 * @param withProviderFen what the provider holds of the same owner, less refunds on their way
 */
export function routeOf(
  { paidAt, amountFen }: Pick<Refund, "paidAt" | "amountFen">,
  of: { now: Date; days: number; settled: boolean; withProviderFen: number },
): RefundRoute {
  const last = Date.parse(paidAt) + of.days * DAY_MS;
  if (of.now.getTime() > last) return "bank";
  return !of.settled || of.withProviderFen >= amountFen ? "provider" : "bank";
}

/** Failures after which the original route is closed, and the payer's account at a bank is the way. */
export const closesRoute = (reason: RefusalReason | "abnormal" | "closed" | "bank"): boolean =>
  reason === "not-enough-funds" ||
  reason === "too-late" ||
  reason === "payer-account" ||
  reason === "abnormal";

/** An outcome that is still open a day later is a person's to find out (jobs.md). */
export const UNKNOWN_FOR_MS = DAY_MS;

export const isOverdue = (since: Instant, now: Date): boolean =>
  now.getTime() - Date.parse(since) >= UNKNOWN_FOR_MS;

/** What may still be given back of a receipt. */
export const refundableFen = ({ amountFen, refundedFen }: Receipt): number => amountFen - refundedFen;
