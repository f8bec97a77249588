import * as z from "zod";
import { peopleProblems } from "#shared/people/problems.ts";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { uploadProblems } from "#shared/uploads/problems.ts";
import { approvalProblems } from "./approval/problems.ts";
import { deskProblems } from "./desk/problems.ts";
import { eligibilityProblems } from "./eligibility/problems.ts";
import { event, eventChange, eventSummary } from "./eventSchemas.ts";
import { registrationProblems as r } from "./problems.ts";
import { newEvent } from "./programme/draftSchemas.ts";
import { programmeProblems } from "./programme/problems.ts";
import {
  availability,
  entrant,
  eventId,
  myRegistration,
  organisationId,
  queuedRegistration,
  queueToken,
  registration,
  registrationId,
  signUpInput,
} from "./schemas.ts";
import { standingProblems } from "./standing/problems.ts";

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

/** What can be said at once, or to who asks for the result of a queued sign-up. */
const queuedRefusals = [
  peopleProblems.guardianConsentRequired,
  r.signUpNotOpen,
  r.signUpClosed,
  r.unknownGroup,
  r.notEligible,
  r.identityNotVerified,
  standingProblems.banned,
  standingProblems.penaltyActive,
  standingProblems.activeLimit,
  standingProblems.timeClash,
  r.consentRequired,
  r.consentOutdated,
  eligibilityProblems.guardianSignatureRequired,
  eligibilityProblems.invalidAnswers,
  r.alreadySignedUp,
  r.eventFull,
  r.tooManyAttempts,
  r.noWaitlist,
  deskProblems.notQualified,
] as const;

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
    responses: { 201: registration, 202: queuedRegistration },
    errors: [
      problems.notFound,
      approvalProblems.documentsWrong,
      uploadProblems.wrongPurpose,
      uploadProblems.notReady,
      uploadProblems.used,
      r.queueTokenInvalid,
      r.challengeFailed,
      peopleProblems.profileMissing,
      programmeProblems.enterElsewhere,
      programmeProblems.noSignUp,
      ...queuedRefusals,
    ],
  }),
  createQueueToken: route({
    ...citizen,
    operationId: "createQueueToken",
    method: "POST",
    path: "/v1/events/{eventId}/queue-tokens",
    summary: { zh: "领取排队凭证", en: "Get a queue token" },
    request: { path: eventPath },
    responses: { 200: queueToken },
    errors: [r.signUpClosed],
    rateLimit: { limit: 20, seconds: 60 },
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
    request: {
      path: z.strictObject({ registrationId }),
      query: z.strictObject({
        ticket: z.string().max(4_000).optional().meta({ description: "Of a queued sign-up" }),
      }),
    },
    responses: { 200: z.union([registration, queuedRegistration]) },
    errors: [peopleProblems.profileMissing, ...queuedRefusals, r.ticketInvalid, r.ticketExpired],
  }),
  acceptOffer: route({
    ...citizen,
    operationId: "acceptOffer",
    method: "POST",
    path: "/v1/registrations/{registrationId}/offer/accept",
    summary: { zh: "接受递补名额", en: "Accept an offered place" },
    idempotency: "required",
    request: { path: z.strictObject({ registrationId }) },
    responses: { 200: registration },
    errors: [peopleProblems.profileMissing, r.noOffer, r.offerExpired],
  }),
  declineOffer: route({
    ...citizen,
    operationId: "declineOffer",
    method: "POST",
    path: "/v1/registrations/{registrationId}/offer/decline",
    summary: { zh: "放弃递补名额", en: "Decline an offered place" },
    idempotency: "required",
    request: { path: z.strictObject({ registrationId }) },
    responses: { 200: registration },
    errors: [peopleProblems.profileMissing, r.noOffer],
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
    request: { body: newEvent },
    responses: { 201: event },
    errors: [r.invalidEvent, problems.notFound],
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
    errors: [r.eventNotDraft, r.invalidEvent, programmeProblems.checklistOpen, problems.versionMismatch],
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
