import type { BusinessDate, Instant } from "#shared/platform/time.ts";
import type { Channel, PaymentParameters, RefusalReason } from "./port.ts";

/**
 * What money is paid for: a registration's fee, or a prepaid card. It decides on which accounts the money stands, and
 * to whom the provider pays it out.
 */
export type PaidFor =
  | { purpose: "fees"; eventId: string; organiserId: string; registrationId: string }
  | { purpose: "cards"; merchantId: string; cardId: string };

export type Purpose = PaidFor["purpose"];

/** How a payment stands. `quarantined`: what came is not what was asked for, and a person decides. */
export type PaymentStatus = "pending" | "paid" | "closed" | "refunding" | "refunded" | "quarantined";

/** One order to pay: an attempt, not a debt. Who lets it lapse makes another. */
export interface Payment {
  paymentId: string;
  provider: string;
  for: PaidFor;
  /** The person who owes it; a relative may pay by the same code. */
  payerId: string;
  amountFen: number;
  description: string;
  channel: Channel;
  /** The merchant of the provider who receives it; the platform's own where it is left out. */
  receiver?: string;
  status: PaymentStatus;
  createdAt: Instant;
  expiresAt: Instant;
  /** When it was paid, by the provider's clock, and the transaction by which it was. */
  paidAt?: Instant;
  transactionId?: string;
  /** What the payer's device needs to pay, once the provider has the order. */
  parameters?: PaymentParameters;
  /** When the provider is asked next; absent once nothing is open. */
  askAt?: Instant;
  /** How often it was asked. */
  asked: number;
  version: number;
}

/** Why money that came was not taken for what it was meant for. */
export type Misreceived = "late" | "double" | "wrong-amount" | "unidentified";

/** Money that came: one transaction of a provider, received once. */
export interface Receipt {
  provider: string;
  transactionId: string;
  /** The id under which it was paid; of an unidentified receipt nothing of ours is called so. */
  paymentId: string;
  for?: PaidFor;
  payerId?: string;
  receiver?: string;
  amountFen: number;
  paidAt: Instant;
  outcome: "taken" | Misreceived;
  /** What was decided to be given back, paid or not; never more than came. */
  refundedFen: number;
  /** The provider's bill that lists it, and the fee it says. */
  billedOn?: BusinessDate;
  feeFen?: number;
  version: number;
}

/** `due`: decided and owed; `sent`: with the provider or the bank, whose answer is open. */
export type RefundStatus = "due" | "sent" | "paid" | "failed";
/** 原路退回, or 同名账户. */
export type RefundRoute = "provider" | "bank";

export interface Refund {
  refundId: string;
  provider: string;
  transactionId: string;
  paymentId: string;
  for?: PaidFor;
  payerId?: string;
  receiver?: string;
  amountFen: number;
  paidFen: number;
  paidAt: Instant;
  cause: Misreceived | "decided";
  status: RefundStatus;
  route: RefundRoute;
  /** Sendings so far; each has an id of its own at provider and bank. */
  attempt: number;
  decidedAt: Instant;
  sentAt?: Instant;
  /** When it was paid, by the provider's or the bank's clock. */
  refundedAt?: Instant;
  /** Why the last sending failed. */
  failure?: { reason: RefusalReason | "abnormal" | "closed" | "bank"; code: string; at: Instant };
  askAt?: Instant;
  asked: number;
  /** The provider's bill that lists it. */
  billedOn?: BusinessDate;
  version: number;
}

/** Sendings of one refund; who fails so often is looked into. */
export const SENDINGS = 9;

/** The id of one sending of a refund, by which provider and bank know it: 32 characters, as a bank's file takes. */
export const sendingId = ({ refundId, attempt }: Pick<Refund, "refundId" | "attempt">): string =>
  attempt <= 1 ? refundId : `${refundId}-${attempt}`;

/** The refund, and which of its sendings an id names. */
export function ofSending(id: string): { refundId: string; attempt: number } {
  const [refundId = "", attempt = "1"] = id.split("-");
  return { refundId, attempt: Number(attempt) };
}

/** What somebody of finance has to look at. */
export interface PaymentCase {
  caseId: string;
  kind: "unknown" | "wrong-amount" | "unidentified" | "refund-failed";
  provider: string;
  paymentId: string;
  transactionId?: string;
  refundId?: string;
  amountFen: number;
  openedAt: Instant;
  status: "open" | "decided";
  decision?: string;
  decidedAt?: Instant;
}
