/** Rules that a deployment may have to change, as data with their source. */
export const registrationPolicy = {
  /** How often one person may sign up for one event again after cancelling. */
  attemptsPerEvent: { value: 20, source: "convention, to confirm in a deployment", enforcement: "refuse" },
} as const;
