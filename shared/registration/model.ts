import type * as z from "zod";
import type { Allotment } from "#shared/allotment/model.ts";
import type { Capacity } from "#shared/people/acting.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Rejection } from "./approval/rules.ts";
import type { Agreed, Signature } from "./eligibility/consentRules.ts";
import type { Declaration } from "./eligibility/rules.ts";
import type { event, eventChange, eventInput, eventSummary, signUpModes } from "./eventSchemas.ts";
import type { ChecklistItem, RoundStanding } from "./programme/model.ts";
import type { availability, deskEvidence, queuedRegistration, registration } from "./schemas.ts";

export type EventInput = z.output<typeof eventInput>;
export type EventChange = z.output<typeof eventChange>;
export type EventView = z.input<typeof event>;
export type EventSummary = z.input<typeof eventSummary>;
export type Availability = z.input<typeof availability>;
export type RegistrationView = z.input<typeof registration>;
export type QueuedView = z.input<typeof queuedRegistration>;
export type SignUpMode = (typeof signUpModes)[number];

export type Group = Omit<EventInput["groups"][number], "groupId"> & { groupId: string };

/** An event as it is stored. Instants are UTC. */
export interface SportEvent
  extends Omit<
      EventInput,
      "groups" | "cancelUntil" | "placesPerPerson" | "mode" | "checklist" | "seriesId" | "tier" | "fairness"
    >,
    RoundStanding {
  eventId: string;
  /** The organisation it belongs to; only its organisers see a draft, change or list it. */
  organiserId: string;
  status: "draft" | "published";
  /** Rises with every change; the ETag, and the version of the rules under which places are handed out. */
  version: number;
  cancelUntil: string;
  /** Whether sign-ups count towards each person's limits; as it is when the event is published, for good. */
  fairness: boolean;
  /** Whether a sign-up is served at once, or accepted and served in turn. Both write the same items. */
  mode: SignUpMode;
  groups: Group[];
  /** Since when nobody enters its draw any more: the list is published. */
  entriesClosedAt?: Instant;
  checklist: ChecklistItem[];
  /** The places, from publishing on. */
  allotment?: Allotment;
}

/** That staff signed somebody up: who of them, and how they were asked. Statements were agreed to in that way too. */
export interface OnBehalf {
  kind: (typeof deskEvidence)[number];
  /** Pseudonym of who of the staff. */
  recordedBy: string;
}

/** What a registration records with its place; it names persons by reference only. */
export interface RegistrationClaim {
  eventId: string;
  groupId: string;
  participantId: string;
  /** Who signed up: the participant, a guardian or a proxy. */
  signedUpBy: string;
  status: RegistrationView["status"];
  signedUpAt: Instant;
  cancelledAt?: Instant;
  attendedAt?: Instant;
  offerExpiresAt?: Instant;
  /** The limits of the participant count it: whoever ends it tells them, in the same write. */
  limited?: true;
  /** What was given with an application, by what the event calls it. */
  documents?: { documentId: string; uploadId: string }[];
  /** When the organiser decided on it, and why not. */
  decidedAt?: Instant;
  rejection?: Rejection;
  /** Its rank in the draw; 1 is first. */
  drawRank?: number;
  /** Of one who is drawn: whether to stand in line when not selected. */
  wouldWait?: true;
  signedAs: Capacity;
  /** What was agreed to for the participant, each statement on its own. */
  consents: Signature[];
  /** What was declared and decides about a place; the organiser checks it. */
  declares?: Declaration[];
  onBehalf?: OnBehalf;
}

/** A sign-up as the rules admitted it, before a place is sought; what waits in the queue is this. */
export interface Application {
  eventId: string;
  groupId: string;
  participantIds: string[];
  signedUpBy: string;
  documents: { documentId: string; uploadId: string }[];
  /** What settles it: a place that is free, a draw, or somebody's decision. */
  settledBy: "place" | "draw" | "decision";
  /** What who signs up is to each participant. */
  signedAs: Record<string, Capacity>;
  consents: Agreed;
  declares?: Declaration[] | undefined;
  /** Leaves of the allotment on which it may draw, in order. */
  leaves: string[];
  waitlist: boolean;
  /** The version of the event under which it was admitted. */
  rules: number;
  signedUpAt: Instant;
  onBehalf?: OnBehalf;
  /** The entries by which the participants qualified, which must still stand when the place is taken. */
  qualifierIds?: string[] | undefined;
}

/** The leaf of a group's pool; the group's own leaf is its id. */
export const poolLeaf = (groupId: string, pool: number): string => `${groupId}.${pool}`;

export const capacityOf = ({
  capacity,
  groups,
}: {
  capacity?: number | undefined;
  groups: readonly Pick<Group, "capacity">[];
}): number => capacity ?? groups.reduce((sum, group) => sum + group.capacity, 0);
