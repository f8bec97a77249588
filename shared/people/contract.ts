import * as z from "zod";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { idTypes, sexes } from "./identityDocument.ts";
import { consentTexts } from "./policy.ts";
import { peopleProblems as p } from "./problems.ts";
import { verifications } from "./verification.ts";

export const personId = z
  .string()
  .regex(/^per_[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: "A person" });
const consentId = z.string().regex(/^con_[0-9A-HJKMNP-TV-Z]{26}$/);
const purpose = z.enum(Object.keys(consentTexts) as [keyof typeof consentTexts]);
const instant = z.iso.datetime();
const bilingual = z.object({ zh: z.string(), en: z.string() });

const identityInput = {
  name: z.string().min(1).max(120).meta({ description: "As the document has it", example: "张小明" }),
  idType: z.enum(idTypes),
  idNumber: z.string().min(5).max(40).meta({ example: "32059919900307451X" }),
  birthDate: z.iso.date().optional().meta({ description: "Where the number does not tell it" }),
  sex: z.enum(sexes).optional().meta({ description: "Where the number does not tell it" }),
};

export const profileInput = z
  .strictObject({ ...identityInput, phone: z.string().min(5).max(40).meta({ example: "13800005678" }) })
  .meta({ id: "ProfileInput" });

export const profile = z
  .object({
    personId,
    name: z.string(),
    idType: z.enum(idTypes),
    idNumberMasked: z.string(),
    phoneMasked: z.string(),
    birthDate: z.iso.date(),
    sex: z.enum(sexes),
    verification: z.enum(verifications),
  })
  .meta({ id: "Profile" });

export const guardianConsent = z.strictObject({
  version: z.string().max(20),
  given: z.literal(true),
});

export const dependantInput = z
  .discriminatedUnion("relation", [
    z.strictObject({
      relation: z.literal("child"),
      ...identityInput,
      guardianConsent: guardianConsent
        .optional()
        .meta({ description: "Separate consent to purpose guardian-of-minor; required under 14" }),
    }),
    z.strictObject({
      relation: z.literal("elder"),
      invitationCode: z
        .string()
        .min(8)
        .max(20)
        .meta({ description: "Made by the elder in their own account" }),
    }),
    z.strictObject({
      relation: z.literal("shared-child"),
      invitationCode: z
        .string()
        .min(8)
        .max(20)
        .meta({ description: "Made by the child's other guardian, or by the minor, in their own account" }),
      guardianConsent: guardianConsent
        .optional()
        .meta({ description: "This guardian's own separate consent; required under 14" }),
    }),
  ])
  .meta({ id: "DependantInput" });

export const dependant = z
  .object({
    personId,
    relation: z.enum(["child", "elder"]),
    nameMasked: z.string(),
    birthDate: z.iso.date(),
    sex: z.enum(sexes),
    idNumberMasked: z.string(),
    verification: z.enum(verifications),
    guardianConsentId: consentId.optional().meta({ description: "The consent in force" }),
    since: instant,
  })
  .meta({ id: "Dependant" });

export const consent = z
  .object({
    consentId,
    personId,
    purpose,
    version: z.string(),
    givenBy: personId,
    givenAt: instant,
    withdrawnAt: instant.optional(),
  })
  .meta({ id: "Consent" });

const personalCopy = z
  .object({
    personId,
    name: z.string(),
    idType: z.enum(idTypes),
    idNumber: z.string(),
    phone: z.string().optional(),
    birthDate: z.iso.date(),
    sex: z.enum(sexes),
    verification: z.enum(verifications),
    refundAccount: z
      .object({ accountNumber: z.string(), bankName: z.string(), bankCode: z.string() })
      .optional(),
    createdAt: instant,
    answers: z
      .array(
        z.object({ eventId: z.string(), answers: z.record(z.string(), z.union([z.string(), z.number()])) }),
      )
      .meta({ description: "What was answered in sign-ups, as long as it is kept" }),
    calendarLink: z
      .object({ createdAt: instant })
      .optional()
      .meta({ description: "That your calendar has an address, which is known to you alone" }),
    consents: z.array(consent),
    forms: z
      .array(
        z.object({
          registrationId: z.string(),
          at: instant,
          guardian: z.object({ name: z.string(), phone: z.string() }).optional(),
          guardianConsentVersion: z.string().optional(),
          note: z.string().optional(),
        }),
      )
      .meta({ description: "What staff wrote down when they signed the person up" }),
    registrations: z.array(
      z.object({ registrationId: z.string(), eventId: z.string(), status: z.string(), signedUpAt: instant }),
    ),
  })
  .meta({ id: "PersonalCopy" });

