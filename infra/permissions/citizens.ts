import { answerItems, noticeItems, references, requestKeys, uploadItems } from "./keys.ts";
import type { Grants } from "./model.ts";

/** People, and what they sign up for. */
export const citizens: Grants = {
  "people/citizen": {
    tables: {
      people: [
        "GetItem",
        "BatchGetItem",
        "Query",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "ConditionCheckItem",
      ],
      "person-keys": ["GetItem", "PutItem", "DeleteItem"],
      registration: ["Query:byOwner"],
      operations: ["GetItem", "Query", "PutItem", "UpdateItem"],
    },
    keys: {
      operations: [
        references,
        "SECRET#identity",
        "SECRET#bans",
        "SECRET#persons-*",
        "POLICIES",
        requestKeys,
        "RATE#putMe#*",
        "RATE#addDependant#*",
      ],
    },
    secrets: ["references", "identity", "bans", "persons-*"],
    sends: [],
  },
  "people/public": { tables: {}, secrets: [], sends: [] },
  "registration/public": {
    tables: {
      registration: ["GetItem", "BatchGetItem", "Query"],
      operations: ["GetItem", "Query", "PutItem"],
    },
    keys: {
      // Events, how many places are free, draws, series and figures; never who has a place.
      registration: ["EVENT#*", "LIST#*", "LANE#*", "SERIES#*", "COUNTS#*"],
      operations: [references, "POLICIES", "JOB#countEvents"],
    },
    secrets: ["references"],
    sends: [],
  },
  "registration/feeds": {
    tables: {
      people: ["GetItem", "BatchGetItem", "Query"],
      registration: ["BatchGetItem", "Query:byOwner"],
      operations: ["GetItem", "PutItem", "UpdateItem"],
    },
    keys: {
      people: ["CALENDAR#*", "PERSON#*"],
      operations: [references, "RATE#getCalendarFeed#*"],
    },
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
      people: ["GetItem", "PutItem"],
      "person-keys": ["GetItem", "ConditionCheckItem"],
      registration: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"],
      operations: ["GetItem", "Query", "PutItem", "UpdateItem"],
    },
    keys: {
      people: ["ACCOUNT#*", "PERSON#*", answerItems],
      operations: [references, requestKeys, uploadItems, "POLICIES", "SECRET#persons-*", ...noticeItems],
    },
    // Answers are sealed with the participant's key, which is opened for that.
    secrets: ["references", "persons-*"],
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
      operations: ["GetItem", "PutItem", "Query"],
    },
    keys: {
      people: ["PERSON#*"],
      operations: [references, "SECRET#draws", requestKeys, "POLICIES", ...noticeItems],
    },
    secrets: ["references", "draws"],
    sends: ["notices"],
  },
  "registration/approval": {
    tables: {
      "audit-log": ["PutItem"],
      people: ["BatchGetItem"],
      registration: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"],
      operations: ["GetItem", "PutItem"],
    },
    keys: {
      people: ["PERSON#*"],
      operations: [references, requestKeys, uploadItems, ...noticeItems],
    },
    secrets: ["references"],
    sends: ["notices"],
    // Signs the links by which the organiser downloads documents.
    objects: { uploads: ["GetObject"] },
  },
  "registration/drawing": {
    tables: { registration: ["GetItem"] },
    keys: { registration: ["EVENT#*", "DRAW#*"] },
    secrets: [],
    sends: [],
    // Signs the links by which everybody downloads what is public of a draw.
    objects: { draws: ["GetObject"] },
  },
  "registration/draws": {
    tables: {
      "audit-log": ["PutItem"],
      registration: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"],
      books: ["GetItem"],
      operations: ["GetItem", "PutItem"],
    },
    keys: { books: ["ROOTS"], operations: [references, requestKeys, "SECRET#draws"] },
    secrets: ["references", "draws"],
    sends: [],
    objects: { draws: ["GetObject", "PutObject"] },
  },
  "jobs/runDraws": {
    tables: {
      registration: ["GetItem", "BatchGetItem", "Query", "Query:byPending", "PutItem", "UpdateItem"],
      books: ["GetItem"],
      operations: ["GetItem", "PutItem", "UpdateItem"],
    },
    keys: {
      books: ["ROOTS"],
      operations: [references, "SECRET#draws", "JOB#runDraws", ...noticeItems],
    },
    secrets: ["references", "draws"],
    sends: ["notices"],
    tells: true,
    objects: { draws: ["GetObject", "PutObject"] },
  },
  "registration/desk": {
    tables: {
      "audit-log": ["PutItem"],
      people: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"],
      "person-keys": ["GetItem", "PutItem"],
      registration: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"],
      operations: ["GetItem", "Query", "PutItem", "UpdateItem"],
    },
    keys: {
      people: ["PERSON#*", "IDENTITY#*", "BANNED#*"],
      registration: ["EVENT#*", "LANE#*", "HOLDER#*", "PERSON#*", "QUALIFIER#*", "QUALIFIERS#*"],
      operations: [
        references,
        "SECRET#identity",
        "SECRET#bans",
        "SECRET#persons-*",
        requestKeys,
        "RATE#signUpOnBehalf#*",
        "DESK#*",
        "POLICIES",
        uploadItems,
        ...noticeItems,
      ],
    },
    secrets: ["references", "identity", "bans", "persons-*"],
    sends: ["notices"],
  },
  "jobs/serveSignUps": {
    tables: {
      people: ["GetItem"],
      registration: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem", "ConditionCheckItem"],
      operations: ["GetItem", "Query", "PutItem"],
    },
    keys: { people: ["PERSON#*"], operations: [references, requestKeys, "POLICIES", ...noticeItems] },
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
  "jobs/remindParticipants": {
    tables: {
      people: ["BatchGetItem"],
      registration: ["GetItem", "BatchGetItem", "Query"],
      operations: ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"],
    },
    keys: {
      people: ["PERSON#*"],
      operations: ["JOB#remindParticipants", "REMINDED#*", "POLICIES", ...noticeItems],
    },
    secrets: [],
    sends: [],
  },
  "jobs/deliverNotices": {
    tables: {
      people: ["GetItem"],
      "person-keys": ["GetItem"],
      operations: ["GetItem", "Query", "Query:byPending", "UpdateItem", "BatchWriteItem"],
    },
    keys: {
      people: ["PERSON#*"],
      operations: ["SECRET#persons-*", "POLICIES", ...noticeItems, "MESSENGER#sms", "MESSENGER#wechat"],
    },
    secrets: ["persons-*", "messenger-sms", "messenger-wechat"],
    sends: [],
  },
  "notices/citizen": {
    tables: { people: ["GetItem"], operations: ["GetItem", "Query", "PutItem", "UpdateItem"] },
    keys: { people: ["ACCOUNT#*"], operations: [references, ...noticeItems] },
    secrets: ["references"],
    sends: [],
  },
  "jobs/eraseAnswers": {
    tables: {
      people: ["Query:byPending", "UpdateItem", "DeleteItem"],
      registration: ["GetItem"],
      operations: ["GetItem", "Query", "UpdateItem"],
    },
    keys: { people: [answerItems], registration: ["EVENT#*"], operations: ["POLICIES", "JOB#eraseAnswers"] },
    secrets: [],
    sends: [],
  },
  "streams/people": { tables: {}, secrets: [], sends: ["release-erased"] },
  "jobs/releaseErased": {
    tables: {
      people: ["Query", "BatchWriteItem"],
      registration: ["GetItem", "BatchGetItem", "Query:byOwner", "Query:byPending", "PutItem", "UpdateItem"],
      operations: ["Query", "PutItem", "BatchWriteItem"],
    },
    keys: { people: ["ERASURES", answerItems], operations: noticeItems },
    secrets: [],
    sends: ["notices"],
  },
};
