/** Every line the service may log, and the fields it may carry. Personal data is in none of them. */
export const messages = {
  "request-completed": {
    level: "info",
    says: "request completed",
    fields: ["operation", "status", "slug", "durationMs", "correlationId"],
  },
  "request-failed": {
    level: "error",
    says: "request failed for a reason that is ours",
    fields: ["operation", "status", "trace", "correlationId"],
  },
  "job-completed": {
    level: "info",
    says: "job completed",
    fields: ["job", "handled"],
  },
  "message-failed": {
    level: "error",
    says: "a queue message could not be worked on and will come again",
    fields: ["consumer", "trace", "sqsMessageId", "receiveCount"],
  },
  "sign-ups-served": {
    level: "info",
    says: "accepted sign-ups were served together",
    fields: ["served", "again"],
  },
  "worker-not-told": {
    level: "warn",
    says: "a worker could not be told of new work; its next sweep finds it",
    fields: ["trace"],
  },
  "page-failed": {
    level: "error",
    says: "the people on call could not be told",
    fields: ["trace"],
  },
  "ledger-sealed": {
    level: "info",
    says: "a segment of the ledger was sealed",
    fields: ["segment", "entries", "lagSeconds"],
  },
  "ledger-broken": {
    level: "error",
    says: "the ledger does not add up; money is read-only until that is cleared",
    fields: ["fault", "place"],
  },
  "journal-altered": {
    level: "error",
    says: "an entry of the journal was changed or removed after it was put",
    fields: ["change", "journalId"],
  },
  "ledger-audited": {
    level: "info",
    says: "a stretch of the ledger was audited",
    fields: ["segments", "entries", "complete"],
  },
  "root-published": {
    level: "info",
    says: "the ledger's root of a day was published",
    fields: ["date", "segments"],
  },
  "till-locked": {
    level: "warn",
    says: "a merchant scanned so many codes that were none that its tills are locked for the day",
    fields: ["merchant", "failures"],
  },
  "upload-refused": {
    level: "warn",
    says: "a file that somebody gave was refused and deleted",
    fields: ["uploadId", "purpose", "reason", "threat"],
  },
  "uploads-unscanned": {
    level: "error",
    says: "files have waited too long for the search for malware",
    fields: ["uploads"],
  },
  "hurry-failed": {
    level: "warn",
    says: "what was committed could not be sent to its queue; the sweep delivers it",
    fields: ["queue", "trace"],
  },
  "notice-failed": {
    level: "error",
    says: "a notice could not be brought to its person for a reason that is ours",
    fields: ["trace"],
  },
  "provider-refuses": {
    level: "error",
    says: "a provider refused a message for a reason that is ours: account, template or request",
    fields: ["channel", "code"],
  },
  "receipts-nameless": {
    level: "error",
    says: "a provider's receipts do not say of which message they are: that must be switched on with it",
    fields: ["channel", "receipts"],
  },
  "person-erased": {
    level: "info",
    says: "a person was erased",
    fields: ["personId", "registrationsCancelled"],
  },
} as const satisfies Record<
  string,
  { level: "info" | "warn" | "error"; says: string; fields: readonly string[] }
>;
