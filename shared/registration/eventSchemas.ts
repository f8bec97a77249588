import * as z from "zod";
import { instant, instantInput } from "#shared/platform/instant.ts";
import {
  conditions,
  partyConditions,
  question,
  questionInput,
  statementFields,
} from "./eligibility/schemas.ts";
import { checklistInput, checklistItem, seriesId, tierId } from "./programme/schemas.ts";
import { eventId, groupId, organisationId } from "./schemas.ts";

const text = (max: number) => z.string().trim().min(1).max(max);

const statementInput = z.strictObject({
  statementId: z.string().regex(/^[a-z0-9-]{1,40}$/),
  version: text(20),
  title: text(80),
  text: text(4_000),
  required: z.boolean().default(true),
  ...statementFields,
});

const questions = z.array(questionInput).max(20).meta({
  description: "Asked in the sign-up, which is then served at once; answers are personal data",
});

const poolInput = z.strictObject({
  name: text(40),
  capacity: z.number().int().min(1).max(1_000_000).meta({ description: "Of the group's capacity" }),
  rule: z
    .strictObject(conditions)
    .meta({ description: "For whom the places are reserved; ages on the group's own day" }),
  flowsBackAt: instantInput.meta({
    description: "From then on unused places are for everybody of the group",
  }),
});

const groupInput = z.strictObject({
  groupId: groupId.optional().meta({ description: "On a change: the group meant; left out for a new one" }),
  name: text(40),
  capacity: z.number().int().min(1).max(1_000_000),
  ...conditions,
  ...partyConditions,
  ageOn: z.enum(["race-day", "year-end"]).default("race-day"),
  feeFen: z.literal(0).default(0).meta({ description: "Fen; only free groups can be offered so far" }),
  unit: z.literal("person").default("person"),
  pools: z.array(poolInput).max(5).default([]).meta({ description: "Reserved places within the group" }),
});

const eventFields = {
  name: text(60),
  sport: text(20),
  town: text(20),
  venue: text(60),
  description: text(4_000).optional(),
  startsAt: instantInput,
  endsAt: instantInput,
  signUpOpensAt: instantInput,
  signUpClosesAt: instantInput,
  cancelUntil: instantInput
    .optional()
    .meta({ description: "Until when a place can be given back; the start by default" }),
  capacity: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .meta({ description: "When below the sum of the groups" }),
  groups: z
    .array(groupInput)
    .max(30)
    .meta({ description: "None where one does not sign up: a drop-in activity, a round without entries" }),
  level: z.enum(["quality", "general"]).default("general"),
  kind: z.enum(["race", "league", "activity"]).default("race"),
  dropIn: z.boolean().default(false).meta({ description: "An activity to which one may come as one is" }),
  statements: z.array(statementInput).max(10).default([]),
  questions: questions.default([]),
  requiresVerified: z.boolean().default(false).meta({ description: "Only for a verified identity" }),
  fairness: z.boolean().optional().meta({
    description:
      "Whether sign-ups count towards each person's limits and must not be at the same time as another; as the rules of the place say when left out",
  }),
};

const documentsInput = z
  .array(
    z.strictObject({
      documentId: z.string().regex(/^[a-z0-9-]{1,40}$/),
      title: text(60),
      required: z.boolean().default(true),
    }),
  )
  .max(5);

const drawInput = z.strictObject({
  beacon: z
    .discriminatedUnion("source", [
      z.strictObject({
        source: z.literal("sports-lottery"),
        game: text(20).meta({ description: "Of the China Sports Lottery", example: "大乐透" }),
        issue: text(20).meta({ description: "The draw's number (期号)", example: "26135" }),
        drawsOn: z.iso.date().meta({ description: "Its day; after the day sign-up closes" }),
      }),
      z.strictObject({ source: z.literal("ledger-root") }),
    ])
    .meta({ description: "What the draw waits for: public, and known to nobody when the list is closed" }),
});

export const signUpModes = ["direct", "queued"] as const;

export const allocations = ["first-come", "qualifying", "draw", "approval"] as const;

