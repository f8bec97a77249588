import { references, requestKeys, uploadItems } from "./keys.ts";
import type { Grants } from "./model.ts";

/** Series, what comes before and after an event, and its figures. */
export const programme: Grants = {
  "registration/programme": {
    tables: {
      "audit-log": ["PutItem"],
      registration: ["GetItem", "BatchGetItem", "Query:byOwner", "PutItem", "UpdateItem"],
      operations: ["GetItem", "PutItem", "UpdateItem"],
    },
    keys: {
      registration: ["EVENT#*", "SERIES#*", "ORGANISATION#*", "LANE#*", "HOLDER#*", "CHECK-INS#*"],
      operations: [references, requestKeys, uploadItems],
    },
    secrets: ["references"],
    sends: [],
    objects: { uploads: ["GetObject"] },
  },
  "registration/holdings": {
    tables: {
      "audit-log": ["PutItem"],
      registration: ["GetItem", "Query:byPending", "PutItem"],
      operations: ["GetItem", "PutItem"],
    },
    keys: { registration: ["EVENT#*"], operations: [references, requestKeys] },
    secrets: ["references"],
    sends: [],
  },
  "jobs/countEvents": {
    tables: {
      people: ["BatchGetItem"],
      registration: ["BatchGetItem", "Query", "PutItem", "DeleteItem"],
      operations: ["GetItem", "Query", "UpdateItem", "ConditionCheckItem"],
    },
    keys: {
      people: ["PERSON#*"],
      registration: ["LIST#*", "EVENT#*", "HOLDER#*", "CHECK-INS#*", "COUNTS#*"],
      operations: ["JOB#countEvents", "POLICIES"],
    },
    secrets: [],
    sends: [],
  },
};
