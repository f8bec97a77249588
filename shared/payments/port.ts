import { Unavailable } from "#shared/platform/database.ts";
import type { Bilingual } from "#shared/platform/problem.ts";
import type { BusinessDate, Instant } from "#shared/platform/time.ts";

/**
 * How a payment provider is spoken to. Amounts are whole fen, instants UTC.
 *
 * Every method throws {@link ProviderRefused} for a definite no, and `Unavailable` (platform/database.ts) where it is
 * not known what became of it: who gets that asks by `find` or `findRefund`, and never takes it for either.
 */
export interface PaymentProvider {
  readonly name: string;
  /** Makes an order that can be paid until it expires. The same order again answers the same. */
  order(order: Order): Promise<PaymentParameters>;
  /** What became of an order; `absent` when the provider never had it. */
  find(order: OrderName): Promise<ProviderPayment>;
  /** Ends an order so that it cannot be paid any more; `paid` when it was paid before. */
  close(order: OrderName): Promise<"closed" | "paid">;
  /** Asks for a refund. The same refund again is no second one. */
  refund(refund: RefundOrder): Promise<ProviderRefund>;
  findRefund(refund: RefundName): Promise<ProviderRefund>;
  /** Opens what the provider sent. Refuses `notification-unverified` for what it did not sign. */
  open(sent: SignedMessage): Promise<Notification>;
  /** A bill of a day in Asia/Shanghai as the provider gives it; `undefined` while there is none. */
  bill(kind: BillKind, date: BusinessDate): Promise<string | undefined>;
}

export interface OrderName {
  /** Our id, under which the provider knows the order. */
  paymentId: string;
  /** The merchant of the provider to whom the money goes; the platform's own where it is left out. */
  receiver?: string;
}

/** On which device the payer pays: by scanning a code, in a browser on a phone, or inside WeChat. */
export type Channel = { kind: "native" } | { kind: "h5"; ip: string } | { kind: "jsapi"; openId: string };

export interface Order extends OrderName {
  amountFen: number;
  /** What the payer sees; nothing personal. */
  description: string;
  expiresAt: Instant;
  channel: Channel;
}

/** What the payer's device needs to pay. */
export type PaymentParameters =
  | { kind: "native"; codeUrl: string }
  | { kind: "h5"; url: string }
  | {
      kind: "jsapi";
      appId: string;
      timeStamp: string;
      nonceStr: string;
      package: string;
      signType: string;
      paySign: string;
    };

export interface ProviderPayment {
  /** `refunded`: paid, and something of it was given back since. */
  state: "absent" | "unpaid" | "paid" | "closed" | "refunded";
  transactionId?: string;
  /** What the payer paid. */
  amountFen?: number;
  paidAt?: Instant;
}

export interface RefundName {
  /** Our id of this attempt, under which the provider knows the refund. */
  refundId: string;
  receiver?: string;
}

export interface RefundOrder extends RefundName {
  /** The provider's id of the payment, so that what came under no order of ours can be sent back too. */
  transactionId: string;
  amountFen: number;
  /** What was paid in all. */
  paidFen: number;
  /** What the payer sees; nothing personal. */
  reason: string;
}

export interface ProviderRefund {
  /** `abnormal`: the payer's account does not take it; `closed`: the provider gave it up. */
  state: "absent" | "processing" | "succeeded" | "closed" | "abnormal";
  providerRefundId?: string;
  amountFen?: number;
  succeededAt?: Instant;
}

/** A message as it came over the wire: what is signed is the body's very bytes. */
export interface SignedMessage {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

/** What a provider tells; it may tell it twice, late, out of order or never. */
export type Notification = { notificationId: string } & (
  | ({ about: "payment"; paymentId: string; receiver?: string } & ProviderPayment)
  | ({ about: "refund"; refundId: string; receiver?: string } & ProviderRefund)
  | { about: "other"; what: string }
);

/** `trades`: every payment and refund of the day with its fee; `funds`: every movement of the balance. */
export type BillKind = "trades" | "funds";

/** Why a provider says no. */
export type RefusalReason =
  /** The money to refund is not with the provider any more. */
  | "not-enough-funds"
  /** The provider's time for it is over. */
  | "too-late"
  /** Asked of something that is not so: a paid order cannot be made, an unpaid one not refunded. */
  | "state"
  /** The payer's account is closed or does not take it. */
  | "payer-account"
  /** Our request or credentials are wrong: somebody has to look. */
  | "request";

/** What a provider did not tell: no answer came, or it refuses the question, which is ours to mend. */
export const untold = (error: unknown): boolean =>
  error instanceof Unavailable || error instanceof ProviderRefused;

/** A provider's definite no. */
export class ProviderRefused extends Error {
  override readonly name = "ProviderRefused";
  readonly reason: RefusalReason;
  /** The provider's own code, `NOT_ENOUGH`. */
  readonly code: string;

  constructor(reason: RefusalReason, code: string, says?: Bilingual) {
    super(says ? `${code}: ${says.zh} / ${says.en}` : code);
    this.reason = reason;
    this.code = code;
  }
}
