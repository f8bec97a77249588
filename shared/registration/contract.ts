import * as z from "zod";
import { personId } from "#shared/people/contract.ts";
import { sexes } from "#shared/people/identityDocument.ts";
import { peopleProblems } from "#shared/people/problems.ts";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { registrationProblems as r } from "./problems.ts";

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
const organisationId = z.string().min(1).max(80);
const instant = z.iso.datetime();
/** Any offset is read; what is stored and shown is UTC. */
const instantInput = z.iso
  .datetime({ offset: true })
  .refine((text) => !Number.isNaN(Date.parse(text)))
  .overwrite((text) => new Date(text).toISOString())
  .meta({ example: "2026-12-05T01:00:00.000Z" });
const text = (max: number) => z.string().trim().min(1).max(max);

const statementInput = z.strictObject({
  statementId: z.string().regex(/^[a-z0-9-]{1,40}$/),
  version: text(20),
  title: text(80),
  text: text(4_000),
  required: z.boolean().default(true),
});

const groupInput = z.strictObject({
  groupId: groupId.optional().meta({ description: "On a change: the group meant; left out for a new one" }),
  name: text(40),
  capacity: z.number().int().min(1).max(1_000_000),
  minAge: z.number().int().min(0).max(120).optional(),
  maxAge: z.number().int().min(0).max(120).optional(),
  ageOn: z.enum(["race-day", "year-end"]).default("race-day"),
  sex: z.enum(sexes).optional(),
  feeFen: z.literal(0).default(0).meta({ description: "Fen; only free groups can be offered so far" }),
  unit: z.literal("person").default("person"),
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
    waitlist: z.literal(false).default(false),
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
        free: z.number().int(),
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
    answers: z.strictObject({}).default({}).meta({ description: "Answers to the event's questions" }),
    consents: z
      .array(z.strictObject({ statementId: z.string().max(40), version: z.string().max(20) }))
      .max(10)
      .default([]),
    waitlist: z.literal(false).optional(),
  })
  .meta({ id: "SignUpInput" });

export const registration = z
  .object({
    registrationId,
    eventId,
    groupId,
    participantId: personId,
    status: z.enum(["confirmed", "cancelled"]),
    signedUpAt: instant,
    cancelledAt: instant.optional(),
    cancelUntil: instant.optional(),
  })
  .meta({ id: "Registration" });

const myRegistration = registration
  .extend({
    event: z.object({ name: z.string(), venue: z.string(), startsAt: instant, groupName: z.string() }),
    participantNameMasked: z.string(),
  })
  .meta({ id: "MyRegistration" });

