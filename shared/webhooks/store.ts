import { createHash } from "node:crypto";
import { AlreadyPosted, dueEntry } from "#shared/delivery/due.ts";
import { Contended, type Item, type Key, type Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { idFromBytes } from "#shared/platform/ids.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { Delivery, Endpoint, Posted } from "./model.ts";

const table = "settlement";
const merchantPartition = (merchantId: string): string => `MERCHANT#${merchantId}`;
const endpointKey = ({ merchantId, webhookId }: Pick<Endpoint, "merchantId" | "webhookId">): Key => ({
  pk: merchantPartition(merchantId),
  sk: `WEBHOOK#${webhookId}`,
});
const postedKey = (messageId: string): Key => ({ pk: `WEBHOOK-EVENT#${messageId}`, sk: "EVENT" });
const deliveryKey = ({ webhookId, deliveryId }: Pick<Delivery, "webhookId" | "deliveryId">): Key => ({
  pk: `WEBHOOK#${webhookId}`,
  sk: deliveryId,
});

const bare = <T>(item: Item | undefined): T | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, pending: _pending, pendingSort: _sort, ...rest } = item;
  return rest as T;
};
const absent = "attribute_not_exists(pk)";

const hashOf = (...fields: string[]): Buffer => createHash("sha256").update(JSON.stringify(fields)).digest();

/** One event of one merchant: the same however often it is posted. */
export const messageIdOf = (merchantId: string, eventId: string): string =>
  idFromBytes("msg", hashOf(merchantId, eventId).subarray(0, 16));

/** One event to one endpoint: the same however often it is handed out, and in the order of the events' times. */
export function deliveryIdOf({ messageId, at }: Posted, webhookId: string): string {
  const time = Buffer.alloc(6);
  time.writeUIntBE(Date.parse(at), 0, 6);
  return idFromBytes("whd", Buffer.concat([time, hashOf(messageId, webhookId).subarray(0, 10)]));
}

/** An event that is due to be handed out; refused with {@link AlreadyPosted} when it was posted before. */
export const planPosted = (posted: Posted): Part => ({
  table,
  write: {
    Put: {
      Item: {
        ...postedKey(posted.messageId),
        ...dueEntry("WEBHOOKS", posted.messageId, posted.at),
        ...posted,
      },
      ConditionExpression: absent,
    },
  },
  refused: () => new AlreadyPosted("the event was posted"),
});

const deliveryItem = (delivery: Delivery): Item => ({
  ...deliveryKey(delivery),
  ...(delivery.dueAt !== undefined && dueEntry("WEBHOOKS", delivery.deliveryId, delivery.dueAt)),
  ...delivery,
});

/**
 * Hands an event out: a delivery for each endpoint, and the event is due no more. False when somebody else did.
 */
export async function handOut({ messageId }: Posted, deliveries: readonly Delivery[]): Promise<boolean> {
  const handed: Part = {
    table,
    write: {
      Update: {
        Key: postedKey(messageId),
        UpdateExpression: "REMOVE pending, pendingSort",
        ConditionExpression: "attribute_exists(pending)",
      },
    },
  };
  const puts = deliveries.map(
    (delivery): Part => ({ table, write: { Put: { Item: deliveryItem(delivery) } } }),
  );
  return (await dynamo.attempt([handed, ...puts])).size === 0;
}

/** A delivery as it shall be, if it still stands as it was read. */
export const planDelivery = (before: Delivery, after: Delivery): Part => ({
  table,
  write: {
    Put: {
      Item: deliveryItem(after),
      ConditionExpression: "version = :was",
      ExpressionAttributeValues: { ":was": before.version },
    },
  },
  refused: () => new Contended("the delivery moved on meanwhile"),
});

/** Takes a step of a delivery. False when another took one meanwhile: nothing was written. */
export const step = async (before: Delivery, after: Delivery): Promise<boolean> =>
  (await dynamo.attempt([planDelivery(before, after)])).size === 0;

/** What an entry of the index is of, as it stands: an event that is to be handed out, or a delivery. */
export async function findListed({ pk, sk }: Item): Promise<{ posted?: Posted; delivery?: Delivery }> {
  const key = { pk: String(pk), sk: String(sk) };
  const item = await dynamo.get({ table, key, consistent: true });
  if (!item?.["pending"]) return {};
  return key.sk === "EVENT"
    ? { posted: bare<Posted>(item) as Posted }
    : { delivery: bare<Delivery>(item) as Delivery };
}

