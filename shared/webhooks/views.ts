import type * as z from "zod";
import type { deliveryView, webhookView } from "./contract.ts";
import type { Delivery, Endpoint } from "./model.ts";
import { previousSignsUntil } from "./rules.ts";

/** An endpoint as its merchant sees it, without its secret. */
export function endpointView(endpoint: Endpoint, now: Date): z.input<typeof webhookView> {
  const { merchantId: _merchant, rotation: _rotation, rotatedAt, events, ...shown } = endpoint;
  const until = previousSignsUntil(endpoint);
  return {
    ...shown,
    events: [...events],
    ...(rotatedAt !== undefined && { secretRotatedAt: rotatedAt }),
    ...(until !== undefined && until > now.toISOString() && { previousSecretUntil: until }),
  };
}

export function viewOfDelivery(delivery: Delivery): z.input<typeof deliveryView> {
  const { merchantId: _merchant, version: _version, body: _body, state, dueAt, ...shown } = delivery;
  return { ...shown, status: state, ...(state === "due" && dueAt !== undefined && { nextAttemptAt: dueAt }) };
}
