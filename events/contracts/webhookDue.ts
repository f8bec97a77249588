import * as z from "zod";

/** A delivery to a merchant's system is to be tried at once. CloudEvents 1.0. */
export const webhookDue = z.object({
  specversion: z.literal("1.0"),
  id: z.string(),
  source: z.literal("leyun/webhooks"),
  type: z.literal("leyun.webhook.due.v1"),
  time: z.iso.datetime(),
  data: z.object({ webhookId: z.string(), deliveryId: z.string() }),
});

export type WebhookDue = z.output<typeof webhookDue>;
