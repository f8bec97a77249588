import * as z from "zod";
import { instant } from "#shared/platform/instant.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { registrationProblems } from "../problems.ts";
import { entrant, eventId, registrationId } from "../schemas.ts";
import { approvalProblems } from "./problems.ts";
import { rejections } from "./rules.ts";

const registrationPath = z.strictObject({ eventId, registrationId });
const organiser = { access: ["organiser"], lambda: "registration/approval" } as const;

export const application = entrant
  .extend({
    decidedAt: instant.optional(),
    rejection: z.enum(rejections).optional(),
    documents: z.array(
      z.object({
        documentId: z.string(),
        title: z.string(),
        uploadId: z.string(),
        url: z.string().optional().meta({ description: "For five minutes; absent once it was removed" }),
      }),
    ),
  })
  .meta({ id: "Application" });

export const approvalRoutes = {
  getEntrant: route({
    ...organiser,
    operationId: "getEntrant",
    method: "GET",
    path: "/v1/events/{eventId}/registrations/{registrationId}",
    summary: { zh: "查看一份报名及其材料", en: "One registration with its documents" },
    request: { path: registrationPath },
    responses: { 200: application },
    errors: [problems.notFound],
  }),
  approveRegistration: route({
    ...organiser,
    operationId: "approveRegistration",
    method: "POST",
    path: "/v1/events/{eventId}/registrations/{registrationId}/approve",
    summary: { zh: "审核通过", en: "Accept an application" },
    idempotency: "required",
    request: { path: registrationPath },
    responses: { 200: entrant },
    errors: [problems.notFound, approvalProblems.notPending, registrationProblems.eventFull],
  }),
  rejectRegistration: route({
    ...organiser,
    operationId: "rejectRegistration",
    method: "POST",
    path: "/v1/events/{eventId}/registrations/{registrationId}/reject",
    summary: { zh: "审核不通过", en: "Reject an application" },
    idempotency: "required",
    request: { path: registrationPath, body: z.strictObject({ reason: z.enum(rejections) }) },
    responses: { 200: entrant },
    errors: [problems.notFound, approvalProblems.notPending],
  }),
} as const;
