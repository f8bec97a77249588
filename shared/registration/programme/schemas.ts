import * as z from "zod";
import { instant } from "#shared/platform/instant.ts";
import { isCalendarDate } from "#shared/platform/time.ts";
import { eventId, organisationId, registrationId } from "../schemas.ts";

export const text = (max: number) => z.string().trim().min(1).max(max);
const businessDay = z.string().refine(isCalendarDate).meta({ format: "date" });

export const seriesId = z
  .string()
  .regex(/^ser_[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "A series or league" });
export const tierId = z
  .string()
  .regex(/^[a-z0-9-]{1,20}$/)
  .meta({ description: "A tier of a series, such as 甲级" });

// As uploads call it; their contract brings all that is known of files along.
const uploadId = z.string().regex(/^upl_[0-9A-HJKMNP-TV-Z]{26}$/);

export const templateIds = [
  "road-race",
  "orienteering",
  "ball-league",
  "sports-meeting",
  "activity",
] as const;

/** What each of these groups is: shared/policies/definitions/programme.ts. */
export const keyGroupNames = ["youth", "elders", "women", "workers", "farmers", "disabled"] as const;
export type KeyGroup = (typeof keyGroupNames)[number];

const source = z.strictObject({ zh: text(200), en: text(200), verify: z.boolean().optional() });

const checklistFields = {
  itemId: z.string().regex(/^[a-z0-9-]{1,40}$/),
  title: text(80),
  required: z.boolean().default(true).meta({ description: "The event is not published while it is open" }),
  source: source.optional().meta({ description: "The rule behind it; verify: known from a copy only" }),
};

export const checklistInput = z.array(z.strictObject(checklistFields)).max(30);

export const checklistItem = z
  .object({
    ...checklistFields,
    required: z.boolean(),
    done: z.boolean(),
    doneAt: instant.optional(),
    note: z.string().optional(),
    uploadId: uploadId.optional(),
  })
  .meta({ id: "ChecklistItem" });

export const tick = z.strictObject({
  done: z.boolean().meta({ description: "false opens a draft's item again" }),
  note: text(500).optional(),
  uploadId: uploadId.optional().meta({ description: "Of the purpose checklist-paper" }),
});

const points = z.number().int().min(0).max(10_000);

export const tieBreaks = ["most-wins", "best-ranks", "most-rounds", "latest-round"] as const;

const pointsRule = z
  .strictObject({
    points: z.array(points).min(1).max(200).meta({ description: "By rank, the first rank first" }),
    beyond: points.default(0).meta({ description: "For ranks after those" }),
    bestOf: z
      .number()
      .int()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "How many of an entrant's best rounds count; all when left out" }),
    minRounds: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(1)
      .meta({ description: "Who took part in fewer is listed without a place" }),
    tieBreaks: z.array(z.enum(tieBreaks)).max(tieBreaks.length).default([]).meta({
      description:
        "Between equal points, in this order: more first ranks; better ranks, best first; more rounds; the better rank in the latest round that differs",
    }),
  })
  .meta({ id: "PointsRule" });

const tierInput = z.strictObject({ tierId: tierId.optional(), name: text(20) });

const seriesFields = {
  name: text(60),
  season: text(20).meta({ description: "Such as 2026" }),
  tiers: z
    .array(tierInput)
    .max(10)
    .meta({ description: "Each round is then of one; on a change the tiers there are stay" }),
  rule: pointsRule.optional().meta({ description: "How rounds make a points table" }),
  sport: text(20).optional(),
  town: text(20).optional(),
  description: text(4_000).optional(),
};

export const seriesInput = z
  .strictObject({
    ...seriesFields,
    kind: z.enum(["series", "league"]),
    entry: z.enum(["each-round", "whole"]).default("each-round").meta({
      description: "whole: the first round made takes the entries for all of them",
    }),
    tiers: seriesFields.tiers.default([]),
  })
  .meta({ id: "SeriesInput" });

/** A change names what changes. Kind and entry stay: people entered under them. */
export const seriesChange = z.strictObject(seriesFields).partial().meta({ id: "SeriesChange" });

const row = z.object({
  place: z.number().int().optional().meta({ description: "Equals share one; absent below minRounds" }),
  entrant: z.string(),
  label: z.string(),
  points: z.number().int(),
  rounds: z.array(
    z.object({
      eventId,
      rank: z.number().int().optional().meta({ description: "Absent where one did not finish" }),
      points: z.number().int(),
      counts: z.boolean(),
    }),
  ),
});

