/** Queues and who works on them. Each has a dead-letter queue after five deliveries. */
export const queues = {
  "release-erased": {
    consumer: "jobs/releaseErased",
    purpose: "Erased persons whose places must be given back",
  },
} as const;

export type QueueName = keyof typeof queues;

/** Table streams and their one consumer, which turns changes into domain events for the queues. */
export const streams = {
  people: { consumer: "streams/people" },
} as const;