const entrant = z
  .object({
    registrationId,
    groupId,
    groupName: z.string(),
    status: z.enum(["confirmed", "cancelled"]),
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

const eventPath = z.strictObject({ eventId });
const listFilters = {
  sport: z.string().min(1).max(20).optional(),
  town: z.string().min(1).max(20).optional(),
  from: z.iso.date().optional().meta({ description: "First day, Asia/Shanghai; today by default" }),
  to: z.iso.date().optional().meta({ description: "Last day, Asia/Shanghai" }),
  open: z.enum(["true", "false"]).optional().meta({ description: "Whether one can sign up now" }),
  q: z
    .string()
    .trim()
    .min(1)
    .max(40)
    .optional()
    .meta({ description: "Words of the name, sport, town or venue" }),
  level: z.enum(["quality", "general"]).optional(),
};

const open = { access: "public", lambda: "registration/public" } as const;
const citizen = { access: ["citizen"], lambda: "registration/citizen" } as const;
const organiser = { access: ["organiser"], lambda: "registration/organiser" } as const;

export const registrationRoutes = {
  listEvents: route({
    ...open,
    operationId: "listEvents",
    method: "GET",
    path: "/v1/events",
    summary: { zh: "查找赛事", en: "Find events" },
    request: { query: z.strictObject({ ...listFilters, ...pageQuery }) },
    responses: { 200: page(eventSummary) },
    errors: [problems.invalidCursor],
  }),
  getEvent: route({
    ...open,
    operationId: "getEvent",
    method: "GET",
    path: "/v1/events/{eventId}",
    summary: { zh: "查看赛事", en: "Read an event" },
    request: { path: eventPath },
    responses: { 200: event },
    errors: [],
  }),
  getAvailability: route({
    ...open,
    operationId: "getAvailability",
    method: "GET",
    path: "/v1/events/{eventId}/availability",
    summary: { zh: "查看剩余名额", en: "Read how many places are free" },
    request: { path: eventPath },
    responses: { 200: availability },
    errors: [],
  }),
  signUp: route({
    operationId: "signUp",
    lambda: "registration/signUp",
    access: ["citizen"],
    method: "POST",
    path: "/v1/events/{eventId}/registrations",
    summary: { zh: "报名", en: "Sign up" },
    idempotency: "required",
    request: { path: eventPath, body: signUpInput },
    responses: { 201: registration },
    errors: [
      peopleProblems.profileMissing,
      peopleProblems.guardianConsentRequired,
      r.signUpNotOpen,
      r.signUpClosed,
      r.unknownGroup,
      r.notEligible,
      r.identityNotVerified,
      r.consentRequired,
      r.consentOutdated,
      r.alreadySignedUp,
      r.eventFull,
      r.tooManyAttempts,
    ],
  }),
  listMyRegistrations: route({
    ...citizen,
    operationId: "listMyRegistrations",
    method: "GET",
    path: "/v1/me/registrations",
    summary: { zh: "我和家人的报名", en: "Registrations of you and those you act for" },
    request: { query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(myRegistration) },
    errors: [problems.invalidCursor, peopleProblems.profileMissing],
  }),
  getRegistration: route({
    ...citizen,
    operationId: "getRegistration",
    method: "GET",
    path: "/v1/registrations/{registrationId}",
    summary: { zh: "查看报名", en: "Read a registration" },
    request: { path: z.strictObject({ registrationId }) },
    responses: { 200: registration },
    errors: [peopleProblems.profileMissing],
  }),
  cancelRegistration: route({
    ...citizen,
    operationId: "cancelRegistration",
    method: "POST",
    path: "/v1/registrations/{registrationId}/cancel",
    summary: { zh: "取消报名", en: "Cancel a registration" },
    idempotency: "required",
    request: { path: z.strictObject({ registrationId }) },
    responses: { 200: registration },
    errors: [peopleProblems.profileMissing, r.cancelClosed],
  }),
  createEvent: route({
    ...organiser,
    operationId: "createEvent",
    method: "POST",
    path: "/v1/events",
    summary: { zh: "创建赛事", en: "Create an event" },
    idempotency: "required",
    request: { body: eventInput },
    responses: { 201: event },
    errors: [r.invalidEvent],
  }),
  changeEvent: route({
    ...organiser,
    operationId: "changeEvent",
    method: "PATCH",
    path: "/v1/events/{eventId}",
    summary: { zh: "修改赛事", en: "Change an event" },
    ifMatch: "required",
    request: { path: eventPath, body: eventChange },
    responses: { 200: event },
    errors: [r.invalidEvent, r.eventNotDraft, r.capacityBelowConfirmed],
  }),
  publishEvent: route({
    ...organiser,
    operationId: "publishEvent",
    method: "POST",
    path: "/v1/events/{eventId}/publish",
    summary: { zh: "发布赛事", en: "Publish an event" },
    idempotency: "required",
    request: { path: eventPath },
    responses: { 200: event },
    errors: [r.eventNotDraft, r.invalidEvent],
  }),
  listOrganiserEvents: route({
    ...organiser,
    operationId: "listOrganiserEvents",
    method: "GET",
    path: "/v1/organisers/{orgId}/events",
    summary: { zh: "本单位的赛事", en: "Your organisation's events" },
    request: { path: z.strictObject({ orgId: organisationId }), query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(event) },
    errors: [problems.invalidCursor],
  }),
  listEntrants: route({
    ...organiser,
    operationId: "listEntrants",
    method: "GET",
    path: "/v1/events/{eventId}/registrations",
    summary: { zh: "报名名单（脱敏）", en: "Who signed up (masked)" },
    request: { path: eventPath, query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(entrant) },
    errors: [problems.invalidCursor],
  }),
} as const;
