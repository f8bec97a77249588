import type { WebhookEvent } from "#events/contracts/webhooks.ts";
import { runJob } from "#local/localRoutes.ts";
import type { Client } from "#shared/client.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { webhookParts } from "#shared/webhooks/events.ts";
import type { Receiver } from "./receiver.ts";
import { good } from "./service.ts";

/** A merchant by a manager who is signed in. */
type Merchant = { merchantId: string; call: Client };
type Registered = { merchantId: string; webhookId: string };

export const approved = (merchantId: string, timestamp = "2026-06-10T04:00:00.000Z"): WebhookEvent => ({
  type: "merchant.approved",
  timestamp,
  data: { merchantId },
});

/** Posts an event, as a context does beside an effect of its own. */
export const post = ({ merchantId }: { merchantId: string }, eventId: string, event = approved(merchantId)) =>
  dynamo.commit(webhookParts(merchantId, event, eventId));

/** One tick of the job that delivers. */
export async function deliverWebhooks(): Promise<void> {
  if (!(await runJob("deliverWebhooks"))) throw new Error("webhooks could not be delivered");
}

/** Registers a receiver for approvals; answers how it is named in paths, and its secret. */
export async function register({ call, merchantId }: Merchant, { url }: Pick<Receiver, "url">) {
  const events: "merchant.approved"[] = ["merchant.approved"];
  const made = await good(call(webhookRoutes.createWebhook, { path: { merchantId }, body: { url, events } }));
  return { path: { merchantId, webhookId: made.webhookId }, secret: made.secret };
}

/** What was sent to an endpoint, latest first. */
export const deliveriesOf = async ({ call }: Merchant, path: Registered) =>
  (await good(call(webhookRoutes.listWebhookDeliveries, { path, query: { limit: 100 } }))).items;

/** An endpoint as its merchant sees it. */
export const endpointOf = async ({ call, merchantId }: Merchant, { webhookId }: Registered) =>
  (await good(call(webhookRoutes.listWebhooks, { path: { merchantId } }))).items.find(
    (one) => one.webhookId === webhookId,
  );
