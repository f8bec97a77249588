import { canonical } from "./canonical.ts";
import type { Item, Part } from "./database.ts";
import { dynamo } from "./dynamo.ts";
import { Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import { reference } from "./secrets.ts";

/** The caller's name for one request, and a fingerprint of what it asks. Both are keyed hashes. */
export interface RequestKey {
  id: string;
  body: string;
}

const short = (mac: Buffer) => mac.subarray(0, 16).toString("base64url");

/** Scope of a key: caller, operation and the key itself. */
export async function requestKey(
  sub: string,
  operationId: string,
  key: string,
  request: unknown,
): Promise<RequestKey> {
  const [id, body] = await Promise.all([
    reference("request", "key", sub, operationId, key),
    reference("request", "body", canonical(request)),
  ]);
  return { id: short(id), body: short(body) };
}

class KeyTaken extends Error {
  readonly item: Item;
  constructor(item: Item) {
    super("the key was remembered meanwhile");
    this.item = item;
  }
}

const itemKey = (key: RequestKey) => ({ pk: `KEY#${key.id}`, sk: "KEY" });

/** Refuses `idempotency-key-reused` when the key named another request before. */
export function sameRequest(key: RequestKey, rememberedBody: unknown): void {
  if (rememberedBody !== key.body) throw new Refusal(problems.idempotencyKeyReused);
}

function effectOf<Effect>(key: RequestKey, item: Item): Effect {
  sameRequest(key, item["body"]);
  return item["effect"] as Effect;
}

/** The part that remembers an effect under its request's key, in the same transaction as the effect. */
export const remember = (key: RequestKey, effect: unknown): Part => ({
  table: "operations",
  write: {
    Put: {
      Item: { ...itemKey(key), body: key.body, effect },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
  refused: (item) => new KeyTaken(item ?? {}),
});

/** What the key's request did, when it did it before. */
export async function recall<Effect>(key: RequestKey): Promise<Effect | undefined> {
  const item = await dynamo.get({ table: "operations", key: itemKey(key), consistent: true });
  return item && effectOf<Effect>(key, item);
}

/**
 * Commits an effect once per request key and answers the effect that stands: this one, or the one that the same
 * request had before. With no parts nothing changed, so nothing is remembered.
 */
export async function commitOnce<Effect>(
  key: RequestKey,
  planned: { parts: readonly Part[]; effect: Effect },
): Promise<Effect> {
  if (planned.parts.length === 0) return planned.effect;
  try {
    await dynamo.commit([remember(key, planned.effect), ...planned.parts]);
    return planned.effect;
  } catch (error) {
    if (error instanceof KeyTaken) return effectOf<Effect>(key, error.item);
    throw error;
  }
}
