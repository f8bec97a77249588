import type { TableName } from "#shared/platform/env.ts";

/**
 * The tables as data: the deployment and the local database are both made from this, so that an index that exists
 * in one exists in the other. All keys are strings; every table has `pk` and `sk`.
 */
export interface TableDefinition {
  /** What the table holds, for the person who finds it in the console. */
  purpose: string;
  indexes: readonly { name: string; partitionKey: string; sortKey: string }[];
  /** A stream of new and old images for consumers in functions/streams. */
  stream: boolean;
  /** Name of the attribute (epoch seconds) by which items are removed some time after; never decides anything. */
  timeToLive?: string;
  /** Days of point-in-time recovery. `person-keys` keeps few: what is erased must not come back (PIPL Art. 47). */
  recoveryDays: number;
}

export const tables = {
  people: {
    purpose:
      "Persons: encrypted personal fields, answers, derived facts, accounts, document uniqueness, consents",
    indexes: [{ name: "byPending", partitionKey: "pending", sortKey: "pendingSort" }],
    stream: true,
    recoveryDays: 35,
  },
  "person-keys": {
    purpose: "One wrapped key per person; deleting it erases the person",
    indexes: [],
    stream: false,
    recoveryDays: 7,
  },
  registration: {
    purpose: "Events, their places and registrations; persons by reference only",
    indexes: [
      { name: "byOwner", partitionKey: "owner", sortKey: "ownerSort" },
      { name: "byPending", partitionKey: "pending", sortKey: "pendingSort" },
    ],
    stream: false,
    recoveryDays: 35,
  },
  "audit-log": {
    purpose: "Who decided what, and who saw whose data; put once, by day",
    indexes: [],
    stream: false,
    recoveryDays: 35,
  },
  settlement: {
    purpose:
      "Merchants, payments and refunds, and what providers and banks say of them; persons by reference only",
    indexes: [
      { name: "byOwner", partitionKey: "owner", sortKey: "ownerSort" },
      { name: "byPending", partitionKey: "pending", sortKey: "pendingSort" },
    ],
    stream: false,
    recoveryDays: 35,
  },
  operations: {
    purpose:
      "Remembered request keys, wrapped secrets, rate counters, approvals, policies, notices, uploads, jobs",
    indexes: [{ name: "byPending", partitionKey: "pending", sortKey: "pendingSort" }],
    stream: false,
    timeToLive: "expiresAt",
    recoveryDays: 35,
  },
  journal: {
    purpose: "Entries of the ledger, each put once and never changed",
    indexes: [],
    stream: true,
    recoveryDays: 35,
  },
  accounts: {
    purpose: "Guarded balances, holds, what was reversed, periods and flags of the ledger",
    indexes: [],
    stream: false,
    recoveryDays: 35,
  },
  books: {
    purpose: "Lines, segments, folded balances and roots of the ledger: all derived from the journal",
    indexes: [],
    stream: false,
    recoveryDays: 35,
  },
} as const satisfies Record<TableName, TableDefinition>;
