import { noticeItems, references, requestKeys, uploadItems } from "./keys.ts";
import type { Grants } from "./model.ts";

/** Who may sign up at all: bans, penalties after no-shows, and what is said against them. */
export const standing: Grants = {
  "registration/standing": {
    tables: {
      people: ["GetItem", "BatchGetItem", "Query", "PutItem"],
      "person-keys": ["GetItem"],
      registration: ["GetItem", "BatchGetItem", "Query:byOwner", "UpdateItem"],
      operations: ["GetItem", "PutItem", "UpdateItem"],
    },
    keys: {
      people: ["ACCOUNT#*", "PERSON#*", "APPEALS#open"],
      registration: ["PENALTY#*", "EVENT#*"],
      operations: [references, "SECRET#persons-*", requestKeys, uploadItems],
    },
    secrets: ["references", "persons-*"],
    sends: [],
  },
  "registration/bureau": {
    tables: {
      "audit-log": ["PutItem"],
      people: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
      "person-keys": ["GetItem"],
      registration: ["GetItem", "BatchGetItem", "Query:byOwner", "PutItem", "UpdateItem"],
      operations: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"],
    },
    keys: {
      people: ["PERSON#*", "BANS", "BANNED#*", "APPEALS#*"],
      operations: [
        references,
        "SECRET#bans",
        "SECRET#persons-*",
        requestKeys,
        "APPROVALS#*",
        "POLICIES",
        uploadItems,
        ...noticeItems,
      ],
    },
    secrets: ["references", "bans", "persons-*"],
    sends: [],
  },
  "jobs/markNoShows": {
    tables: {
      people: ["GetItem", "Query", "UpdateItem"],
      registration: ["GetItem", "BatchGetItem", "Query", "PutItem", "BatchWriteItem"],
      operations: ["GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"],
    },
    keys: {
      people: ["PERSON#*"],
      operations: ["JOB#markNoShows", "POLICIES", ...noticeItems],
    },
    secrets: [],
    sends: [],
  },
  "jobs/endStandings": {
    tables: {
      people: ["GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"],
      registration: ["GetItem", "Query:byPending", "PutItem", "UpdateItem", "DeleteItem"],
      operations: ["BatchGetItem"],
    },
    keys: {
      people: ["PERSON#*", "BANS", "BANNED#*"],
      registration: ["PENALTY#*", "STANDING#*"],
      operations: ["APPROVALS#*"],
    },
    secrets: [],
    sends: [],
  },
};
