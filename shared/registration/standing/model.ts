import type { Instant } from "#shared/platform/time.ts";

/** A pause after no-shows, kept for as long as it may be asked about; it names persons by reference only. */
export interface Penalty {
  penaltyId: string;
  personId: string;
  noShows: readonly { registrationId: string; eventId: string }[];
  from: Instant;
  until: Instant;
  /** When the person was told. */
  madeAt: Instant;
  appealUntil: Instant;
  /** In whose inboxes it is told: a child has none. */
  tells: readonly string[];
  appealId?: string;
  decided?: { outcome: "upheld" | "lifted"; at: Instant };
}

/** What somebody says against a penalty. Their words are sealed under the person's own key. */
export interface Appeal {
  appealId: string;
  status: "open" | "decided";
  penaltyId: string;
  personId: string;
  at: Instant;
  /** Pseudonym of who appeals: they decide on nothing of their own. */
  by: string;
  reason: Uint8Array;
  uploadId?: string;
  decided?: { outcome: "upheld" | "lifted"; at: Instant; by: string; reason: string };
}
