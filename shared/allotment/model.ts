import type { Item, Key } from "#shared/platform/database.ts";
import { bytesOfId, idFromBytes } from "#shared/platform/ids.ts";
import { reference } from "#shared/platform/secrets.ts";
import type { Instant } from "#shared/platform/time.ts";

/**
 * An allotment: a finite number of places, at most one per holder. Its shape is fixed when it opens; only the
 * numbers on its lanes move.
 */
export interface Allotment {
  /** Four bytes in hex, unique among allotments; half of every holder's id. */
  number: string;
  /** What the places are of, in the words of the context that opened it. */
  subject: string;
  /** Disjoint parts of the capacity; a place is taken from exactly one. */
  leaves: readonly string[];
  /** Reserved leaves whose places are, from an instant on, also for those who draw on another leaf. */
  flowsBack?: Readonly<Record<string, { to: string; at: Instant }>>;
  /** True when the whole holds fewer than its leaves together, and is counted beside them. */
  total: boolean;
  /** Over how many partitions the holders are spread; never changes. */
  shards: number;
}

/**
 * One lane of a counter of free places. Lanes above 0 only ever fall; what comes back or is added goes to lane 0.
 * So once they were seen empty in a layout, lane 0 alone tells whether the counter is.
 */
export interface Lane {
  places: number;
  open: boolean;
  /** The version of the subject's rules under which places are handed out. */
  rules: number;
  /** Rises when the counter is cut into other lanes. */
  layout: number;
  /** How many of the taken places are held or offered only; meaningful as the sum over the lanes. */
  unconfirmed: number;
  /** Lane 0: how many wait; while anybody does, a newcomer takes nothing from lane 0. */
  waiting: number;
  /** Lane 0: how many lanes the counter has. */
  lanes: number;
  /** Lane 0 of the whole: free places set aside for those who wait. */
  owed: number;
  /** Lane 0: the layout in which the other lanes were seen empty. */
  emptied?: number;
  /** Lane 0: whoever asked up to then and was still queued is refused for good. */
  soldOutAt?: Instant;
}

/** What a request that was served changed and answered, kept with the holder for ever. */
export interface Served {
  body: string;
  answer: Item;
}

/**
 * - `entered`: asked, without a place or a turn, until somebody or a draw decides.
 * - `waiting`: in the queue, without a place.
 * - `offered`: a place is kept until `heldUntil`, to be accepted.
 * - `held`: a place is kept until `heldUntil`, to be confirmed.
 * - `active`: has a place.
 * - `released`: had one, or waited for one.
 */
export type HolderState = "entered" | "waiting" | "offered" | "held" | "active" | "released";

/** One holder's item, never removed: where it stands, with whatever the context records of it. */
export interface Holder {
  /** Hex of the holder's twelve bytes. */
  holder: string;
  state: HolderState;
  /** Where the place is from; of one who waits, where the queue is. */
  leaf: string;
  /** Of one who has entered, waits or is offered: the leaves it may draw on. */
  leaves?: readonly string[];
  /** Everybody who gets places together or not at all, in order, this one among them; absent when alone. */
  party?: readonly string[];
  /** How many places the party takes together, when it is not one each; the first has them all. */
  places?: number;
  /** When it began to wait, which is its turn; what is decided at once for many is told apart by what follows it. */
  since?: Instant;
  heldUntil?: Instant;
  /** Rises when a place is taken again after it was given back. */
  attempt: number;
  version: number;
  /** By request key. */
  served: Readonly<Record<string, Served>>;
  /** Index partition and order by which an owner's items are listed. */
  owner: string;
  ownerSort: string;
  /** Index partition and order of those who wait and of places kept until an instant; absent otherwise. */
  pending?: string;
  pendingSort?: string;
  /** What the context records, at most about half a kilobyte. */
  claim: Item;
}

/** How many places a party takes together, or one who is alone. */
export const placesOf = ({ party, places }: Pick<Holder, "party" | "places">): number =>
  places ?? party?.length ?? 1;

/** How many of its party's places are a holder's own, that come back when it alone leaves. */
export function ownPlacesOf({ holder, party, places }: Pick<Holder, "holder" | "party" | "places">): number {
  if (places === undefined) return 1;
  return party?.[0] === holder ? places : 0;
}

/** The name of the counter beside the leaves. */
export const TOTAL = "total";

export const definitionKey = (number: string): Key => ({ pk: `ALLOTMENT#${number}`, sk: "DEFINITION" });

/** Each lane is a partition of its own, so that lanes can be written beside each other. */
export const laneKey = (number: string, counter: string, lane: number): Key => ({
  pk: `LANE#${number}#${counter}#${lane}`,
  sk: "LANE",
});

const shardPartition = (number: string, shard: number): string => `HOLDER#${number}#${shard}`;

export const shardPartitions = ({ number, shards }: Pick<Allotment, "number" | "shards">): string[] =>
  Array.from({ length: shards }, (_, shard) => shardPartition(number, shard));

