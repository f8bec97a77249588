import type * as z from "zod";
import type { Allotment } from "#shared/allotment/model.ts";
import type { availability, event, eventChange, eventInput, eventSummary, registration } from "./contract.ts";

export type EventInput = z.output<typeof eventInput>;
export type EventChange = z.output<typeof eventChange>;
export type EventView = z.input<typeof event>;
export type EventSummary = z.input<typeof eventSummary>;
export type Availability = z.input<typeof availability>;
export type RegistrationView = z.input<typeof registration>;

export type Group = Omit<EventInput["groups"][number], "groupId"> & { groupId: string };

/** An event as it is stored. Instants are UTC. */
export interface SportEvent
  extends Omit<EventInput, "groups" | "cancelUntil" | "placesPerPerson" | "waitlist"> {
  eventId: string;
  /** The organisation it belongs to; only its organisers see a draft, change or list it. */
  organiserId: string;
  status: "draft" | "published";
  /** Rises with every change; the ETag, and the version of the rules under which places are handed out. */
  version: number;
  cancelUntil: string;
  groups: Group[];
  /** The places, from publishing on. */
  allotment?: Allotment;
}

/** What a registration records with its place; it names persons by reference only. */
export interface RegistrationClaim {
  eventId: string;
  groupId: string;
  participantId: string;
  /** Who signed up: the participant, a guardian or a proxy. */
  signedUpBy: string;
  status: "confirmed" | "cancelled";
  signedUpAt: string;
  cancelledAt?: string;
  /** `statement@version` of what was agreed to. */
  consents: string[];
}

export const capacityOf = ({ capacity, groups }: Pick<SportEvent, "capacity" | "groups">): number =>
  capacity ?? groups.reduce((sum, group) => sum + group.capacity, 0);
