import * as z from "zod";
import { approvalId, pendingView } from "#shared/approvals/contract.ts";
import { approvalProblems } from "#shared/approvals/problems.ts";
import { personId } from "#shared/people/contract.ts";
import { peopleProblems } from "#shared/people/problems.ts";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { instant } from "#shared/platform/instant.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { banCauses } from "#shared/policies/definitions/fairness.ts";
import { policyProblems } from "#shared/policies/problems.ts";
import { uploadId } from "#shared/uploads/contract.ts";
import { uploadProblems } from "#shared/uploads/problems.ts";
import { eventId, registrationId } from "../schemas.ts";
import { standingProblems as s } from "./problems.ts";

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`));
const banId = id("ban").meta({ description: "A ban" });
const penaltyId = id("pen").meta({ description: "A penalty after no-shows" });
const appealId = id("apl").meta({ description: "An appeal against a penalty" });
const reason = z.string().trim().min(1).max(500);
const bilingual = z.object({ zh: z.string(), en: z.string() });
const outcome = z.enum(["upheld", "lifted"]);
const cause = z.enum(banCauses);

export const ban = z
  .object({
    banId,
    status: z.enum(["pending-approval", "rejected", "in-force", "ended", "lifted"]),
    cause,
    causeTitle: bilingual,
    source: bilingual.meta({ description: "Where the cause comes from" }),
    from: instant,
    until: instant.optional().meta({ description: "Absent of one for life" }),
    registrationId,
    event: z.string(),
    personId,
    participantNameMasked: z.string(),
    reason: z.string(),
    uploadId: uploadId.optional().meta({ description: "The evidence" }),
    by: z.string().meta({ description: "Pseudonym of the official" }),
    approvalId: approvalId.optional(),
    lifted: z.object({ at: instant, by: z.string(), reason: z.string() }).optional(),
  })
  .meta({ id: "Ban" });

const liveRegistrations = z.number().int().meta({
  description: "Registrations of the person that go on: whether they end is the organisers' decision",
});

export const penalty = z
  .object({
    penaltyId,
    personId,
    participantNameMasked: z.string(),
    from: instant,
    until: instant,
    status: z.enum(["running", "ended", "lifted"]),
    noShows: z.array(z.object({ registrationId, eventId, event: z.string() })),
    appealUntil: instant,
    appeal: z
      .object({ appealId, status: z.enum(["open", "decided"]), outcome: outcome.optional() })
      .optional(),
  })
  .meta({ id: "Penalty" });

export const appeal = z
  .object({
    appealId,
    status: z.enum(["open", "decided"]),
    at: instant,
    reason: z.string().optional().meta({ description: "Absent when the person has erased their data" }),
    uploadId: uploadId.optional(),
    penalty: penalty.omit({ appeal: true }),
    decided: z.object({ outcome, at: instant, reason: z.string() }).optional(),
  })
  .meta({ id: "Appeal" });

const citizen = { access: ["citizen"], lambda: "registration/standing" } as const;
const bureau = { access: ["admin"], lambda: "registration/bureau" } as const;
const files = [uploadProblems.wrongPurpose, uploadProblems.notReady, uploadProblems.used] as const;

export const standingRoutes = {
  listMyPenalties: route({
    ...citizen,
    operationId: "listMyPenalties",
    method: "GET",
    path: "/v1/me/penalties",
    summary: {
      zh: "我和家人的爽约处理与禁赛",
      en: "Penalties after no-shows, and bans, of you and those you act for",
    },
    request: {},
    responses: {
      200: z.object({
        items: z.array(penalty),
        bans: z
          .array(z.object({ banId, personId, cause, causeTitle: bilingual, until: instant.optional() }))
          .meta({ description: "Yours and your children's; an elder reads their own" }),
      }),
    },
    errors: [peopleProblems.profileMissing],
  }),
  appealPenalty: route({
    ...citizen,
    operationId: "appealPenalty",
    method: "POST",
    path: "/v1/penalties/{penaltyId}/appeal",
    summary: { zh: "对爽约处理提出申诉", en: "Appeal against a penalty" },
    idempotency: "required",
    request: {
      path: z.strictObject({ penaltyId }),
      body: z.strictObject({
        reason: z.string().trim().min(1).max(1_000),
        uploadId: uploadId.optional().meta({ description: "Evidence, uploaded for that purpose" }),
      }),
    },
    responses: { 201: z.object({ appealId, penaltyId, status: z.literal("open"), at: instant }) },
    errors: [peopleProblems.profileMissing, s.appealedAlready, s.appealClosed, ...files],
  }),
  listBans: route({
    ...bureau,
    operationId: "listBans",
    method: "GET",
    path: "/v1/bans",
    summary: { zh: "禁赛名单", en: "The ban list" },
    request: { query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(ban) },
    errors: [problems.invalidCursor],
  }),
  createBan: route({
    ...bureau,
    operationId: "createBan",
    method: "POST",
    path: "/v1/bans",
    summary: { zh: "列入禁赛名单", en: "Put somebody on the ban list" },
    idempotency: "required",
    stepUp: true,
    request: {
      body: z.strictObject({
        registrationId: registrationId.meta({ description: "Names the person: whoever it is for" }),
        cause,
        term: z.union([
          z.strictObject({ years: z.number().int().min(1).max(50) }),
          z.strictObject({ life: z.literal(true) }),
        ]),
        reason: reason.meta({ description: "What happened and what shows it; no personal data" }),
        uploadId: uploadId.optional().meta({ description: "Evidence, uploaded for that purpose" }),
      }),
    },
    responses: {
      201: ban.extend({ liveRegistrations }),
      202: pendingView.extend({ banId, liveRegistrations }),
    },
    errors: [problems.notFound, s.personErased, policyProblems.refusedByPolicy, ...files],
  }),
  liftBan: route({
    ...bureau,
    operationId: "liftBan",
    method: "POST",
    path: "/v1/bans/{banId}/lift",
    summary: { zh: "解除禁赛", en: "Lift a ban" },
    idempotency: "required",
    stepUp: true,
    request: { path: z.strictObject({ banId }), body: z.strictObject({ reason }) },
    responses: { 200: ban },
    errors: [s.banState, approvalProblems.fourEyes],
  }),
  listAppeals: route({
    ...bureau,
    operationId: "listAppeals",
    method: "GET",
    path: "/v1/appeals",
    summary: { zh: "爽约处理的申诉", en: "Appeals against penalties" },
    request: {
      query: z.strictObject({ ...pageQuery, status: z.enum(["open", "decided"]).default("open") }),
    },
    responses: { 200: page(appeal) },
    errors: [problems.invalidCursor],
  }),
  decideAppeal: route({
    ...bureau,
    operationId: "decideAppeal",
    method: "POST",
    path: "/v1/appeals/{appealId}/decide",
    summary: { zh: "处理申诉", en: "Decide on an appeal" },
    idempotency: "required",
    stepUp: true,
    request: { path: z.strictObject({ appealId }), body: z.strictObject({ outcome, reason }) },
    responses: { 200: z.object({ appealId, penaltyId, outcome }) },
    errors: [approvalProblems.alreadyDecided, approvalProblems.fourEyes],
  }),
} as const;
