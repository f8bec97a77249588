/** Rules that a deployment may have to change, as data with their source. */
export const registrationPolicy = {
  /** How often one person may sign up for one event again after cancelling. */
  attemptsPerEvent: { value: 20, source: "convention, to confirm in a deployment", enforcement: "refuse" },
  /** How long a place offered from the waiting list is kept, counted only within the hours of the day. */
  offer: {
    value: { minutes: 240, fromHour: 8, toHour: 22 },
    source: "convention, to confirm in a deployment: nobody must answer at night",
    enforcement: "refuse",
  },
  /** Seconds after which a queued sign-up that was not served never will be. */
  ticketSeconds: { value: 900, source: "convention, to confirm in a deployment", enforcement: "refuse" },
  /** Seconds for which a queue token is valid after the sign-up has opened or it was given, whichever is later. */
  queueTokenSeconds: { value: 600, source: "convention, to confirm in a deployment", enforcement: "refuse" },
  /** Zero bits that a queue token's challenge asks for; each doubles the work. 16 take a phone about a second. */
  challengeBits: { value: 16, source: "convention, to confirm in a deployment", enforcement: "refuse" },
  /** Lanes of each counter of an event with a rush; docs/performance says what they carry. */
  rushLanes: { value: 32, source: "measured: npm run bench:rush", enforcement: "refuse" },
} as const;