const scatter = (holder: string, over: number): number => Number.parseInt(holder.slice(0, 8), 16) % over;

export const holderItemKey = ({ number, shards }: Pick<Allotment, "number" | "shards">, holder: string) => ({
  pk: shardPartition(number, scatter(holder, shards)),
  sk: holder,
});

/** The allotment's number of a holder's item. */
export const numberOfHolderItem = (item: Item): string => String(item["pk"]).split("#")[1] ?? "";

/** Index partitions are bounded by a thousand writes a second; a long queue is read from as many as it has. */
const QUEUE_SHARDS = 16;
export const queueShardsOf = ({ shards }: Pick<Allotment, "shards">): number =>
  Math.min(QUEUE_SHARDS, Math.ceil(shards / 4));

export const queuePartitions = (allotment: Pick<Allotment, "number" | "shards">, leaf: string): string[] =>
  Array.from({ length: queueShardsOf(allotment) }, (_, shard) => `WAIT#${allotment.number}#${leaf}#${shard}`);

/** Where one who waits stands in the index: by queue, in the order of asking. */
export const queueEntry = (
  allotment: Pick<Allotment, "number" | "shards">,
  { holder, leaf, since }: { holder: string; leaf: string; since: Instant },
) => ({
  pending: `WAIT#${allotment.number}#${leaf}#${scatter(holder, queueShardsOf(allotment))}`,
  pendingSort: `${since}#${holder}`,
});

const HOLD_SHARDS = 16;
/** Index partitions of everything that is kept until an instant, of all allotments. */
export const holdPartitions: readonly string[] = Array.from(
  { length: HOLD_SHARDS },
  (_, shard) => `HOLD#${shard}`,
);

export const holdEntry = ({ holder, heldUntil }: { holder: string; heldUntil: Instant }) => ({
  pending: `HOLD#${scatter(holder, HOLD_SHARDS)}`,
  pendingSort: `${heldUntil}#${holder}`,
});

/**
 * A person's holder key in an allotment: twelve bytes that lead back to nobody without the service's secret.
 * @param ordinal 0 unless a person may hold several places
 */
export async function holderKey({ number }: Pick<Allotment, "number">, person: string, ordinal = 0) {
  const bytes = await reference("holder", number, person, String(ordinal));
  return bytes.subarray(0, 12).toString("hex");
}

/** The public id of a holder: allotment number and holder key, so that the id finds its item without an index. */
export const holderId = <Prefix extends string>(
  prefix: Prefix,
  { number }: Pick<Allotment, "number">,
  holder: string,
): `${Prefix}_${string}` => idFromBytes(prefix, Buffer.from(number + holder, "hex"));

export function readHolderId(prefix: string, id: string): { number: string; holder: string } | undefined {
  const hex = bytesOfId(prefix, id)?.toString("hex");
  return hex ? { number: hex.slice(0, 8), holder: hex.slice(8) } : undefined;
}

/**
 * Over how many partitions to spread the holders: a rush needs one per 25 places (one per 500 was measured 4-10
 * times too slow), an ordinary allotment one per 500.
 */
export const shardsFor = (places: number, rushExpected: boolean): number =>
  Math.max(1, Math.ceil(places / (rushExpected ? 25 : 500)));

/** A transaction holds a hundred items; a change of rules touches every lane. */
const LANES_IN_ALL = 90;
/**
 * Into how many lanes to cut each counter: one where places are taken one by one, `wanted` in a rush, fewer where
 * the counters are many.
 */
export const lanesFor = (counters: number, rushExpected: boolean, wanted: number): number =>
  rushExpected ? Math.max(1, Math.min(wanted, Math.floor(LANES_IN_ALL / counters))) : 1;

/** Every counter of an allotment. */
export const allCounters = ({ leaves, total }: Pick<Allotment, "leaves" | "total">): string[] => [
  ...leaves,
  ...(total ? [TOTAL] : []),
];

/** Which counters a place of this leaf is taken from. */
export const countersOf = ({ total }: Pick<Allotment, "total">, leaf: string): string[] =>
  total ? [leaf, TOTAL] : [leaf];

/** The leaf to whose drawers this one's places have flowed back, if they have. */
export function flowedBackTo({ flowsBack }: Allotment, leaf: string, now: Instant): string | undefined {
  const flow = flowsBack?.[leaf];
  return flow && flow.at <= now ? flow.to : undefined;
}

/** The leaves one may draw on now: its own, then what has flowed back to them. */
export const drawable = (allotment: Allotment, leaves: readonly string[], now: Instant): string[] => {
  const back = allotment.leaves.filter((leaf) => {
    const to = flowedBackTo(allotment, leaf, now);
    return to !== undefined && leaves.includes(to) && !leaves.includes(leaf);
  });
  return [...leaves, ...back];
};
