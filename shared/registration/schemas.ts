import * as z from "zod";
import { personId } from "#shared/people/contract.ts";
import { sexes } from "#shared/people/identityDocument.ts";
import { instant, instantInput } from "#shared/platform/instant.ts";

const ulid = "[0-9A-HJKMNP-TV-Z]{26}";
export const eventId = z
  .string()
  .regex(new RegExp(`^evt_${ulid}$`))
  .meta({ description: "An event" });
export const groupId = z
  .string()
  .regex(new RegExp(`^grp_${ulid}$`))
  .meta({ description: "A group of an event" });
export const registrationId = z
  .string()
  .regex(new RegExp(`^reg_${ulid}$`))
  .meta({ description: "A registration" });
export const organisationId = z.string().min(1).max(80);
const text = (max: number) => z.string().trim().min(1).max(max);

const statementInput = z.strictObject({
  statementId: z.string().regex(/^[a-z0-9-]{1,40}$/),
  version: text(20),
  title: text(80),
  text: text(4_000),
  required: z.boolean().default(true),
});

const ages = {
  minAge: z.number().int().min(0).max(120).optional(),
  maxAge: z.number().int().min(0).max(120).optional(),
};

const poolInput = z.strictObject({
  name: text(40),
  capacity: z.number().int().min(1).max(1_000_000).meta({ description: "Of the group's capacity" }),
  rule: z
    .strictObject({ ...ages, sex: z.enum(sexes).optional() })
    .meta({ description: "For whom the places are reserved; ages on the group's own day" }),
  flowsBackAt: instantInput.meta({
    description: "From then on unused places are for everybody of the group",
  }),
});

