import type { QueueName } from "#events/queues.ts";
import type { BucketName, TableName } from "#shared/platform/env.ts";
import type { tables } from "./tables.ts";

type IndexOf<Table extends TableName> = (typeof tables)[Table]["indexes"][number]["name"];

/**
 * An action on a table. A transaction asks for the actions of its parts. `Query:<index>` queries that index alone,
 * `Query` the table alone. `Scan` reads all of a table: keys cannot confine it, and it is not granted where they do.
 */
type DynamoAction<Table extends TableName = TableName> =
  | "GetItem"
  | "BatchGetItem"
  | "Query"
  | `Query:${IndexOf<Table>}`
  | "Scan"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "ConditionCheckItem"
  | "BatchWriteItem";

/**
 * An action on a bucket's objects. `PutObject` puts them in parts too. Who signs a link needs `GetObject`.
 */
type ObjectAction = "GetObject" | "PutObject" | "AbortMultipartUpload";

/** What one function may do. What is not here it may not do. */
export interface Permissions {
  tables: { readonly [Table in TableName]?: readonly DynamoAction<Table>[] };
  /** Patterns of the partition keys to which the actions on a table are confined; all keys where none is given. */
  keys?: { readonly [Table in TableName]?: readonly string[] };
  /** Purposes for which it may make and open secrets under the master key, as patterns. */
  secrets: readonly string[];
  /** Queues it sends to. */
  sends: readonly QueueName[];
  objects?: { readonly [Bucket in BucketName]?: readonly ObjectAction[] };
  /** Whether it tells the people on call. */
  tells?: true;
}

/** Partition keys of the operations table. */
const references = "SECRET#references";
const requestKeys = "KEY#*";
/** Of what people are told: its names, and the inboxes. */
const noticeItems = ["NOTICE#*", "INBOX#*"] as const;
/** Of the accounts table: whether money is read-only. */
const moneyFlag = "FLAG#money-read-only";

/**
 * Per Lambda entry. The local service refuses whatever is not here (local/access), and a test runs every operation
 * and sees that each grant was used.
 */
