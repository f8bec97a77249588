import * as z from "zod";
import { personId } from "#shared/people/contract.ts";
import { sexes } from "#shared/people/identityDocument.ts";
import { instant } from "#shared/platform/instant.ts";
import { rejections } from "./approval/rules.ts";
import { declared, signature, signedAs, signUpFields } from "./eligibility/schemas.ts";

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
    ...signUpFields,
    documents: z
      .array(z.strictObject({ documentId: z.string().max(40), uploadId: z.string().max(60) }))
      .max(5)
      .default([])
      .meta({ description: "What the event asks for, uploaded as registration-document" }),
    waitlist: z.boolean().default(false).meta({ description: "Wait when it is full" }),
    queueToken: z.string().max(400).optional(),
    solution: z.string().max(40).optional().meta({ description: "Of the queue token's challenge" }),
  })
  .refine(({ participantId, participantIds }) => !(participantId && participantIds))
  .refine(({ participantIds = [] }) => new Set(participantIds).size === participantIds.length, {
    path: ["participantIds"],
  })
  .meta({ id: "SignUpInput" });

export const registrationStatuses = [
  "pending-draw",
  "not-selected",
  "pending-approval",
  "rejected",
  "waitlisted",
  "offered",
  "confirmed",
  "cancelled",
  "expired",
  "attended",
  "no-show",
] as const;

/** How somebody asked whom staff signed up. */
export const deskEvidence = ["paper-form", "phone", "in-person"] as const;

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
    rejection: z.enum(rejections).optional().meta({ description: "Why an application was not accepted" }),
    drawPseudonym: z.string().optional().meta({ description: "Its name in the public list of the draw" }),
    drawRank: z.number().int().optional().meta({ description: "In the draw; 1 is first" }),
    position: z.number().int().optional().meta({ description: "In the waiting list; 1 is next" }),
    offer: z
      .object({ expiresAt: instant })
      .optional()
      .meta({ description: "A place is kept for you until then; accept or decline it" }),
    party: z.array(registrationId).optional().meta({ description: "Signed up together, all or none" }),
    signedUpBy: personId.optional().meta({ description: "The participant, or who acted for them" }),
    signedAs: signedAs.optional(),
    signatures: z.array(signature).optional().meta({ description: "What was agreed to, by whom and when" }),
    declares: declared,
    onBehalf: z
      .enum(deskEvidence)
      .optional()
      .meta({ description: "Signed up by staff, and how they were asked" }),
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
    onBehalf: z.enum(deskEvidence).optional(),
    name: z.string().meta({ description: "Masked; of a minor the surname only" }),
    sex: z.enum(sexes).optional(),
    birthYear: z.number().int().optional(),
    ageGroup: z.string().optional().meta({ description: "Of a minor, in place of document and phone" }),
    idNumberMasked: z.string().optional(),
    phoneMasked: z.string().optional(),
    verification: z.enum(["declared", "verified"]).optional(),
    signedAs: signedAs.optional().meta({ description: "Who signed the statements" }),
    declares: declared,
  })
  .meta({ id: "Entrant" });
