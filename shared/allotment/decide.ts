import type { Holder, Lane, Served } from "./model.ts";

/** What stands before a take: the holder's own item, then the lanes it would be counted on. */
export interface Standing {
  holder: Holder | undefined;
  lanes: readonly (Lane | undefined)[];
}

export interface TakeRequest {
  /** Hex of the holder's twelve bytes. */
  holder: string;
  leaf: string;
  /** The rules under which the context judged this request. */
  rules: number;
  /** The request's key, when the holder's own item remembers it. */
  key?: { id: string; body: string };
}

export type Refused =
  /** The same request was served before; this is what it answered. */
  | { outcome: "served"; served: Served }
  /** The key named another request before. */
  | { outcome: "key-reused" }
  /** The holder has a place under another request. */
  | { outcome: "held"; holder: Holder }
  /** No place is free, by a consistent read. */
  | { outcome: "full" }
  /** Nothing is handed out now. */
  | { outcome: "closed" }
  /** The subject's rules changed after the context judged the request: judge again. */
  | { outcome: "rules-changed" };

/** What the holder's own item says about a request, before anything else is asked. */
export function servedBefore(holder: Holder | undefined, key: TakeRequest["key"]): Refused | undefined {
  const served = key && holder?.served[key.id];
  if (!served) return undefined;
  return served.body === key.body ? { outcome: "served", served } : { outcome: "key-reused" };
}

/**
 * Whether a place may be taken, given what stands. `undefined` when it may. The holder's own item is looked at
 * before the counters, so that nobody who holds a place is told that it is full.
 */
export function refuseTake({ holder, lanes }: Standing, request: TakeRequest): Refused | undefined {
  const before = servedBefore(holder, request.key);
  if (before) return before;
  if (holder?.state === "active") return { outcome: "held", holder };
  if (lanes.some((lane) => !lane?.open)) return { outcome: "closed" };
  if (lanes.some((lane) => lane?.rules !== request.rules)) return { outcome: "rules-changed" };
  if (lanes.some((lane) => !lane || lane.places < 1 || lane.waiting > 0)) return { outcome: "full" };
  return undefined;
}
