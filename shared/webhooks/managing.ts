import type { WebhookEventType } from "#events/contracts/webhooks.ts";
import type { Part } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { readUrl } from "./addresses.ts";
import type { Delivery, Endpoint } from "./model.ts";
import { webhookProblems } from "./problems.ts";
import { asked } from "./rules.ts";
import {
  endpointOrRefuse,
  findDelivery,
  listEndpoints,
  planDelivery,
  planEndpoint,
  planRotation,
} from "./store.ts";
import { viewOfDelivery } from "./views.ts";

/** An event is handed out to all of a merchant's endpoints in one write. Two who register at once may pass it by one. */
const MOST = 10;

/** A new endpoint. Refuses `webhook-url-refused`, `too-many-webhooks`. */
export async function planNewEndpoint(
  merchantId: string,
  asks: { url: string; events: readonly WebhookEventType[] },
  now: Date,
): Promise<{ parts: Part[]; effect: Endpoint }> {
  const url = readUrl(asks.url);
  if (!url) throw new Refusal(webhookProblems.webhookUrlRefused);
  if ((await listEndpoints(merchantId)).length >= MOST)
    throw new Refusal(webhookProblems.tooManyWebhooks, { facts: { max: MOST } });
  const endpoint: Endpoint = {
    webhookId: newId("whk"),
    merchantId,
    url: url.href,
    events: [...new Set(asks.events)],
    status: "active",
    rotation: 1,
    createdAt: now.toISOString(),
  };
  return { parts: [planEndpoint(endpoint)], effect: endpoint };
}

/** The endpoint with its next secret. Refuses `not-found`. */
export async function planNextSecret(
  of: Pick<Endpoint, "merchantId" | "webhookId">,
  now: Date,
): Promise<{ parts: Part[]; effect: Pick<Endpoint, "webhookId" | "rotation"> & { rotatedAt: string } }> {
  const endpoint = await endpointOrRefuse(of);
  const rotatedAt = now.toISOString();
  const { webhookId, rotation } = endpoint;
  return {
    parts: [planRotation(endpoint, rotatedAt)],
    effect: { webhookId, rotation: rotation + 1, rotatedAt },
  };
}

/** A delivery that is due at once; its effect is remembered without what is sent. Refuses `not-found`, `webhook-disabled`, `already-delivered`. */
export async function planRetry(
  of: Pick<Delivery, "merchantId" | "webhookId" | "deliveryId">,
  now: Date,
): Promise<{ parts: Part[]; effect: ReturnType<typeof viewOfDelivery> }> {
  const [endpoint, delivery] = await Promise.all([endpointOrRefuse(of), findDelivery(of)]);
  if (!delivery) throw new Refusal(problems.notFound);
  if (endpoint.status === "disabled") throw new Refusal(webhookProblems.webhookDisabled);
  if (delivery.state === "delivered") throw new Refusal(webhookProblems.alreadyDelivered);
  const after = asked(delivery, now);
  return { parts: [planDelivery(delivery, after)], effect: viewOfDelivery(after) };
}
