import * as z from "zod";
import { approvalProblems } from "#shared/approvals/problems.ts";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { problems } from "#shared/platform/problems.ts";
import { roles, route } from "#shared/platform/route.ts";
import { policyProblems } from "#shared/policies/problems.ts";
import { uploadProblems as u } from "#shared/uploads/problems.ts";
import { merchantStatuses, staffRoles } from "./model.ts";
import { merchantProblems as m } from "./problems.ts";
import {
  accountInput,
  campaignId,
  invitationInput,
  merchantDetail,
  merchantId,
  merchantInput,
  merchantSummary,
  merchantView,
  myMerchant,
  staff,
  staffId,
  text,
  venue,
  venueInput,
} from "./schemas.ts";

const path = z.strictObject({ merchantId });
const reason = text(500);

const open = { access: "public", lambda: "merchants/public" } as const;
const ofMerchant = { access: ["merchant", "citizen"], lambda: "merchants/merchant" } as const;
const bureau = { access: ["finance", "admin"], lambda: "merchants/bureau" } as const;

/** A decision of an official on a merchant: with a second factor, a reason, and once. */
const decision = {
  ...bureau,
  method: "POST",
  idempotency: "required",
  stepUp: true,
  request: { path, body: z.strictObject({ reason }) },
  responses: { 200: merchantDetail },
} as const;

/** What whoever acts for a merchant may be told. */
const acting = [m.actorSuspended] as const;

