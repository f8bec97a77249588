import { moneyFlag, references, requestKeys } from "./keys.ts";
import type { Grants } from "./model.ts";

/** The ledger, by whom it is read, and what happens to it without anybody asking. */
export const ledger: Grants = {
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
};
