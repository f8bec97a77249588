interface QueueDefinition {
  consumer: string;
  purpose: string;
  /** The most messages handed over at once. */
  batch: number;
  /** Seconds to gather a batch; a batch of more than ten needs at least one. */
  window: number;
}

/** Queues and who works on them. Each has a dead-letter queue after five deliveries. */
export const queues = {
  "release-erased": {
    consumer: "jobs/releaseErased",
    purpose: "Erased persons whose places must be given back",
    batch: 10,
    window: 0,
  },
  "sign-ups": {
    consumer: "jobs/serveSignUps",
    purpose: "Sign-ups that were accepted in a rush and are served in turn",
    // One transaction of 99: a larger delivery would be served further out of turn.
    batch: 99,
    window: 1,
  },
  draws: {
    consumer: "jobs/runDraws",
    purpose: "Draws to be closed, drawn and carried out, and ticks to look for those that are due",
    batch: 1,
    window: 0,
  },
  "waiting-lists": {
    consumer: "jobs/offerPlaces",
    purpose: "Ticks to offer free places to those who wait and to end offers that have lapsed",
    batch: 1,
    window: 0,
  },
  reminders: {
    consumer: "jobs/remindParticipants",
    purpose: "Ticks to remind those who have a place of what begins soon",
    batch: 1,
    window: 0,
  },
  "no-shows": {
    consumer: "jobs/markNoShows",
    purpose: "Ticks to mark those who did not come to events that are over",
    batch: 1,
    window: 0,
  },
  "standing-ends": {
    consumer: "jobs/endStandings",
    purpose: "Ticks to tidy bans and penalties away whose time is over",
    batch: 1,
    window: 0,
  },
  payments: {
    consumer: "jobs/settlePayments",
    purpose: "What providers told, payments to be asked after and refunds to be sent",
    batch: 10,
    window: 0,
  },
  "provider-bills": {
    consumer: "jobs/importBills",
    purpose: "Ticks to read the bills of payment providers",
    batch: 1,
    window: 0,
  },
  "calendar-checks": {
    consumer: "jobs/checkCalendar",
    purpose: "Ticks to see whether next year's working days are known",
    batch: 1,
    window: 0,
  },
  "event-counts": {
    consumer: "jobs/countEvents",
    purpose: "Ticks to count the published events for the public figures",
    batch: 1,
    window: 0,
  },
  notices: {
    consumer: "jobs/deliverNotices",
    purpose: "Notices to bring to people, and ticks to look for those that are due",
    batch: 10,
    window: 0,
  },
  webhooks: {
    consumer: "jobs/deliverWebhooks",
    purpose: "What merchants' systems are to be told, and ticks to look for what is due",
    batch: 10,
    window: 0,
  },
  "ledger-seals": {
    consumer: "jobs/sealLedger",
    purpose: "Ticks to seal what was posted to the ledger since the last segment",
    batch: 1,
    window: 0,
  },
  "ledger-audits": {
    consumer: "jobs/auditLedger",
    purpose: "Ticks to verify a stretch of the ledger against its journal",
    batch: 1,
    window: 0,
  },
  "ledger-roots": {
    consumer: "jobs/publishRoot",
    purpose: "Ticks to publish the root of the ledger's last day as evidence",
    batch: 1,
    window: 0,
  },
  "ledger-exports": {
    consumer: "jobs/exportLedger",
    purpose: "Files of the ledger that somebody asked for",
    batch: 1,
    window: 0,
  },
  "upload-scans": {
    consumer: "jobs/settleUploads",
    purpose: "Ticks to take what the scanner found of uploads",
    batch: 1,
    window: 0,
  },
  "upload-purges": {
    consumer: "jobs/purgeUploads",
    purpose: "Ticks to remove uploads whose time is over",
    batch: 1,
    window: 0,
  },
  "answer-erasures": {
    consumer: "jobs/eraseAnswers",
    purpose: "Ticks to remove answers given in sign-ups whose time is over",
    batch: 1,
    window: 0,
  },
} as const satisfies Record<string, QueueDefinition>;

export type QueueName = keyof typeof queues;

export const isQueue = (name: string): name is QueueName => Object.hasOwn(queues, name);

/** The environment variable that holds a queue's URL, `QUEUE_SIGN_UPS`. */
export const queueVariable = (name: QueueName): string => `QUEUE_${name.toUpperCase().replaceAll("-", "_")}`;

/** Table streams and their one consumer, which turns changes into domain events for queues or derives from them. */
export const streams = {
  people: { consumer: "streams/people" },
  journal: { consumer: "streams/journal" },
} as const;
