import { noticeItems, references, requestKeys } from "./keys.ts";
import type { Grants } from "./model.ts";

/** What officials decide on and look into. */
export const officials: Grants = {
  "audit/finance": {
    tables: { "audit-log": ["Query"], operations: ["GetItem", "PutItem"] },
    keys: { operations: [references] },
    secrets: ["references"],
    sends: [],
  },
  "policies/finance": {
    tables: { "audit-log": ["PutItem"], operations: ["GetItem", "Query", "PutItem"] },
    keys: { operations: [references, requestKeys, "APPROVALS#pending-approval", "POLICIES"] },
    secrets: ["references"],
    sends: [],
  },
  "jobs/checkCalendar": {
    tables: { operations: ["Query"] },
    keys: { operations: ["POLICIES"] },
    secrets: [],
    sends: [],
    tells: true,
  },
  "approvals/finance": {
    tables: {
      "audit-log": ["PutItem"],
      people: ["GetItem", "PutItem", "UpdateItem"],
      settlement: ["GetItem", "PutItem", "DeleteItem"],
      operations: ["GetItem", "BatchGetItem", "Query", "PutItem", "DeleteItem"],
      journal: ["GetItem", "BatchGetItem", "PutItem"],
      accounts: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"],
      books: ["GetItem"],
    },
    keys: {
      settlement: ["MERCHANT#*", "PAYMENT-CASES#*", "PAYMENT#*", "RECEIPT#*", "REFUND#*"],
      people: ["BANS", "BANNED#*", "PERSON#*"],
      operations: [references, requestKeys, "APPROVALS#*", "POLICIES", ...noticeItems],
      books: ["AUDIT"],
    },
    secrets: ["references"],
    sends: [],
  },
};
