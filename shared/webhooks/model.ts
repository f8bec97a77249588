import type { WebhookEventType } from "#events/contracts/webhooks.ts";
import type { Instant } from "#shared/platform/time.ts";

/** An address of a merchant's own system, and which events it is told. */
export interface Endpoint {
  webhookId: string;
  merchantId: string;
  url: string;
  events: readonly WebhookEventType[];
  status: "active" | "disabled";
  /** `gone`: it answered 410. `failing`: nothing reached it for days. */
  disabledBecause?: "gone" | "failing";
  disabledAt?: Instant;
  /** Since when every attempt failed; absent after one that did not. */
  failingSince?: Instant;
  /** Which secret signs, from 1; see secrets.ts. */
  rotation: number;
  /** When that secret took over; the one before signs beside it for a day. */
  rotatedAt?: Instant;
  createdAt: Instant;
}

export const deliveryStates = ["due", "delivered", "failed", "stopped"] as const;

/** Why an attempt had no answer. */
export type NoAnswer = "timeout" | "unreachable" | "address-refused";

/** One event on its way to one endpoint. */
export interface Delivery {
  deliveryId: string;
  webhookId: string;
  merchantId: string;
  /** The same for every attempt, and for every endpoint of the merchant: `webhook-id`. */
  messageId: string;
  type: WebhookEventType;
  at: Instant;
  /** What is sent, to the byte. */
  body: string;
  /** `stopped`: its endpoint was deleted or disabled before. */
  state: (typeof deliveryStates)[number];
  /** Sendings begun; a retry by hand begins to count anew. */
  attempts: number;
  lastAttemptAt?: Instant;
  /** The status of the last answer, or why there was none. */
  lastStatus?: number;
  lastError?: NoAnswer;
  dueAt?: Instant;
  version: number;
}

/** An event before it is known whom it is for. */
export interface Posted {
  messageId: string;
  merchantId: string;
  type: WebhookEventType;
  at: Instant;
  body: string;
}
