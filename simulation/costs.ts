/** What was asked of the store and what it would charge for it. */
export interface Costs {
  /** Calls that read, a page each. */
  reads: number;
  /** Calls that write, apart from transactions. */
  writes: number;
  /** Transactions sent, cancelled ones included. */
  transactions: number;
  /** Transactions cancelled because conditions did not hold. */
  cancelled: number;
  /** Calls turned away because another transaction held an item of theirs. */
  conflicts: number;
  /** Calls turned away because a partition could take no more. */
  throttled: number;
  rcu: number;
  /** On the tables; what the indexes charge is apart. */
  wcu: number;
  indexWcu: number;
}

export const noCosts = (): Costs => ({
  reads: 0,
  writes: 0,
  transactions: 0,
  cancelled: 0,
  conflicts: 0,
  throttled: 0,
  rcu: 0,
  wcu: 0,
  indexWcu: 0,
});

/** For one write outside a transaction, given the item's bytes before and after; in a transaction it is twice that. */
export const writeUnits = (before: number, after = 0): number =>
  Math.max(1, Math.ceil(Math.max(before, after) / 1_024));

export const readUnits = (bytes: number, consistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / 4_096)) * (consistent ? 1 : 0.5);
