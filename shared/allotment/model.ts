import type { Item, Key } from "#shared/platform/database.ts";
import { bytesOfId, idFromBytes } from "#shared/platform/ids.ts";
import { reference } from "#shared/platform/secrets.ts";

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
  /** True when the whole holds fewer than its leaves together, and is counted beside them. */
  total: boolean;
  /** Over how many partitions the holders are spread; never changes. */
  shards: number;
}

/** A counter of free places. In direct mode a leaf has lane 0 only; what comes back always goes to lane 0. */
export interface Lane {
  places: number;
  /** How many wait; while anybody does, a newcomer takes nothing from lane 0. */
  waiting: number;
  open: boolean;
  /** The version of the subject's rules under which places are handed out. */
  rules: number;
  /** Rises when the leaf is cut into other lanes. */
  layout: number;
}

/** What a request that was served changed and answered, kept with the holder for ever. */
export interface Served {
  body: string;
  answer: Item;
}

/** One holder's item: a place taken or given back, with whatever the context records of it. */
export interface Holder {
  /** Hex of the holder's twelve bytes. */
  holder: string;
  state: "active" | "released";
  leaf: string;
  /** Rises when a place is taken again after it was given back. */
  attempt: number;
  version: number;
  /** By request key. */
  served: Readonly<Record<string, Served>>;
  /** Index partition and order by which an owner's items are listed. */
  owner: string;
  ownerSort: string;
  /** What the context records, at most about half a kilobyte. */
  claim: Item;
}

/** The name of the counter beside the leaves. */
export const TOTAL = "total";

export const definitionKey = (number: string): Key => ({ pk: `ALLOTMENT#${number}`, sk: "DEFINITION" });

export const laneKey = (number: string, leaf: string): Key => ({
  pk: `LANE#${number}#${leaf}#0`,
  sk: "LANE",
});

const shardPartition = (number: string, shard: number): string => `HOLDER#${number}#${shard}`;

export const shardPartitions = ({ number, shards }: Allotment): string[] =>
  Array.from({ length: shards }, (_, shard) => shardPartition(number, shard));

export const holderItemKey = ({ number, shards }: Allotment, holder: string): Key => ({
  pk: shardPartition(number, Number.parseInt(holder.slice(0, 8), 16) % shards),
  sk: holder,
});

/**
 * A person's holder key in an allotment: twelve bytes that lead back to nobody without the service's secret.
 * @param ordinal 0 unless a person may hold several places
 */
export async function holderKey({ number }: Allotment, person: string, ordinal = 0): Promise<string> {
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

/** Which counters a place of this leaf is taken from. */
export const countersOf = ({ total }: Allotment, leaf: string): string[] => (total ? [leaf, TOTAL] : [leaf]);
