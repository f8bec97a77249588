import * as z from "zod";
import { ledgerProblems } from "#shared/ledger/problems.ts";
import { merchantProblems } from "#shared/merchants/problems.ts";
import { paymentProblems } from "#shared/payments/problems.ts";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { standingProblems } from "#shared/registration/standing/problems.ts";
import { approvalProblems } from "./problems.ts";

export const approvalId = z
  .string()
  .regex(/^apv_[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "A request for a second person's decision" });

const facts = z.record(z.string(), z.unknown());

export const approvalView = z
  .object({
    approvalId,
    act: z.string().meta({ description: "What shall be done, `ledger.reversal`" }),
    title: z.object({ zh: z.string(), en: z.string() }),
    subject: z.string().meta({ description: "The object it is done to" }),
    status: z.enum(["pending-approval", "approved", "rejected"]),
    reason: z.string(),
    before: facts.meta({ description: "How things stand" }),
    after: facts.meta({ description: "How they would stand" }),
    maker: z.string().meta({ description: "Pseudonym of who asked" }),
    madeAt: z.iso.datetime(),
    requestHash: z.string().meta({ description: "Send it with the decision: it names what you saw" }),
    checker: z.string().optional(),
    decidedAt: z.iso.datetime().optional(),
    decisionReason: z.string().optional(),
  })
  .meta({ id: "Approval" });
export type ApprovalView = z.output<typeof approvalView>;

/** The answer of whatever waits for a second person. */
export const pendingView = z.object({ status: z.literal("pending-approval"), approvalId });

const base = { access: ["finance", "admin"], lambda: "approvals/finance" } as const;
const path = z.strictObject({ approvalId });

export const approvalRoutes = {
  listApprovals: route({
    ...base,
    operationId: "listApprovals",
    method: "GET",
    path: "/v1/approvals",
    summary: { zh: "待复核与已复核的申请", en: "Requests for a second person's decision" },
    request: {
      query: z.strictObject({
        ...pageQuery,
        status: z.enum(["pending-approval", "decided"]).default("pending-approval"),
      }),
    },
    responses: { 200: page(approvalView) },
    errors: [],
  }),
  getApproval: route({
    ...base,
    operationId: "getApproval",
    method: "GET",
    path: "/v1/approvals/{approvalId}",
    summary: { zh: "一项申请及其前后对比", en: "A request, with before and after" },
    request: { path },
    responses: { 200: approvalView },
    errors: [problems.notFound],
  }),
  approve: route({
    ...base,
    operationId: "approve",
    method: "POST",
    path: "/v1/approvals/{approvalId}/approve",
    summary: { zh: "同意（复核）", en: "Approve what another asked for" },
    request: {
      path,
      body: z.strictObject({
        requestHash: z.string().min(1).max(100),
        reason: z.string().trim().min(1).max(500).optional(),
      }),
    },
    responses: { 200: approvalView },
    // Whatever the act would be refused for, too.
    errors: [
      problems.notFound,
      ...Object.values(approvalProblems),
      ledgerProblems.reversalExceeds,
      ledgerProblems.insufficientBalance,
      ledgerProblems.accountFrozen,
      ledgerProblems.periodClosed,
      ledgerProblems.moneyReadOnly,
      paymentProblems.caseDecided,
      paymentProblems.decisionUnfit,
      paymentProblems.notIdentified,
      paymentProblems.refundExceeds,
      merchantProblems.merchantState,
      standingProblems.banState,
    ],
    idempotency: "required",
    stepUp: true,
  }),
  reject: route({
    ...base,
    operationId: "reject",
    method: "POST",
    path: "/v1/approvals/{approvalId}/reject",
    summary: { zh: "不同意", en: "Reject what another asked for" },
    request: {
      path,
      body: z.strictObject({
        requestHash: z.string().min(1).max(100),
        reason: z.string().trim().min(1).max(500),
      }),
    },
    responses: { 200: approvalView },
    errors: [problems.notFound, ...Object.values(approvalProblems)],
    idempotency: "required",
    stepUp: true,
  }),
} as const;
