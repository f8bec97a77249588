import { type WebhookEvent, webhookEventBody } from "#events/contracts/webhooks.ts";
import type { Part } from "#shared/platform/database.ts";
import { messageIdOf, planPosted } from "./store.ts";

/** The most that is sent at once, in bytes. */
const BODY_BYTES = 64 * 1024;

/**
 * The parts by which a merchant's systems are told of an event, for the write of the effect: at least once to each
 * endpoint that is registered for it when it is handed out. Refused with AlreadyPosted when it was posted before.
 * @param eventId the event's own name in its context, unique within the merchant
 */
export function webhookParts(merchantId: string, event: WebhookEvent, eventId: string): Part[] {
  const told = webhookEventBody(event);
  const body = JSON.stringify(told);
  if (Buffer.byteLength(body) > BODY_BYTES) throw new Error(`${event.type} is too long to be sent`);
  const { type, timestamp: at } = told;
  return [planPosted({ messageId: messageIdOf(merchantId, eventId), merchantId, type, at, body })];
}