export const findDelivery = async (
  of: Pick<Delivery, "webhookId" | "deliveryId">,
): Promise<Delivery | undefined> => bare(await dynamo.get({ table, key: deliveryKey(of), consistent: true }));

/** A page of an endpoint's deliveries, latest first. */
export async function listDeliveries(
  webhookId: string,
  limit: number,
  after: Item | undefined,
): Promise<{ deliveries: Delivery[]; next: Item | undefined }> {
  const { items, next } = await dynamo.query({
    table,
    partition: `WEBHOOK#${webhookId}`,
    limit,
    descending: true,
    consistent: true,
    ...(after && { after }),
  });
  return { deliveries: items.flatMap((item) => bare<Delivery>(item) ?? []), next };
}

export const planEndpoint = (endpoint: Endpoint): Part => ({
  table,
  write: { Put: { Item: { ...endpointKey(endpoint), ...endpoint }, ConditionExpression: absent } },
});

/** Every endpoint of a merchant; there are few. */
export async function listEndpoints(merchantId: string): Promise<Endpoint[]> {
  const range = { from: "WEBHOOK#", to: "WEBHOOK#~", limit: 100, consistent: true } as const;
  const { items } = await dynamo.query({ table, partition: merchantPartition(merchantId), ...range });
  return items.flatMap((item) => bare<Endpoint>(item) ?? []);
}

export const findEndpoint = async (
  of: Pick<Endpoint, "merchantId" | "webhookId">,
): Promise<Endpoint | undefined> => bare(await dynamo.get({ table, key: endpointKey(of), consistent: true }));

/** An endpoint of the merchant; another's does not exist for it. Refuses `not-found`. */
export async function endpointOrRefuse(of: Pick<Endpoint, "merchantId" | "webhookId">): Promise<Endpoint> {
  const endpoint = await findEndpoint(of);
  if (!endpoint) throw new Refusal(problems.notFound);
  return endpoint;
}

const condition = (endpoint: Endpoint) => ({
  Key: endpointKey(endpoint),
  ExpressionAttributeNames: { "#status": "status" },
});

/** Another secret signs from now on; only where nobody rotated meanwhile. */
export const planRotation = (endpoint: Endpoint, rotatedAt: string): Part => ({
  table,
  write: {
    Update: {
      Key: endpointKey(endpoint),
      UpdateExpression: "SET rotation = :next, rotatedAt = :at",
      ConditionExpression: "rotation = :was",
      ExpressionAttributeValues: {
        ":was": endpoint.rotation,
        ":next": endpoint.rotation + 1,
        ":at": rotatedAt,
      },
    },
  },
  refused: (standing) =>
    standing ? new Contended("the secret was rotated meanwhile") : new Refusal(problems.notFound),
});

/** What attempts say of an endpoint, while it is there and active. */
export async function noteOfEndpoint(after: Endpoint): Promise<void> {
  const { status, disabledBecause, disabledAt, failingSince } = after;
  const told = { disabledBecause, disabledAt, failingSince };
  const kept = Object.entries(told).filter(([, value]) => value !== undefined);
  const part: Part = {
    table,
    write: {
      Update: {
        ...condition(after),
        UpdateExpression: [
          `SET ${["#status = :status", ...kept.map(([name]) => `${name} = :${name}`)].join(", ")}`,
          ...(failingSince === undefined ? ["REMOVE failingSince"] : []),
        ].join(" "),
        ConditionExpression: "#status = :active",
        ExpressionAttributeValues: {
          ":active": "active",
          ":status": status,
          ...Object.fromEntries(kept.map(([name, value]) => [`:${name}`, value])),
        },
      },
    },
  };
  await dynamo.attempt([part]);
}

/** Removes an endpoint; what was under way to it stops. Refuses `not-found`. */
export const planRemoval = (of: Pick<Endpoint, "merchantId" | "webhookId">): Part => ({
  table,
  write: { Delete: { Key: endpointKey(of), ConditionExpression: "attribute_exists(pk)" } },
  refused: () => new Refusal(problems.notFound),
});
