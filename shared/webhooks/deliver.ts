import { clock } from "#shared/platform/clock.ts";
import type { Item } from "#shared/platform/database.ts";
import type { Delivery, Endpoint, Posted } from "./model.ts";
import { post } from "./post.ts";
import { begun, ended, endpointAfter, postponed, stopped, succeeded } from "./rules.ts";
import { signedHeaders } from "./secrets.ts";
import {
  deliveryIdOf,
  findEndpoint,
  findListed,
  handOut,
  listEndpoints,
  noteOfEndpoint,
  step,
} from "./store.ts";

/** Endpoints that did not take what this run sent them. What else is due to them waits: others are not held up. */
export type Down = Set<string>;

const isDue = ({ dueAt }: Delivery): boolean => dueAt !== undefined && dueAt <= clock.now().toISOString();

async function attempt(delivery: Delivery, endpoint: Endpoint, down: Down): Promise<void> {
  const now = clock.now();
  const { url } = endpoint;
  const answer = await post(url, delivery.body, await signedHeaders(endpoint, delivery, now));
  if (!succeeded(answer)) down.add(endpoint.webhookId);
  await step(delivery, ended(delivery, answer, clock.now()));
  const after = endpointAfter(endpoint, answer, clock.now());
  if (after) await noteOfEndpoint(after);
}

/**
 * Sends one delivery, if it is due and its endpoint is there to take it. Of several that do so at once one sends: an
 * attempt is counted before it is made, on condition that nobody else made one.
 */
export async function deliver(delivery: Delivery | undefined, down: Down = new Set()): Promise<void> {
  if (!delivery || !isDue(delivery)) return;
  if (down.has(delivery.webhookId)) {
    await step(delivery, postponed(delivery, clock.now()));
    return;
  }
  const endpoint = await findEndpoint(delivery);
  if (endpoint?.status !== "active") {
    await step(delivery, stopped(delivery));
    return;
  }
  const under = begun(delivery, clock.now());
  if (!(await step(delivery, under)) || under.state !== "due") return;
  await attempt(under, endpoint, down);
}

const deliveryTo = (endpoint: Endpoint, posted: Posted): Delivery => ({
  ...posted,
  deliveryId: deliveryIdOf(posted, endpoint.webhookId),
  webhookId: endpoint.webhookId,
  state: "due",
  attempts: 0,
  dueAt: clock.now().toISOString(),
  version: 1,
});

/** Hands an event out to the merchant's endpoints that are told of its kind, and sends it to each. */
async function spread(posted: Posted, down: Down): Promise<void> {
  const endpoints = await listEndpoints(posted.merchantId);
  const told = endpoints.filter(({ status, events }) => status === "active" && events.includes(posted.type));
  const deliveries = told.map((endpoint) => deliveryTo(endpoint, posted));
  if (!(await handOut(posted, deliveries))) return;
  await Promise.all(deliveries.map((delivery) => deliver(delivery, down)));
}

/** Works on what an entry of the index leads to, as it stands. */
export async function work(entry: Item, down: Down): Promise<void> {
  const { posted, delivery } = await findListed(entry);
  await (posted ? spread(posted, down) : deliver(delivery, down));
}
