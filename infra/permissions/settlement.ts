import { noticeItems, providers, references, requestKeys, uploadItems } from "./keys.ts";
import type { Grants } from "./model.ts";

/** Merchants, money from and to the outside, and the files that people give. */
export const settlement: Grants = {
  "payments/citizen": {
    tables: {
      people: ["GetItem"],
      settlement: ["GetItem", "PutItem"],
      operations: ["GetItem", "PutItem"],
    },
    keys: {
      people: ["ACCOUNT#*", "PERSON#*"],
      settlement: ["PAYMENT#*"],
      operations: [references, providers],
    },
    secrets: ["references", "provider-*"],
    sends: [],
  },
  "payments/notifications": {
    tables: { settlement: ["PutItem"], operations: ["GetItem"] },
    keys: { settlement: ["NOTIFIED#*"], operations: [providers] },
    secrets: ["provider-*"],
    sends: ["payments"],
  },
  "payments/finance": {
    tables: {
      "audit-log": ["PutItem"],
      settlement: ["GetItem", "Query", "PutItem", "DeleteItem"],
      operations: ["GetItem", "PutItem"],
    },
    keys: {
      settlement: ["PAYMENT-CASES#*", "PAYMENT#*", "RECEIPT#*", "REFUND#*", "BILLS#*"],
      operations: [references, requestKeys, "APPROVALS#pending-approval"],
    },
    secrets: ["references"],
    sends: [],
  },
  "merchants/public": {
    tables: { settlement: ["GetItem", "BatchGetItem", "Query"], operations: ["GetItem", "PutItem"] },
    keys: { settlement: ["MERCHANT#*", "MERCHANT-LIST#*"], operations: [references] },
    secrets: ["references"],
    sends: [],
  },
  "merchants/merchant": {
    tables: {
      settlement: [
        "GetItem",
        "BatchGetItem",
        "Query",
        "Query:byOwner",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "ConditionCheckItem",
      ],
      operations: ["GetItem", "Query", "PutItem", "UpdateItem"],
    },
    keys: {
      settlement: ["MERCHANT#*", "CREDIT-CODE#*", "MERCHANT-INVITATION#*"],
      operations: [
        references,
        requestKeys,
        "POLICIES",
        uploadItems,
        "RATE#applyMerchant#*",
        "RATE#acceptStaffInvitation#*",
      ],
    },
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
  "merchants/bureau": {
    tables: {
      "audit-log": ["PutItem"],
      settlement: ["BatchGetItem", "Query:byOwner", "PutItem", "DeleteItem", "BatchWriteItem"],
      operations: ["GetItem", "Query", "PutItem"],
    },
    keys: {
      settlement: ["MERCHANT#*", "CREDIT-CODE#*", "MERCHANT-LIST#*", "WEBHOOK-EVENT#*"],
      operations: [references, requestKeys, "APPROVALS#pending-approval", "POLICIES"],
    },
    secrets: ["references"],
    sends: [],
  },
  "jobs/settlePayments": {
    tables: {
      settlement: ["GetItem", "Query:byPending", "PutItem"],
      operations: ["GetItem", "Query", "PutItem", "UpdateItem"],
      journal: ["GetItem", "PutItem"],
      accounts: ["GetItem", "BatchGetItem", "UpdateItem"],
      books: ["GetItem", "Query"],
    },
    keys: { operations: [providers, "JOB#settlePayments", "POLICIES", ...noticeItems] },
    secrets: ["provider-*"],
    sends: [],
  },
  "jobs/importBills": {
    tables: {
      settlement: ["GetItem", "Query", "Query:byOwner", "PutItem", "UpdateItem"],
      operations: ["GetItem", "PutItem", "UpdateItem", "ConditionCheckItem"],
      journal: ["GetItem", "PutItem"],
      accounts: ["GetItem", "BatchGetItem", "UpdateItem"],
    },
    keys: { operations: [providers, "JOB#importBills", ...noticeItems] },
    secrets: ["provider-*"],
    sends: [],
  },
  "uploads/everyone": {
    tables: { "audit-log": ["PutItem"], operations: ["GetItem", "Query", "PutItem", "UpdateItem"] },
    keys: { operations: [references, requestKeys, "RATE#createUpload#*", "POLICIES", uploadItems] },
    secrets: ["references"],
    sends: [],
    objects: { uploads: ["GetObject", "GetObjectTagging", "PutObject", "DeleteObject"] },
  },
  "jobs/settleUploads": {
    tables: { operations: ["GetItem", "Query:byPending", "UpdateItem"] },
    keys: { operations: [uploadItems] },
    secrets: [],
    sends: [],
    objects: { uploads: ["GetObject", "GetObjectTagging", "PutObject", "DeleteObject"] },
  },
  "jobs/purgeUploads": {
    tables: { operations: ["Query:byPending", "UpdateItem", "DeleteItem"] },
    keys: { operations: [uploadItems] },
    secrets: [],
    sends: [],
    objects: { uploads: ["DeleteObject"] },
  },
};