const citizen = { access: ["citizen"], lambda: "people/citizen" } as const;
/** Against trying out whose document exists. */
const guessing = { rateLimit: { limit: 30, seconds: 3600 } } as const;

export const peopleRoutes = {
  putMe: route({
    ...citizen,
    ...guessing,
    operationId: "putMe",
    method: "PUT",
    path: "/v1/me",
    summary: { zh: "填写或更正个人信息", en: "Enter or correct your profile" },
    ifMatch: "when-exists",
    request: { body: profileInput },
    responses: { 200: profile },
    errors: [
      p.invalidIdentityNumber,
      p.birthDateAndSexRequired,
      p.invalidName,
      p.invalidPhone,
      p.identityInUse,
      p.identityLocked,
      p.identityNotConfirmed,
    ],
  }),
  getMe: route({
    ...citizen,
    operationId: "getMe",
    method: "GET",
    path: "/v1/me",
    summary: { zh: "查看个人信息", en: "Read your profile" },
    request: {},
    responses: { 200: profile },
    errors: [p.profileMissing],
  }),
  getMyData: route({
    ...citizen,
    operationId: "getMyData",
    method: "GET",
    path: "/v1/me/data",
    summary: { zh: "复制本人或子女的全部个人信息", en: "A copy of all data about you or your child" },
    request: { query: z.strictObject({ personId: personId.optional() }) },
    responses: { 200: personalCopy },
    errors: [p.profileMissing],
  }),
  putRefundAccount: route({
    ...citizen,
    operationId: "putRefundAccount",
    method: "PUT",
    path: "/v1/me/refund-account",
    summary: {
      zh: "填写退款账户（本人同名账户）",
      en: "Say where money is given back that cannot go the way it came: an account in your own name",
    },
    request: {
      body: z.strictObject({
        accountNumber: z
          .string()
          .regex(/^\d{10,30}$/)
          .meta({ example: "6222021102012345678" }),
        bankName: z.string().trim().min(2).max(60).meta({ example: "苏州银行吴江支行" }),
        bankCode: z
          .string()
          .regex(/^\d{12}$/)
          .meta({ description: "联行号", example: "313305403015" }),
      }),
    },
    responses: {
      200: z.object({ accountNumberMasked: z.string(), bankName: z.string(), bankCode: z.string() }),
    },
    errors: [p.profileMissing, p.identityNotVerified, problems.versionMismatch],
  }),
  eraseMe: route({
    ...citizen,
    operationId: "eraseMe",
    method: "DELETE",
    path: "/v1/me",
    summary: { zh: "注销并删除个人信息", en: "Erase your personal data" },
    request: {},
    responses: {
      202: z.object({
        status: z.enum(["erased", "partially-retained"]),
        erasedAt: instant,
        backupsUntil: instant.meta({ description: "Until then a backup may still hold the key" }),
        retained: z.array(z.object({ what: bilingual, why: bilingual })),
      }),
    },
    errors: [p.profileMissing],
  }),
  addDependant: route({
    ...citizen,
    ...guessing,
    operationId: "addDependant",
    method: "POST",
    path: "/v1/me/dependants",
    summary: {
      zh: "添加子女，或接受长辈委托",
      en: "Add your child, or accept an elder's request to act for them",
    },
    idempotency: "required",
    request: { body: dependantInput },
    responses: { 201: dependant },
    errors: [
      p.profileMissing,
      p.invalidIdentityNumber,
      p.birthDateAndSexRequired,
      p.invalidName,
      p.identityInUse,
      p.identityNotConfirmed,
      p.notAChild,
      p.guardianConsentRequired,
      p.consentOutdated,
      p.invitationInvalid,
      p.tooManyDependants,
      p.tooManyGuardians,
      p.guardianMustBeAdult,
      problems.versionMismatch,
    ],
  }),
  inviteGuardian: route({
    ...citizen,
    operationId: "inviteGuardian",
    method: "POST",
    path: "/v1/me/dependants/{personId}/guardian-invitations",
    summary: {
      zh: "邀请另一位监护人：生成邀请码",
      en: "Ask the child's other guardian to act too: make a code",
    },
    idempotency: "required",
    request: { path: z.strictObject({ personId }) },
    responses: { 201: z.object({ invitationCode: z.string(), expiresAt: instant }) },
    errors: [p.profileMissing, p.notAChild, p.tooManyGuardians],
  }),
  listGuardians: route({
    ...citizen,
    operationId: "listGuardians",
    method: "GET",
    path: "/v1/me/dependants/{personId}/guardians",
    summary: { zh: "子女的监护人", en: "The guardians who act for your child" },
    request: { path: z.strictObject({ personId }) },
    responses: {
      200: z.object({ items: z.array(z.object({ personId, nameMasked: z.string(), since: instant })) }),
    },
    errors: [p.profileMissing],
  }),
  listDependants: route({
    ...citizen,
    operationId: "listDependants",
    method: "GET",
    path: "/v1/me/dependants",
    summary: { zh: "我代办的家人", en: "The people you act for" },
    request: {},
    responses: { 200: z.object({ items: z.array(dependant) }) },
    errors: [p.profileMissing],
  }),
  removeDependant: route({
    ...citizen,
    operationId: "removeDependant",
    method: "DELETE",
    path: "/v1/me/dependants/{personId}",
    summary: {
      zh: "删除子女信息（另有监护人时仅解除关联），或解除委托",
      en: "Erase your child's data (end only your part where there is another guardian), or stop acting for an elder",
    },
    request: { path: z.strictObject({ personId }) },
    responses: { 200: z.object({ personId, status: z.enum(["erased", "ended"]) }) },
    errors: [p.profileMissing],
  }),
  inviteProxy: route({
    ...citizen,
    operationId: "inviteProxy",
    method: "POST",
    path: "/v1/me/proxy-invitations",
    summary: { zh: "请家人代办：生成委托码", en: "Ask a relative to act for you: make an invitation code" },
    idempotency: "required",
    request: {},
    responses: { 201: z.object({ invitationCode: z.string(), expiresAt: instant }) },
    errors: [p.profileMissing],
  }),
  listProxies: route({
    ...citizen,
    operationId: "listProxies",
    method: "GET",
    path: "/v1/me/proxies",
    summary: { zh: "可以为我代办的人", en: "Who may act for you" },
    request: {},
    responses: {
      200: z.object({ items: z.array(z.object({ personId, nameMasked: z.string(), since: instant })) }),
    },
    errors: [p.profileMissing],
  }),
  removeProxy: route({
    ...citizen,
    operationId: "removeProxy",
    method: "DELETE",
    path: "/v1/me/proxies/{personId}",
    summary: { zh: "收回委托", en: "Take the right to act for you back" },
    request: { path: z.strictObject({ personId }) },
    responses: { 200: z.object({ personId, status: z.literal("ended") }) },
    errors: [p.profileMissing],
  }),
  giveConsent: route({
    ...citizen,
    operationId: "giveConsent",
    method: "POST",
    path: "/v1/me/consents",
    summary: { zh: "同意", en: "Consent" },
    idempotency: "required",
    request: {
      body: z.strictObject({
        purpose,
        version: z.string().max(20),
        personId: personId.optional().meta({ description: "Your child; yourself when left out" }),
      }),
    },
    responses: { 201: consent },
    errors: [p.profileMissing, p.consentOutdated],
  }),
  withdrawConsent: route({
    ...citizen,
    operationId: "withdrawConsent",
    method: "POST",
    path: "/v1/me/consents/{consentId}/withdraw",
    summary: { zh: "撤回同意", en: "Withdraw a consent" },
    idempotency: "required",
    request: { path: z.strictObject({ consentId }) },
    responses: { 200: consent },
    errors: [p.profileMissing],
  }),
  listConsentTexts: route({
    operationId: "listConsentTexts",
    lambda: "people/public",
    access: "public",
    method: "GET",
    path: "/v1/consent-texts",
    summary: { zh: "同意书现行版本", en: "The consent texts in force" },
    request: {},
    responses: {
      200: z.object({
        items: z.array(z.object({ purpose, version: z.string(), title: bilingual, text: bilingual })),
      }),
    },
    errors: [],
  }),
} as const;
