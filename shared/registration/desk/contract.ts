import * as z from "zod";
import { guardianConsent, profileInput } from "#shared/people/contract.ts";
import { peopleProblems as p } from "#shared/people/problems.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { uploadProblems as u } from "#shared/uploads/problems.ts";
import { registrationProblems as r } from "../problems.ts";
import { deskEvidence, eventId, groupId, registration, signUpInput } from "../schemas.ts";
import { deskProblems as d } from "./problems.ts";

const eventPath = z.strictObject({ eventId });
const uploadId = z.string().regex(/^upl_[0-9A-HJKMNP-TV-Z]{26}$/);
const identity = profileInput.shape;
const { answers, consents, waitlist } = signUpInput.shape;

export const onBehalfInput = z
  .strictObject({
    groupId,
    person: z
      .strictObject({
        ...identity,
        phone: identity.phone.optional().meta({ description: "Left out: has none" }),
      })
      .meta({ description: "As the document has it" }),
    guardian: z
      .strictObject({
        name: identity.name,
        phone: identity.phone,
        signed: z.literal(true),
        guardianConsent: guardianConsent
          .optional()
          .meta({ description: "Separate consent to purpose guardian-of-minor; required under 14" }),
      })
      .optional()
      .meta({ description: "Who signed for a minor; required under 18" }),
    consents: consents.meta({ description: "Statements agreed to on the form, by telephone or at the desk" }),
    answers,
    waitlist,
    evidence: z.strictObject({
      kind: z.enum(deskEvidence),
      note: z.string().trim().min(1).max(200).optional(),
      uploadId: uploadId.optional().meta({ description: "The form, given as registration-document" }),
    }),
  })
  .meta({ id: "OnBehalfInput" });

const deskRegistration = registration
  .extend({ participantNameMasked: z.string() })
  .meta({ id: "DeskRegistration" });

const qualifierId = z
  .string()
  .regex(/^qlf_[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "One document on one event's list; it leads back to no number" });

/** Where an entry comes from; no free text, since one about a person would be personal data. */
const basis = z.enum(["earlier-result", "invited", "partner", "other"]);

export const qualifiersInput = z
  .strictObject({
    entries: z
      .array(
        z.strictObject({
          idType: identity.idType,
          idNumber: z.string().max(40),
          groupId: groupId.optional().meta({ description: "Admits to this group only; left out: to any" }),
          basis: basis.optional(),
        }),
      )
      .min(1)
      .max(500),
  })
  .meta({ id: "QualifiersInput" });

const total = z.number().int().meta({ description: "Entries on the list" });

const organiser = { access: ["organiser"], lambda: "registration/desk" } as const;

export const deskRoutes = {
  signUpOnBehalf: route({
    ...organiser,
    operationId: "signUpOnBehalf",
    method: "POST",
    path: "/v1/events/{eventId}/registrations/on-behalf",
    summary: {
      zh: "代报名（窗口、电话、纸质表）",
      en: "Sign somebody up who came to a desk, called or sent a form",
    },
    idempotency: "required",
    rateLimit: { limit: 120, seconds: 3600 },
    request: { path: eventPath, body: onBehalfInput },
    responses: { 201: deskRegistration },
    errors: [
      p.invalidIdentityNumber,
      p.birthDateAndSexRequired,
      p.invalidName,
      p.invalidPhone,
      p.identityNotConfirmed,
      p.guardianConsentRequired,
      p.consentOutdated,
      d.identityMismatch,
      d.guardianRequired,
      d.deskLimitReached,
      d.notQualified,
      u.wrongPurpose,
      u.notReady,
      u.used,
      r.signUpNotOpen,
      r.signUpClosed,
      r.unknownGroup,
      r.notEligible,
      r.identityNotVerified,
      r.consentRequired,
      r.alreadySignedUp,
      r.eventFull,
      r.noWaitlist,
      r.tooManyAttempts,
    ],
  }),
  addQualifiers: route({
    ...organiser,
    operationId: "addQualifiers",
    method: "POST",
    path: "/v1/events/{eventId}/qualifiers",
    summary: { zh: "添加直通名单", en: "Put documents on the list of those who qualified" },
    idempotency: "required",
    request: { path: eventPath, body: qualifiersInput },
    responses: {
      201: z.object({
        total,
        qualifiers: z
          .array(z.object({ qualifierId, groupId: groupId.optional(), basis: basis.optional() }))
          .meta({ description: "In the order of the entries; an entry given twice has one id" }),
      }),
    },
    errors: [d.invalidQualifiers, d.noQualifyingList],
  }),
  getQualifiers: route({
    ...organiser,
    operationId: "getQualifiers",
    method: "GET",
    path: "/v1/events/{eventId}/qualifiers",
    summary: { zh: "直通名单人数", en: "How many are on the list of those who qualified" },
    request: { path: eventPath },
    responses: {
      200: z.object({
        total,
        anyGroup: z.number().int().meta({ description: "Entries that admit to any group" }),
        groups: z.array(z.object({ groupId, qualifiers: z.number().int() })),
      }),
    },
    errors: [],
  }),
  removeQualifier: route({
    ...organiser,
    operationId: "removeQualifier",
    method: "DELETE",
    path: "/v1/events/{eventId}/qualifiers/{qualifierId}",
    summary: {
      zh: "从直通名单中移除",
      en: "Take an entry off the list; who signed up by it keeps the place",
    },
    request: { path: z.strictObject({ eventId, qualifierId }) },
    responses: { 200: z.object({ qualifierId, status: z.literal("removed") }) },
    errors: [problems.notFound],
  }),
} as const;
