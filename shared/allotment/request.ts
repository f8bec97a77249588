import type { Item, Key, Part } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Holder, Lane, Served } from "./model.ts";

/** How many places a request is for. */
export const wantedBy = ({
  members,
  places = members.length,
}: Pick<TakeRequest, "members" | "places">): number => places;

/** Somebody for whom a place is asked. */
export interface Member {
  /** Hex of the holder's twelve bytes. */
  holder: string;
  owner: string;
  ownerSort: string;
}

/** How a member comes to stand when a request is served; what the context records of it. */
export interface Standing {
  member: Member;
  state: "active" | "held" | "waiting" | "entered";
  leaf: string;
  /** Rises when a place is taken again after it was given back; part of every key made for this place. */
  attempt: number;
}

/** An item of which at most one request a time may change something: all limits of a person in a programme. */
export interface Guard {
  key: Key;
  /**
   * The guard's write, given the item as it stands, conditional on it. Throws a refusal when the limits are
   * reached. Must not be refused by anything but a change of the item since.
   */
  plan(standing: Item | undefined): Part;
}

/** A request for places: one for one person, or several for a party that gets all or none. */
export interface TakeRequest {
  /** Whoever gets a place; the first stands for the party. */
  members: readonly [Member, ...Member[]];
  /** The leaves it may draw on, in order; the last is where it would wait. */
  leaves: readonly [string, ...string[]];
  /** The rules under which the context judged this request. */
  rules: number;
  /** The request's key, when the first holder's own item remembers it. */
  key?: { id: string; body: string };
  /**
   * When a queued request was accepted; one that is served at once has none. A party is never queued: that too few
   * are left for it cannot be told to those who ask later without a write for each size.
   */
  acceptedAt?: Instant;
  /** Waits when nothing is free. */
  joins?: boolean;
  /** The place is held until then, to be confirmed. */
  heldUntil?: Instant;
  /** Limits of persons, at most one item each; a request that any of them refuses gets nothing. */
  guards?: readonly Guard[];
  /** How many places the members take together when it is not one each: a team has one. The first has them. */
  places?: number;
  /** Takes no place and no turn: it stands until somebody, or a draw, decides on it. */
  enters?: boolean;
  /** Parts of other contexts in the same write; one that is refused ends the request with its error. */
  also?(state: Standing["state"]): readonly Part[];
  /** What the context records with a member, and what a repeat of this request is answered. */
  record(standing: Standing): { claim: Item; answer: Item };
}

export type Outcome =
  /** Every member has a place, active or held. */
  | { outcome: "taken"; holders: Holder[] }
  /** Every member waits; `servable` when places are free that suffice for them: offer them at once. */
  | { outcome: "waiting"; holders: Holder[]; servable: boolean }
  /** Every member stands for a later decision. */
  | { outcome: "entered"; holders: Holder[] }
  /** The same request was served before; this is what it answered. */
  | { outcome: "served"; served: Served }
  /** The key named another request before. */
  | { outcome: "key-reused" }
  /** A member has a place, or waits for one, under another request. */
  | { outcome: "held"; holder: Holder }
  /** No place for a newcomer, by a consistent read. */
  | { outcome: "full" }
  /** Nothing is handed out now. */
  | { outcome: "closed" }
  /** The subject's rules changed after the context judged the request: judge again. */
  | { outcome: "rules-changed" }
  /** A guard or another context refused. */
  | { outcome: "refused"; error: unknown }
  /** The store was away or the race too long: unknown, to be asked again under the same key. */
  | { outcome: "unsettled"; error: unknown };

/** A queued request that does not wait may be told that nothing is left while it is queued, and then gets nothing. */
export const mayBeRefusedForGood = <Request extends Pick<TakeRequest, "acceptedAt" | "joins">>(
  request: Request,
): request is Request & { acceptedAt: Instant } => request.acceptedAt !== undefined && !request.joins;

/** Whether the request was told so, also when places came back since. */
export const refusedForGood = (
  request: Pick<TakeRequest, "acceptedAt" | "joins">,
  zero: Pick<Lane, "soldOutAt">,
): boolean =>
  mayBeRefusedForGood(request) && zero.soldOutAt !== undefined && request.acceptedAt <= zero.soldOutAt;

/**
 * What the holders' own items say about a request, before anything else is asked, so that nobody who holds a place
 * is told that it is full.
 */
export function refusedByHolders(
  { members, key }: Pick<TakeRequest, "members" | "key">,
  holderOf: (holder: string) => Holder | undefined,
): Outcome | undefined {
  const served = key && holderOf(members[0].holder)?.served[key.id];
  if (served) return served.body === key.body ? { outcome: "served", served } : { outcome: "key-reused" };
  for (const { holder } of members) {
    const standing = holderOf(holder);
    if (standing && standing.state !== "released") return { outcome: "held", holder: standing };
  }
  return undefined;
}