export const pointsTable = z
  .array(z.object({ tierId: tierId.optional(), rows: z.array(row) }))
  .meta({ id: "PointsTable" });

const tier = z.object({ tierId, name: z.string() });

export const seriesRecord = z
  .object({
    seriesId,
    organiserId: organisationId,
    name: z.string(),
    kind: z.enum(["series", "league"]),
    season: z.string(),
    entry: z.enum(["each-round", "whole"]),
    entryEventId: eventId.optional().meta({ description: "The round that takes the entries for all" }),
    tiers: z.array(tier),
    rule: pointsRule.optional(),
    sport: z.string().optional(),
    town: z.string().optional(),
    description: z.string().optional(),
    version: z.number().int(),
  })
  .meta({ id: "SeriesRecord" });

const count = z.number().int().min(0).max(1_000_000);
const keyGroups = z
  .strictObject({
    youth: count.optional(),
    elders: count.optional(),
    women: count.optional(),
    workers: count.optional(),
    farmers: count.optional(),
    disabled: count.optional(),
  })
  .meta({ description: "How many of them are of each key group; one person may be of several" });

export const checkInInput = z
  .strictObject({
    registrationId: registrationId.optional().meta({ description: "Of this event, confirmed" }),
    count: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .meta({ description: "People who came without a registration, at a drop-in activity" }),
    keyGroups: keyGroups.optional(),
  })
  .refine(({ registrationId: who, count: many }) => (who === undefined) !== (many === undefined))
  .refine(({ count: many, keyGroups: of }) => many !== undefined || of === undefined, { path: ["keyGroups"] })
  .meta({ id: "CheckInInput" });

export const checkIn = z
  .union([
    z.object({ eventId, registrationId, status: z.literal("attended"), attendedAt: instant }),
    z.object({ eventId, checkInId: z.string(), count: z.number().int(), keyGroups, at: instant }),
  ])
  .meta({ id: "CheckIn" });

export const holdingInput = z
  .strictObject({
    heldOn: businessDay.meta({ description: "A day of the event, Asia/Shanghai" }),
    participants: count,
    keyGroups: keyGroups.default({}),
    uploadIds: z
      .array(uploadId)
      .min(1)
      .max(10)
      .meta({ description: "Photographs or a report, of the purpose holding-evidence" }),
    summary: text(2_000),
  })
  .refine(({ uploadIds }) => new Set(uploadIds).size === uploadIds.length, { path: ["uploadIds"] })
  .meta({ id: "HoldingInput" });

export const holding = z
  .object({
    eventId,
    organiserId: organisationId,
    eventName: z.string(),
    level: z.enum(["quality", "general"]),
    status: z.enum(["reported", "confirmed"]),
    heldOn: z.string(),
    participants: z.number().int(),
    keyGroups,
    uploadIds: z.array(uploadId),
    summary: z.string(),
    reportedAt: instant,
    confirmedAt: instant.optional(),
    version: z.number().int(),
  })
  .meta({ id: "Holding" });

const figures = {
  published: z.number().int(),
  held: z.number().int().meta({ description: "Over, and somebody checked in or it was reported" }),
  registrations: z
    .number()
    .int()
    .meta({ description: "Places taken, those of teams and families one by one" }),
  attended: z.number().int().meta({
    description: "As the confirmed report of an event says; without one as many as checked in",
  }),
  qualityConfirmed: z
    .number()
    .int()
    .meta({ description: "Events of level quality whose holding the bureau confirmed" }),
  registrationsOf: keyGroups.optional().meta({
    description: "By key group; sums that are too small to be shown are left out, and what would tell them",
  }),
  attendedOf: keyGroups.optional().meta({ description: "Likewise" }),
};

export const eventStatistics = z
  .object({
    year: z.number().int(),
    asOf: instant.optional().meta({ description: "When everything was last counted; absent before" }),
    ...figures,
    qualityTarget: z.object({ events: z.number().int(), source }),
    smallestShown: z.number().int(),
    byTown: z.array(z.object({ town: z.string(), ...figures })),
    bySport: z.array(z.object({ sport: z.string(), ...figures })),
  })
  .meta({ id: "ProgrammeStatistics" });
