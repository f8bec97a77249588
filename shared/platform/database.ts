import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { TableName } from "./env.ts";

export type Item = Record<string, unknown>;
export interface Key {
  pk: string;
  sk: string;
}

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];
type WithoutTable<T> = T extends object
  ? Omit<T, "TableName" | "ReturnValuesOnConditionCheckFailure">
  : never;

/** One write of a transaction, without its table. */
export type Write =
  | { Put: WithoutTable<NonNullable<TransactItem["Put"]>> }
  | { Update: WithoutTable<NonNullable<TransactItem["Update"]>> }
  | { Delete: WithoutTable<NonNullable<TransactItem["Delete"]>> }
  | { ConditionCheck: WithoutTable<NonNullable<TransactItem["ConditionCheck"]>> };

/**
 * What a context contributes to an effect: a write and what it means when the write's condition does not hold.
 * An effect that touches several contexts is one list of parts, committed in one transaction. The order of the
 * parts is the order in which refusals are told: put the caller's own item before shared counters.
 */
export interface Part {
  table: TableName;
  write: Write;
  /** The error for a failed condition, given the item as it stood. A part without it cannot be refused. */
  refused?: (standing: Item | undefined) => Error;
}

export interface Read {
  table: TableName;
  key: Key;
  consistent?: boolean;
}

/** The indexes of the tables, with the attributes of their partition and order. Items without them are not in it. */
export const indexes = {
  byOwner: ["owner", "ownerSort"],
  byPending: ["pending", "pendingSort"],
} as const;

export interface Query {
  table: TableName;
  index?: keyof typeof indexes;
  /** Equal to the index's partition key. */
  partition: string;
  /** Bounds of the sort key, both inclusive. */
  from?: string;
  to?: string;
  /** Continue after this key, as an earlier page named it. */
  after?: Item;
  limit: number;
  descending?: boolean;
  consistent?: boolean;
}

export interface Scan {
  table: TableName;
  /** Continue after this key, as an earlier page named it. */
  after?: Item;
  limit: number;
}

export interface Page {
  items: Item[];
  /** Where the next page begins; absent at the end. */
  next?: Item;
}

/** The parts whose conditions did not hold, by their position, with the item as it stood. */
export type Failed = ReadonlyMap<number, Item | undefined>;

/**
 * What contexts and kernels may ask of the store. DynamoDB is behind it in service; a simulated store with faults
 * can stand behind it in proofs.
 */
export interface Database {
  get(read: Read): Promise<Item | undefined>;
  /** In the order asked; `undefined` where there is none. At most 100. Consistency is one for all. */
  getMany(reads: readonly Read[]): Promise<(Item | undefined)[]>;
  query(query: Query): Promise<Page>;
  /** How many items a query would answer in all its pages. */
  tally(query: Omit<Query, "after" | "limit" | "descending">): Promise<number>;
  /**
   * Everything in a table, page by page, each page as it stands when it is read. The order has no meaning but stays
   * the same, so that who goes on after a key misses nothing that stood all the while.
   */
  scan(scan: Scan): Promise<Page>;
  /** All of the parts or none. Throws the first refused part's error. */
  commit(parts: readonly Part[]): Promise<void>;
  /**
   * All of the parts or none; answers which conditions did not hold, none when it is written.
   * @param tries how often a conflict with other writers is met before it is {@link Contended}
   */
  attempt(parts: readonly Part[], tries?: number): Promise<Failed>;
  /** Unconditional writes outside any effect: hints that readers verify, and their removal. */
  writeHints(table: TableName, put: readonly Item[], remove: readonly Key[]): Promise<void>;
  /** Counts one more and answers the new count; `expiresAt` in epoch seconds. */
  count(table: TableName, key: Key, expiresAt: number): Promise<number>;
}

/** The store could not be asked, or did not answer. The effect is absent, or a replay of the same key finds it. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

/** Others kept writing the same items for longer than the retries last. */
export class Contended extends Error {
  override readonly name = "Contended";
  /** The parts at which another writer was met last, by their position; none where that is not known. */
  readonly at: readonly number[];

  constructor(message: string, of: { at?: readonly number[]; cause?: unknown } = {}) {
    super(message, of.cause === undefined ? undefined : { cause: of.cause });
    this.at = of.at ?? [];
  }
}
