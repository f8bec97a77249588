import type * as z from "zod";
import type { Instant } from "#shared/platform/time.ts";
import type {
  checkIn,
  checkInInput,
  checklistInput,
  eventStatistics,
  holding,
  holdingInput,
  KeyGroup,
  pointsTable,
  seriesChange,
  seriesInput,
  seriesRecord,
  tick,
} from "./schemas.ts";

export type SeriesInput = z.output<typeof seriesInput>;
export type SeriesChange = z.output<typeof seriesChange>;
export type Series = z.output<typeof seriesRecord>;
export type PointsRule = NonNullable<SeriesInput["rule"]>;
export type PointsTable = z.output<typeof pointsTable>;
export type Tick = z.output<typeof tick>;
export type CheckInInput = z.output<typeof checkInInput>;
export type CheckInView = z.input<typeof checkIn>;
export type HoldingInput = z.output<typeof holdingInput>;
export type HoldingView = z.input<typeof holding>;
export type StatisticsView = z.input<typeof eventStatistics>;

/** How many people of each key group. */
export type KeyGroups = Readonly<Partial<Record<KeyGroup, number | undefined>>>;

/** One thing to be done before an event is published; `doneBy` is a pseudonym. */
export type ChecklistItem = z.output<typeof checklistInput>[number] & {
  done: boolean;
  doneAt?: Instant;
  doneBy?: string;
  note?: string;
  uploadId?: string;
};

/** What a round of a series has of it. */
export interface RoundStanding {
  seriesId?: string;
  tier?: string;
  /** This round takes the entries for all of them. */
  entryFor?: "series";
  /** The event that takes the entries for this one. */
  enterAt?: string;
}

/** People who came without a registration, in one count; an event's counts add up. */
export interface HeadCount {
  checkInId: string;
  eventId: string;
  count: number;
  keyGroups: KeyGroups;
  at: Instant;
  /** Pseudonym. */
  by: string;
}

/** An organiser's report that an event was held, and whether the bureau confirmed it. */
export interface Holding extends HoldingView {
  /** Pseudonyms. */
  reportedBy: string;
  confirmedBy?: string;
}

/** What the nightly job counted of one event; it names nobody. */
export interface EventCount {
  eventId: string;
  year: number;
  town: string;
  sport: string;
  startsAt: Instant;
  held: boolean;
  registrations: number;
  attended: number;
  registrationsOf: KeyGroups;
  attendedOf: KeyGroups;
  /** Of level quality, and its holding confirmed. */
  quality: boolean;
  /** The versions of event and report that were counted. */
  of: string;
  /** When it came to this, and at last for good. */
  countedAt: Instant;
}