export const merchantRoutes = {
  listMerchants: route({
    ...open,
    operationId: "listMerchants",
    method: "GET",
    path: "/v1/merchants",
    summary: { zh: "查找商户", en: "Find merchants that are admitted" },
    request: {
      query: z.strictObject({
        ...pageQuery,
        town: text(20).optional(),
        category: text(20).optional(),
        q: text(40).optional().meta({ description: "Words of the name" }),
        campaignId: campaignId.optional().meta({
          description:
            "Those that take part in a campaign. Until campaigns name their merchants, one that names no campaign takes part in every one, so nothing is filtered out",
        }),
      }),
    },
    responses: { 200: page(merchantSummary) },
    errors: [problems.invalidCursor],
  }),
  getMerchant: route({
    ...open,
    operationId: "getMerchant",
    method: "GET",
    path: "/v1/merchants/{merchantId}",
    summary: {
      zh: "查看商户、场所和预付资金存管情况",
      en: "A merchant, its venues, and who keeps what is prepaid",
    },
    request: { path },
    responses: { 200: merchantView },
    errors: [],
  }),
  applyMerchant: route({
    operationId: "applyMerchant",
    lambda: "merchants/merchant",
    access: roles,
    method: "POST",
    path: "/v1/merchants",
    summary: { zh: "申请商户入驻", en: "Apply as a merchant, and become its first staff" },
    request: { body: merchantInput },
    responses: { 201: merchantDetail },
    errors: [
      m.invalidCreditCode,
      m.accountNameMismatch,
      m.invalidMerchant,
      m.merchantExists,
      m.merchantBlacklisted,
      problems.notFound,
      u.notReady,
      u.used,
      u.wrongPurpose,
    ],
    idempotency: "required",
    // Who holds another's code could keep its owner out until the application is rejected.
    rateLimit: { limit: 20, seconds: 3600 },
  }),
  listMyMerchants: route({
    ...ofMerchant,
    operationId: "listMyMerchants",
    method: "GET",
    path: "/v1/me/merchants",
    summary: { zh: "我任职的商户", en: "The merchants on whose staff you are" },
    request: { query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(myMerchant) },
    errors: [problems.invalidCursor],
  }),
  listVenues: route({
    ...ofMerchant,
    operationId: "listVenues",
    method: "GET",
    path: "/v1/merchants/{merchantId}/venues",
    summary: { zh: "本商户的场所", en: "Your merchant's venues" },
    request: { path, query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(venue) },
    errors: [...acting, problems.invalidCursor],
  }),
  addVenue: route({
    ...ofMerchant,
    operationId: "addVenue",
    method: "POST",
    path: "/v1/merchants/{merchantId}/venues",
    summary: { zh: "添加场所", en: "Add a venue" },
    request: { path, body: venueInput },
    responses: { 201: venue },
    errors: [...acting, m.merchantState, m.merchantFrozen, policyProblems.refusedByPolicy],
    idempotency: "required",
  }),
  listStaff: route({
    ...ofMerchant,
    operationId: "listStaff",
    method: "GET",
    path: "/v1/merchants/{merchantId}/staff",
    summary: {
      zh: "本商户的工作人员",
      en: "Your merchant's staff, those whose place was taken back among them",
    },
    request: { path, query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(staff) },
    errors: [...acting, problems.invalidCursor],
  }),
  inviteStaff: route({
    ...ofMerchant,
    operationId: "inviteStaff",
    method: "POST",
    path: "/v1/merchants/{merchantId}/staff",
    summary: { zh: "邀请工作人员：生成邀请码", en: "Invite somebody to the staff: make an invitation code" },
    request: { path, body: invitationInput },
    responses: {
      201: z.object({
        invitationCode: z.string().meta({ description: "Good once, while who gave it manages" }),
        expiresAt: z.iso.datetime(),
        label: z.string(),
        role: z.enum(staffRoles),
      }),
    },
    errors: [...acting, m.merchantState, m.merchantFrozen],
    idempotency: "required",
  }),
  revokeStaff: route({
    ...ofMerchant,
    operationId: "revokeStaff",
    method: "POST",
    path: "/v1/merchants/{merchantId}/staff/{staffId}/revoke",
    summary: { zh: "收回工作人员权限", en: "Take somebody's place on the staff back" },
    request: { path: z.strictObject({ merchantId, staffId }) },
    responses: { 200: staff },
    errors: [...acting, m.lastManager],
    idempotency: "required",
  }),
  acceptStaffInvitation: route({
    ...ofMerchant,
    operationId: "acceptStaffInvitation",
    method: "POST",
    path: "/v1/merchant-invitations/accept",
    summary: { zh: "用邀请码加入商户", en: "Join a merchant's staff by an invitation code" },
    request: {
      body: z.strictObject({
        invitationCode: z.string().min(8).max(20).meta({ description: "Made by a manager of the merchant" }),
      }),
    },
    responses: { 201: staff.extend({ merchantId }) },
    errors: [
      m.staffInvitationInvalid,
      m.alreadyStaff,
      m.merchantState,
      m.merchantFrozen,
      policyProblems.refusedByPolicy,
    ],
    idempotency: "required",
    // Against trying codes out.
    rateLimit: { limit: 30, seconds: 3600 },
  }),
  listMerchantReviews: route({
    ...bureau,
    operationId: "listMerchantReviews",
    method: "GET",
    path: "/v1/merchant-reviews",
    summary: { zh: "商户入驻申请与现状", en: "Merchants by their state, with all that is decided on" },
    request: {
      query: z.strictObject({ ...pageQuery, status: z.enum(merchantStatuses).default("applied") }),
    },
    responses: { 200: page(merchantDetail) },
    errors: [problems.invalidCursor],
  }),
  approveMerchant: route({
    ...decision,
    operationId: "approveMerchant",
    path: "/v1/merchants/{merchantId}/approve",
    summary: { zh: "同意商户入驻", en: "Admit a merchant" },
    request: {
      path,
      body: z.strictObject({
        reason,
        custodyAccount: accountInput
          .optional()
          .meta({ description: "存管户: the bank's supervised account for what is prepaid" }),
        abnormal: z.boolean().default(false).meta({
          description: "The reviewer found it on the list of abnormal operators (经营异常名录)",
        }),
      }),
    },
    errors: [m.merchantState, approvalProblems.fourEyes, policyProblems.refusedByPolicy],
  }),
  rejectMerchant: route({
    ...decision,
    operationId: "rejectMerchant",
    path: "/v1/merchants/{merchantId}/reject",
    summary: { zh: "不同意商户入驻", en: "Reject an application; its code can apply again" },
    errors: [m.merchantState],
  }),
  freezeMerchant: route({
    ...decision,
    operationId: "freezeMerchant",
    path: "/v1/merchants/{merchantId}/freeze",
    summary: {
      zh: "冻结商户（立即生效，须另一人复核）",
      en: "Freeze a merchant at once; another person reviews it",
    },
    errors: [m.merchantState],
  }),
  unfreezeMerchant: route({
    ...decision,
    operationId: "unfreezeMerchant",
    path: "/v1/merchants/{merchantId}/unfreeze",
    summary: { zh: "解除冻结（须由另一人办理）", en: "Lift a freeze; by another than who froze" },
    errors: [m.merchantState, approvalProblems.fourEyes],
  }),
  blacklistMerchant: route({
    ...decision,
    operationId: "blacklistMerchant",
    path: "/v1/merchants/{merchantId}/blacklist",
    summary: {
      zh: "列入黑名单（该代码不能再次申请）",
      en: "Blacklist a merchant; its code cannot apply again",
    },
    errors: [m.merchantState],
  }),
} as const;