const groupInput = z.strictObject({
  groupId: groupId.optional().meta({ description: "On a change: the group meant; left out for a new one" }),
  name: text(40),
  capacity: z.number().int().min(1).max(1_000_000),
  ...ages,
  ageOn: z.enum(["race-day", "year-end"]).default("race-day"),
  sex: z.enum(sexes).optional(),
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
  groups: z.array(groupInput).min(1).max(30),
  level: z.enum(["quality", "general"]).default("general"),
  kind: z.enum(["race", "league", "activity"]).default("race"),
  statements: z.array(statementInput).max(10).default([]),
  requiresVerified: z.boolean().default(false).meta({ description: "Only for a verified identity" }),
};

export const signUpModes = ["direct", "queued"] as const;

export const eventInput = z
  .strictObject({
    ...eventFields,
    allocation: z.literal("first-come").default("first-come"),
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
  })
  .meta({ id: "EventInput" });

/** A change names what changes; nothing is filled in. Groups, when named, are named all. */
export const eventChange = z
  .strictObject({
    ...eventFields,
    level: z.enum(["quality", "general"]),
    kind: z.enum(["race", "league", "activity"]),
    statements: z.array(statementInput).max(10),
    requiresVerified: z.boolean(),
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
  minAge: z.number().int().optional(),
  maxAge: z.number().int().optional(),
  ageOn: z.enum(["race-day", "year-end"]),
  sex: z.enum(sexes).optional(),
  feeFen: z.number().int(),
  unit: z.literal("person"),
  pools: z.array(
    z.object({
      name: z.string(),
      capacity: z.number().int(),
      rule: z.object({
        minAge: z.number().int().optional(),
        maxAge: z.number().int().optional(),
        sex: z.enum(sexes).optional(),
      }),
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
};

export const eventSummary = z.object(eventSummaryFields).meta({ id: "EventSummary" });

export const event = z
  .object({
    ...eventSummaryFields,
    organiserId: organisationId,
    description: z.string().optional(),
    cancelUntil: instant,
    allocation: z.literal("first-come"),
    groups: z.array(group),
    statements: z.array(statement),
    requiresVerified: z.boolean(),
    waitlist: z.boolean(),
    mode: z.enum(signUpModes),
    requiresQueueToken: z.boolean(),
    version: z.number().int(),
  })
  .meta({ id: "Event" });

export const availability = z
  .object({
    asOf: instant,
    groups: z.array(
      z.object({
        groupId,
        capacity: z.number().int(),
        held: z.number().int(),
        confirmed: z.number().int(),
        free: z.number().int().meta({ description: "For anybody of the group; 0 while somebody waits" }),
        reserved: z.number().int().meta({ description: "Free, but still kept for those of its pools" }),
        waitlisted: z.number().int(),
      }),
    ),
  })
  .meta({ id: "Availability" });

export const signUpInput = z
  .strictObject({
    groupId,
    participantId: personId
      .optional()
      .meta({ description: "Your child or an elder who asked you; yourself when left out" }),
    participantIds: z
      .array(personId)
      .min(1)
      .max(10)
      .optional()
      .meta({ description: "Several people, all or none" }),
    answers: z.strictObject({}).default({}).meta({ description: "Answers to the event's questions" }),
    consents: z
      .array(z.strictObject({ statementId: z.string().max(40), version: z.string().max(20) }))
      .max(10)
      .default([]),
    waitlist: z.boolean().default(false).meta({ description: "Wait when it is full" }),
    queueToken: z.string().max(400).optional(),
    solution: z.string().max(40).optional().meta({ description: "Of the queue token's challenge" }),
  })
  .refine(({ participantId, participantIds }) => !(participantId && participantIds))
  .refine(({ participantIds = [] }) => new Set(participantIds).size === participantIds.length, {
    path: ["participantIds"],
  })
  .meta({ id: "SignUpInput" });

export const registrationStatuses = ["confirmed", "waitlisted", "offered", "cancelled", "expired"] as const;

const registrationFields = {
  registrationId,
  eventId,
  groupId,
  participantId: personId,
  signedUpAt: instant,
};

export const registration = z
  .object({
    ...registrationFields,
    status: z.enum(registrationStatuses),
    cancelledAt: instant.optional(),
    cancelUntil: instant.optional(),
    position: z.number().int().optional().meta({ description: "In the waiting list; 1 is next" }),
    offer: z
      .object({ expiresAt: instant })
      .optional()
      .meta({ description: "A place is kept for you until then; accept or decline it" }),
    party: z.array(registrationId).optional().meta({ description: "Signed up together, all or none" }),
  })
  .meta({ id: "Registration" });

export const queuedRegistration = z
  .object({
    ...registrationFields,
    status: z.literal("queued"),
    ticket: z
      .string()
      .meta({ description: "Ask for the result with it: GET /v1/registrations/{id}?ticket=" }),
    party: z.array(registrationId).optional(),
  })
  .meta({ id: "QueuedRegistration" });

export const queueToken = z
  .object({
    queueToken: z.string(),
    notBefore: instant,
    expiresAt: instant,
    challenge: z.object({ nonce: z.string(), bits: z.number().int() }).optional().meta({
      description:
        "Send a solution for which SHA-256(nonce + solution) begins with so many zero bits; found in a second",
    }),
  })
  .meta({ id: "QueueToken" });

export const myRegistration = registration
  .extend({
    event: z.object({ name: z.string(), venue: z.string(), startsAt: instant, groupName: z.string() }),
    participantNameMasked: z.string(),
  })
  .meta({ id: "MyRegistration" });

export const entrant = z
  .object({
    registrationId,
    groupId,
    groupName: z.string(),
    status: z.enum(registrationStatuses),
    signedUpAt: instant,
    name: z.string().meta({ description: "Masked; of a minor the surname only" }),
    sex: z.enum(sexes).optional(),
    birthYear: z.number().int().optional(),
    ageGroup: z.string().optional().meta({ description: "Of a minor, in place of document and phone" }),
    idNumberMasked: z.string().optional(),
    phoneMasked: z.string().optional(),
    verification: z.enum(["declared", "verified"]).optional(),
  })
  .meta({ id: "Entrant" });