export const eventInput = z
  .strictObject({
    ...eventFields,
    allocation: z.enum(allocations).default("first-come").meta({
      description:
        "first-come: served while places last; qualifying: the same, for those on the event's list; draw: drawn among all who entered; approval: decided by the organiser",
    }),
    draw: drawInput.optional().meta({
      description: "Of an event with a draw; the ledger's root of the day after the closing by default",
    }),
    documents: documentsInput.optional().meta({
      description: "What an applicant uploads, where the organiser decides on applications",
    }),
    expectedDemand: z
      .number()
      .int()
      .min(1)
      .max(100_000_000)
      .optional()
      .meta({ description: "People expected at the opening" }),
    placesPerPerson: z.literal(1).default(1),
    waitlist: z.boolean().default(false).meta({ description: "Whether one may wait when it is full" }),
    mode: z.enum(signUpModes).optional().meta({
      description:
        "direct: served at once; queued: accepted and served in turn. By expectedDemand when left out",
    }),
    requiresQueueToken: z.boolean().default(false).meta({ description: "Only with a queue token" }),
    seriesId: seriesId.optional().meta({ description: "The organisation's own series it is a round of" }),
    tier: tierId.optional().meta({ description: "Where the series has tiers" }),
    checklist: checklistInput.default([]).meta({ description: "What is to be done before publishing" }),
  })
  .meta({ id: "EventInput" });

/** A change names what changes; nothing is filled in. Groups, when named, are named all. */
export const eventChange = z
  .strictObject({
    ...eventFields,
    draw: drawInput,
    documents: documentsInput,
    level: z.enum(["quality", "general"]),
    kind: z.enum(["race", "league", "activity"]),
    dropIn: z.boolean(),
    statements: z.array(statementInput).max(10),
    questions,
    requiresVerified: z.boolean(),
    fairness: z.boolean(),
    waitlist: z.boolean(),
    mode: z.enum(signUpModes),
    requiresQueueToken: z.boolean(),
  })
  .partial()
  .meta({ id: "EventChange" });

const group = z.object({
  groupId,
  name: z.string(),
  capacity: z.number().int(),
  ...conditions,
  ...partyConditions,
  ageOn: z.enum(["race-day", "year-end"]),
  feeFen: z.number().int(),
  unit: z.literal("person"),
  pools: z.array(
    z.object({
      name: z.string(),
      capacity: z.number().int(),
      rule: z.object(conditions),
      flowsBackAt: instant,
    }),
  ),
});

const statement = z.object({
  statementId: z.string(),
  version: z.string(),
  title: z.string(),
  text: z.string(),
  required: z.boolean(),
  ...statementFields,
});

const eventSummaryFields = {
  eventId,
  name: z.string(),
  sport: z.string(),
  town: z.string(),
  venue: z.string(),
  startsAt: instant,
  endsAt: instant,
  signUpOpensAt: instant,
  signUpClosesAt: instant,
  level: z.enum(["quality", "general"]),
  kind: z.enum(["race", "league", "activity"]),
  status: z.enum(["draft", "published"]),
  capacity: z.number().int().meta({ description: "Places in all" }),
  dropIn: z.boolean(),
  seriesId: seriesId.optional(),
  tier: tierId.optional(),
  entryFor: z.literal("series").optional().meta({ description: "It takes the entries for all rounds" }),
  enterAt: eventId.optional().meta({ description: "The event that takes the entries for this round" }),
};

export const eventSummary = z.object(eventSummaryFields).meta({ id: "EventSummary" });

export const event = z
  .object({
    ...eventSummaryFields,
    organiserId: organisationId,
    description: z.string().optional(),
    cancelUntil: instant,
    allocation: z.enum(allocations),
    draw: drawInput.optional(),
    documents: z
      .array(z.object({ documentId: z.string(), title: z.string(), required: z.boolean() }))
      .optional(),
    groups: z.array(group),
    statements: z.array(statement),
    questions: z.array(question),
    requiresVerified: z.boolean(),
    fairness: z.boolean(),
    waitlist: z.boolean(),
    mode: z.enum(signUpModes),
    requiresQueueToken: z.boolean(),
    checklist: z.array(checklistItem).optional().meta({ description: "For its own organisation" }),
    version: z.number().int(),
  })
  .meta({ id: "Event" });
