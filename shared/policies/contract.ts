import * as z from "zod";
import { pendingView } from "#shared/approvals/contract.ts";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { route } from "#shared/platform/route.ts";
import { isCalendarDate } from "#shared/platform/time.ts";
import { enforcements } from "./model.ts";
import { policyProblems } from "./problems.ts";

const bilingual = z.object({ zh: z.string(), en: z.string() });
const jurisdiction = z
  .string()
  .regex(/^CN(-\d{2}|-\d{4}|-\d{6})?$/)
  .meta({ description: "GB/T 2260: CN, CN-32, CN-3205, CN-320509", example: "CN-32" });
const day = z.string().refine(isCalendarDate).meta({ description: "A day in Asia/Shanghai", format: "date" });
const text = z.string().trim().min(1).max(500);

export const policyView = z
  .object({
    policyId: z.string(),
    title: bilingual,
    jurisdiction,
    value: z.unknown().meta({ description: "Names end in their unit: Fen, Days, Hours, permille" }),
    enforcement: z.enum(enforcements),
    source: bilingual.extend({ verify: z.boolean().optional() }).meta({
      description: "verify: known from a secondary copy, for a lawyer to settle",
    }),
    validFrom: z.string(),
    version: z.number().int().meta({ description: "0 came with the release" }),
    inForce: z.boolean().meta({ description: "In this deployment, today" }),
    decidedAt: z.iso.datetime().optional(),
    approvalId: z.string().optional(),
  })
  .meta({ id: "Policy" });
export type PolicyView = z.output<typeof policyView>;

const base = { access: ["finance", "admin"], lambda: "policies/finance" } as const;

export const policyRoutes = {
  listPolicies: route({
    ...base,
    operationId: "listPolicies",
    method: "GET",
    path: "/v1/policies",
    summary: { zh: "规定及其历次版本", en: "Rules that this deployment sets, with all their versions" },
    request: {
      query: z.strictObject({
        ...pageQuery,
        policyId: z.string().max(80).optional(),
        jurisdiction: jurisdiction.optional(),
        inForce: z.stringbool().optional().meta({ description: "Only those in force here today" }),
      }),
    },
    responses: { 200: page(policyView) },
    errors: [policyProblems.policyUnknown],
  }),
  changePolicy: route({
    ...base,
    operationId: "changePolicy",
    method: "POST",
    path: "/v1/policies",
    summary: { zh: "申请修改规定（需复核）", en: "Ask for a new version of a rule; a second person decides" },
    request: {
      body: z.strictObject({
        policyId: z.string().min(1).max(80),
        jurisdiction,
        value: z.unknown().meta({ description: "As the policy's present value is shaped" }),
        enforcement: z.enum(enforcements),
        source: z.strictObject({ zh: text, en: text, verify: z.boolean().optional() }),
        validFrom: day,
        reason: text,
      }),
    },
    responses: { 202: pendingView },
    errors: [policyProblems.policyUnknown, policyProblems.policyValueInvalid, policyProblems.policyBackdated],
    idempotency: "required",
    stepUp: true,
  }),
} as const;