export const permissions: Readonly<Record<string, Permissions>> = {
  "people/citizen": {
    tables: {
      people: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
      "person-keys": ["GetItem", "PutItem", "DeleteItem"],
      registration: ["Query:byOwner"],
      operations: ["GetItem", "PutItem", "UpdateItem"],
    },
    keys: {
      operations: [
        references,
        "SECRET#identity",
        "SECRET#persons-*",
        requestKeys,
        "RATE#putMe#*",
        "RATE#addDependant#*",
      ],
    },
    secrets: ["references", "identity", "persons-*"],
    sends: [],
  },
  "people/public": { tables: {}, secrets: [], sends: [] },
  "registration/public": {
    tables: { registration: ["GetItem", "BatchGetItem", "Query"], operations: ["GetItem", "PutItem"] },
    keys: { operations: [references] },
    secrets: ["references"],
    sends: [],
  },
  "registration/citizen": {
    tables: {
      people: ["GetItem", "BatchGetItem", "Query"],
      registration: ["GetItem", "BatchGetItem", "Query:byOwner", "Query:byPending", "PutItem", "UpdateItem"],
      operations: ["GetItem", "PutItem", "UpdateItem"],
    },
    keys: {
      people: ["ACCOUNT#*", "PERSON#*"],
      operations: [references, "RATE#createQueueToken#*", ...noticeItems],
    },
    secrets: ["references"],
    sends: ["notices"],
  },
  "registration/signUp": {
    tables: {
      people: ["GetItem"],
      registration: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"],
      operations: ["GetItem", "PutItem"],
    },
    keys: { people: ["ACCOUNT#*", "PERSON#*"], operations: [references, requestKeys] },
    secrets: ["references"],
    sends: ["sign-ups"],
  },
  "registration/organiser": {
    tables: {
      "audit-log": ["PutItem"],
      people: ["BatchGetItem"],
      registration: [
        "GetItem",
        "BatchGetItem",
        "Query",
        "Query:byOwner",
        "Query:byPending",
        "PutItem",
        "UpdateItem",
        "BatchWriteItem",
      ],
      operations: ["GetItem", "PutItem"],
    },
    keys: { people: ["PERSON#*"], operations: [references, requestKeys, ...noticeItems] },
    secrets: ["references"],
    sends: ["notices"],
  },
  "service/public": {
    tables: { registration: ["GetItem"], operations: ["GetItem", "PutItem"] },
    keys: { registration: ["HEALTH"], operations: ["HEALTH", references] },
    secrets: ["references"],
    sends: [],
  },
  "service/noRoute": { tables: {}, secrets: [], sends: [] },
  "jobs/releaseErased": {
    tables: {
      people: ["Query", "BatchWriteItem"],
      registration: ["GetItem", "BatchGetItem", "Query:byOwner", "Query:byPending", "PutItem", "UpdateItem"],
      operations: ["Query", "PutItem", "BatchWriteItem"],
    },
    keys: { people: ["ERASURES"], operations: noticeItems },
    secrets: [],
    sends: ["notices"],
  },
  "jobs/serveSignUps": {
    tables: {
      people: ["GetItem"],
      registration: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"],
      operations: ["GetItem", "PutItem"],
    },
    keys: { people: ["PERSON#*"], operations: [references, requestKeys] },
    secrets: ["references"],
    sends: [],
  },
  "jobs/offerPlaces": {
    tables: {
      registration: ["GetItem", "BatchGetItem", "Query", "Query:byPending", "PutItem", "UpdateItem"],
      operations: ["PutItem"],
    },
    keys: { operations: noticeItems },
    secrets: [],
    sends: ["notices"],
  },
  "jobs/deliverNotices": {
    tables: {
      people: ["GetItem"],
      "person-keys": ["GetItem"],
      operations: ["GetItem", "Query", "Query:byPending", "UpdateItem", "BatchWriteItem"],
    },
    keys: {
      people: ["PERSON#*"],
      operations: ["SECRET#persons-*", "POLICIES", ...noticeItems],
    },
    secrets: ["persons-*"],
    sends: [],
  },
  "jobs/deliverWebhooks": {
    tables: {
      settlement: ["GetItem", "Query", "Query:byPending", "PutItem", "UpdateItem"],
      operations: ["GetItem"],
    },
    keys: {
      settlement: ["MERCHANT#*", "WEBHOOK#*", "WEBHOOK-EVENT#*"],
      operations: ["SECRET#webhooks"],
    },
    secrets: ["webhooks"],
    sends: [],
  },
  "streams/people": { tables: {}, secrets: [], sends: ["release-erased"] },
  "streams/journal": {
    tables: { books: ["GetItem", "BatchWriteItem"], accounts: ["UpdateItem"] },
    keys: { accounts: [moneyFlag] },
    secrets: [],
    sends: [],
    tells: true,
  },
  "jobs/sealLedger": {
    tables: {
      books: ["GetItem", "BatchGetItem", "Query", "PutItem", "BatchWriteItem"],
      accounts: ["GetItem", "Query", "PutItem", "UpdateItem"],
    },
    keys: { accounts: ["FLAG#*", "LATE-SEGMENTS", "PERIODS"] },
    secrets: [],
    sends: [],
    tells: true,
  },
  "jobs/auditLedger": {
    tables: {
      journal: ["GetItem", "BatchGetItem", "Scan"],
      accounts: ["GetItem", "BatchGetItem", "Scan", "UpdateItem", "BatchWriteItem"],
      books: ["GetItem", "BatchGetItem", "Query", "Scan", "BatchWriteItem"],
    },
    secrets: [],
    sends: ["ledger-audits"],
    tells: true,
  },
  "jobs/publishRoot": {
    tables: {
      journal: ["GetItem", "BatchGetItem", "Scan"],
      accounts: ["GetItem", "BatchGetItem", "Scan", "UpdateItem"],
      books: ["GetItem", "BatchGetItem", "Query", "PutItem", "BatchWriteItem"],
    },
    secrets: [],
    sends: [],
    tells: true,
    objects: { evidence: ["GetObject", "PutObject"] },
  },
  "jobs/exportLedger": {
    tables: {
      books: ["GetItem", "Query"],
      journal: ["BatchGetItem"],
      operations: ["GetItem", "UpdateItem"],
    },
    keys: { operations: ["LEDGER-EXPORT#*"] },
    secrets: [],
    sends: [],
    objects: { exports: ["PutObject", "AbortMultipartUpload"] },
  },
  "ledger/public": { tables: { books: ["GetItem"] }, keys: { books: ["ROOTS"] }, secrets: [], sends: [] },
  "ledger/finance": {
    tables: {
      "audit-log": ["PutItem"],
      journal: ["GetItem", "BatchGetItem"],
      accounts: ["GetItem", "BatchGetItem", "Query", "PutItem"],
      books: ["GetItem", "Query"],
      operations: ["GetItem", "PutItem"],
    },
    keys: { operations: [references, requestKeys, "APPROVALS#pending-approval", "LEDGER-EXPORT#*"] },
    secrets: ["references"],
    sends: ["ledger-exports"],
    objects: { exports: ["GetObject"] },
  },
  "ledger/verifyLedger": {
    tables: {
      journal: ["GetItem", "BatchGetItem", "Scan"],
      accounts: ["GetItem", "BatchGetItem", "Scan", "UpdateItem"],
      books: ["GetItem", "BatchGetItem", "Query", "BatchWriteItem"],
      operations: ["GetItem", "PutItem"],
    },
    keys: { operations: [references] },
    secrets: ["references"],
    sends: [],
    tells: true,
  },
  "audit/finance": {
    tables: { "audit-log": ["Query"], operations: ["GetItem", "PutItem"] },
    keys: { operations: [references] },
    secrets: ["references"],
    sends: [],
  },
  "notices/citizen": {
    tables: { people: ["GetItem"], operations: ["GetItem", "Query", "PutItem", "UpdateItem"] },
    keys: { people: ["ACCOUNT#*"], operations: [references, ...noticeItems] },
    secrets: ["references"],
    sends: [],
  },
  "webhooks/merchant": {
    tables: {
      settlement: ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
      operations: ["GetItem", "PutItem"],
    },
    keys: {
      settlement: ["MERCHANT#*", "WEBHOOK#*"],
      operations: [references, "SECRET#webhooks", requestKeys],
    },
    secrets: ["references", "webhooks"],
    sends: ["webhooks"],
  },
  "policies/finance": {
    tables: { "audit-log": ["PutItem"], operations: ["GetItem", "Query", "PutItem"] },
    keys: { operations: [references, requestKeys, "APPROVALS#pending-approval", "POLICIES"] },
    secrets: ["references"],
    sends: [],
  },
  "approvals/finance": {
    tables: {
      "audit-log": ["PutItem"],
      operations: ["GetItem", "BatchGetItem", "Query", "PutItem", "DeleteItem"],
      journal: ["GetItem", "BatchGetItem", "PutItem"],
      accounts: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"],
      books: ["GetItem"],
    },
    keys: { operations: [references, requestKeys, "APPROVALS#*", "POLICIES"], books: ["AUDIT"] },
    secrets: ["references"],
    sends: [],
  },
};

/** The permissions of a Lambda entry, which must be listed. */
export function permissionsOf(lambda: string): Permissions {
  const found = permissions[lambda];
  if (!found) throw new Error(`infra/permissions.ts says nothing of ${lambda}`);
  return found;
}
