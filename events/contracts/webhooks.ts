import * as z from "zod";

const merchantId = z.string();

/**
 * What merchants' systems are told, by the type that they subscribe to. A new kind is one entry; `data` names objects
 * by their ids, money in integer fen, and holds no personal data.
 */
const kinds = {
  "merchant.approved": z.object({ merchantId }),
  "merchant.frozen": z.object({ merchantId, reason: z.string() }),
  "merchant.unfrozen": z.object({ merchantId }),
} as const;

export type WebhookEventType = keyof typeof kinds;

export const webhookEventTypes = Object.keys(kinds) as [WebhookEventType, ...WebhookEventType[]];

/** The body of a webhook, after Standard Webhooks and CloudEvents: what happened, when, and to what. */
export type WebhookEvent = {
  [Type in WebhookEventType]: {
    type: Type;
    /** When it happened; RFC 3339, UTC. */
    timestamp: string;
    data: z.output<(typeof kinds)[Type]>;
  };
}[WebhookEventType];

/** The event as its kind says; what the kind does not know is left out. */
export const webhookEventBody = ({ type, timestamp, data }: WebhookEvent): WebhookEvent =>
  ({ type, timestamp: z.iso.datetime().parse(timestamp), data: kinds[type].parse(data) }) as WebhookEvent;
