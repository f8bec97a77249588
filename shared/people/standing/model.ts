import type { Instant } from "#shared/platform/time.ts";
import type { BanCause } from "#shared/policies/definitions/fairness.ts";

/** Until when a ban for life lasts. */
export const FOR_LIFE: Instant = "9999-12-31T15:59:59.999Z";

/** A ban as a person's own item carries it. The clock decides whether it still holds. */
export interface PersonsBan {
  banId: string;
  cause: BanCause;
  until: Instant;
}

/** A pause after no-shows as a person's own item carries it. */
export interface PersonsPause {
  penaltyId: string;
  until: Instant;
}

/** What the ban list says of one document, whoever has it now. */
export interface BannedDocument {
  /** Pseudonym of the document, of the ban list's own. */
  document: string;
  /** Another with every write; never one that it had before. */
  version: string;
  /** Whose document it was last. */
  personId: string;
  /** `pending`: waits for a second person and bans nobody yet. */
  bans: Readonly<Record<string, { cause: BanCause; until: Instant; pending?: true }>>;
}

/** The record of one ban. */
export interface Ban {
  banId: string;
  status: "pending-approval" | "in-force" | "lifted";
  cause: BanCause;
  from: Instant;
  until: Instant;
  /** Where the person was named, and who it was. */
  registrationId: string;
  /** The event's name. */
  event: string;
  personId: string;
  /** Absent once the ban is over: the document is kept for its term. */
  document?: string;
  reason: string;
  uploadId?: string;
  /** Pseudonym of the official. */
  by: string;
  /** In whose inboxes it is told. */
  tells: readonly string[];
  approvalId?: string;
  lifted?: { at: Instant; by: string; reason: string };
}

/** Of a document's bans the one that lasts longest, of those that hold now. */
export function banInForce(bans: BannedDocument["bans"], now: Date): PersonsBan | undefined {
  const instant = now.toISOString();
  const [longest] = Object.entries(bans)
    .filter(([, { until, pending }]) => !pending && until > instant)
    .map(([banId, { cause, until }]) => ({ banId, cause, until }))
    .sort((a, b) => (a.until > b.until ? -1 : 1));
  return longest;
}
