import * as z from "zod";
import { pendingView } from "#shared/approvals/contract.ts";
import { ledgerProblems } from "#shared/ledger/problems.ts";
import { peopleProblems } from "#shared/people/problems.ts";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { instant } from "#shared/platform/instant.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { isCalendarDate } from "#shared/platform/time.ts";
import { decisions } from "./decisions.ts";
import { paymentProblems } from "./problems.ts";
import { providerProblems } from "./wechatPay/problems.ts";

const fen = z.number().int();
const day = z.string().refine(isCalendarDate).meta({ description: "A day in Asia/Shanghai", format: "date" });

export const paymentId = z
  .string()
  .regex(/^pay_[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "An order to pay" });
const caseId = z
  .string()
  .regex(/^[\w.-]{1,200}$/)
  .meta({ description: "A payment that went wrong" });
const provider = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,30}$/)
  .meta({ description: "A payment provider", example: "wechat-pay" });

const parameters = z
  .union([
    z.object({ kind: z.literal("native"), codeUrl: z.string() }),
    z.object({ kind: z.literal("h5"), url: z.string() }),
    z.object({
      kind: z.literal("jsapi"),
      appId: z.string(),
      timeStamp: z.string(),
      nonceStr: z.string(),
      package: z.string(),
      signType: z.string(),
      paySign: z.string(),
    }),
  ])
  .meta({ description: "What the payer's device needs; absent while the provider does not answer" });

export const paymentView = z
  .object({
    paymentId,
    amountFen: fen,
    status: z.enum(["pending", "paid", "closed", "refunding", "refunded", "quarantined"]),
    description: z.string(),
    expiresAt: instant,
    paidAt: instant.optional(),
    provider,
    parameters: parameters.optional(),
  })
  .meta({ id: "Payment" });

const caseView = z
  .object({
    caseId,
    kind: z.enum(["unknown", "wrong-amount", "unidentified", "refund-failed"]),
    provider,
    paymentId: z.string().meta({ description: "As the provider names it; of ours, or of nobody's" }),
    transactionId: z.string().optional(),
    refundId: z.string().optional(),
    amountFen: fen,
    openedAt: instant,
    status: z.enum(["open", "decided"]),
    decisions: z.array(z.string()).meta({ description: "What can be decided on it" }),
    decision: z.string().optional(),
    decidedAt: instant.optional(),
  })
  .meta({ id: "PaymentCase" });

const breakView = z.object({
  kind: z.enum([
    "missing-here",
    "missing-there",
    "amount-differs",
    "status-differs",
    "unreadable",
    "payout-differs",
  ]),
  reference: z.string(),
  amountFen: fen.optional(),
  expectedFen: fen.optional(),
  says: z.object({ zh: z.string(), en: z.string() }),
});

const billDayView = z
  .object({
    provider,
    date: day,
    importedAt: instant,
    hashes: z.object({ trades: z.string().optional(), funds: z.string().optional() }),
    payments: z.number().int(),
    refunds: z.number().int(),
    receivedFen: fen,
    refundedFen: fen,
    feeFen: fen,
    paidOutFen: fen,
    breaks: z.array(breakView),
  })
  .meta({ id: "ProviderDay", description: "A provider's bills of a day against our books" });

const officials = { access: ["finance", "admin"], lambda: "payments/finance" } as const;

export const paymentRoutes = {
  getPayment: route({
    operationId: "getPayment",
    lambda: "payments/citizen",
    access: ["citizen"],
    method: "GET",
    path: "/v1/payments/{paymentId}",
    summary: { zh: "一笔付款及付款参数", en: "A payment, and what is needed to pay" },
    request: { path: z.strictObject({ paymentId }) },
    responses: { 200: paymentView },
    errors: [problems.notFound, peopleProblems.profileMissing],
  }),
  payInSandbox: route({
    operationId: "payInSandbox",
    lambda: "payments/citizen",
    access: ["citizen"],
    method: "POST",
    path: "/v1/payments/{paymentId}/sandbox-pay",
    summary: { zh: "模拟支付（仅本机）", en: "Pay in the sandbox, on one machine only" },
    request: {
      path: z.strictObject({ paymentId }),
      body: z
        .strictObject({
          amountFen: fen.min(1).optional().meta({ description: "Another amount than was asked for" }),
          times: z.number().int().min(1).max(2).optional().meta({ description: "2: paid twice" }),
          notify: z
            .enum(["now", "never"])
            .optional()
            .meta({ description: "`never`: its notification is lost" }),
        })
        .optional(),
    },
    responses: { 200: paymentView },
    errors: [problems.notFound, peopleProblems.profileMissing, paymentProblems.notOpen],
    idempotency: "required",
    localOnly: true,
  }),
  notifyPayment: route({
    operationId: "notifyPayment",
    lambda: "payments/notifications",
    access: "public",
    method: "POST",
    path: "/v1/payments/notifications/{provider}",
    summary: { zh: "支付机构通知（验签）", en: "What a provider tells, proved by its signature" },
    request: { path: z.strictObject({ provider }), raw: true },
    responses: { 200: z.object({ code: z.literal("SUCCESS") }) },
    errors: [problems.notFound, providerProblems.unverified],
  }),
  listPaymentCases: route({
    ...officials,
    operationId: "listPaymentCases",
    method: "GET",
    path: "/v1/payment-cases",
    summary: { zh: "异常收付款", en: "Payments that went wrong" },
    request: {
      query: z.strictObject({ ...pageQuery, status: z.enum(["open", "decided"]).default("open") }),
    },
    responses: { 200: page(caseView) },
    errors: [],
  }),
  decidePaymentCase: route({
    ...officials,
    operationId: "decidePaymentCase",
    method: "POST",
    path: "/v1/payment-cases/{caseId}/decide",
    summary: { zh: "处理异常收付款", en: "Decide on a payment that went wrong" },
    request: {
      path: z.strictObject({ caseId }),
      body: z.strictObject({
        decision: z.enum(Object.keys(decisions) as [keyof typeof decisions]),
        paymentId: paymentId.optional().meta({ description: "With `identify`: what the money is for" }),
        reason: z.string().trim().min(1).max(500),
      }),
    },
    responses: { 200: caseView, 202: pendingView },
    errors: [
      problems.notFound,
      paymentProblems.caseDecided,
      paymentProblems.decisionUnfit,
      paymentProblems.notIdentified,
      paymentProblems.refundExceeds,
      ledgerProblems.moneyReadOnly,
    ],
    idempotency: "required",
    stepUp: true,
  }),
  listProviderDays: route({
    ...officials,
    operationId: "listProviderDays",
    method: "GET",
    path: "/v1/provider-days",
    summary: { zh: "支付机构账单核对结果", en: "A provider's bills against our books, by day" },
    request: { query: z.strictObject({ ...pageQuery, provider }) },
    responses: { 200: page(billDayView) },
    errors: [],
  }),
} as const;
