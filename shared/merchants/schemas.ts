import * as z from "zod";
import { instant } from "#shared/platform/instant.ts";
import { isCalendarDate } from "#shared/platform/time.ts";
import { merchantStatuses, moveNames, staffRoles } from "./model.ts";

const ulid = "[0-9A-HJKMNP-TV-Z]{26}";
const idOf = (prefix: string, description: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_${ulid}$`))
    .meta({ description });
export const merchantId = idOf("mer", "A merchant");
export const staffId = idOf("stf", "One person's place on one merchant's staff");
export const campaignId = idOf("cmp", "A voucher campaign");
const venueId = idOf("ven", "A venue of a merchant");
const uploadId = idOf("upl", "A document sent by POST /v1/uploads");

export const text = (max: number) => z.string().trim().min(1).max(max);
const day = z.string().refine(isCalendarDate).meta({ description: "A day in Asia/Shanghai", format: "date" });
const fen = z.number().int().min(0).meta({ description: "Fen" });
const bilingual = z.object({ zh: z.string(), en: z.string() });
const categories = z
  .array(text(20))
  .min(1)
  .max(10)
  .meta({ description: "What is offered", example: ["健身房", "游泳"] });

export const accountInput = z
  .strictObject({
    accountName: text(80),
    accountNumber: z
      .string()
      .max(60)
      .overwrite((written) => written.normalize("NFKC").replace(/[\s-]/g, ""))
      .regex(/^\d{8,30}$/)
      .meta({ description: "Never shown again in full" }),
    bankName: text(80),
    bankCode: z
      .string()
      .regex(/^\d{12}$/)
      .meta({ description: "联行号, 12 digits" }),
  })
  .meta({ id: "BankAccountInput" });

export const merchantInput = z
  .strictObject({
    name: text(80).meta({ description: "As the business licence has it" }),
    unifiedSocialCreditCode: z
      .string()
      .min(1)
      .max(60)
      .meta({ description: "统一社会信用代码, GB 32100; full width, lower case and spaces are understood" }),
    licenceUploadId: uploadId.optional().meta({ description: "The business licence" }),
    leaseUploadId: uploadId.optional().meta({ description: "The lease of the premises" }),
    leaseEndsOn: day.meta({ description: "Last day of the lease, Asia/Shanghai", format: "date" }),
    categories,
    town: text(20),
    lastYearRevenueFen: fen.optional(),
    paidInCapitalFen: fen.optional(),
    establishedOn: day,
    settlementAccount: accountInput
      .optional()
      .meta({ description: "Where settlements are paid to; in the merchant's own name" }),
  })
  .meta({ id: "MerchantInput" });

const account = z
  .object({
    accountName: z.string(),
    accountNumberMasked: z.string().meta({ description: "The last four digits" }),
    bankName: z.string(),
    bankCode: z.string(),
  })
  .meta({ id: "BankAccount" });

const status = z.enum(merchantStatuses);
const actor = z.string().meta({ description: "Pseudonym of who acted" });

const warning = z.object({
  policyId: z.string(),
  rule: bilingual,
  source: bilingual,
  jurisdiction: z.string(),
});

/** A merchant as officials read it, and as its applicant is told what arrived. */
export const merchantDetail = z
  .object({
    merchantId,
    name: z.string(),
    unifiedSocialCreditCode: z.string(),
    status,
    town: z.string(),
    categories: z.array(z.string()),
    leaseEndsOn: z.string(),
    establishedOn: z.string(),
    lastYearRevenueFen: fen.optional(),
    paidInCapitalFen: fen.optional(),
    licenceUploadId: uploadId.optional(),
    leaseUploadId: uploadId.optional(),
    settlementAccount: account.optional(),
    custodyAccount: account.optional(),
    supervised: z.boolean().meta({ description: "A custody account is on record" }),
    org: z.string().optional().meta({ description: "The applicant's organisation as their token said" }),
    appliedAt: instant,
    appliedBy: actor,
    cardsAllowed: z.boolean().meta({ description: "Whether it may sell prepaid cards" }),
    abnormal: z.boolean().optional().meta({ description: "Found on the abnormal list when it was approved" }),
    warnings: z.array(warning).meta({ description: "Rules not kept that only warn here" }),
    decision: z.object({ move: z.enum(moveNames), at: instant, by: actor, reason: z.string() }).optional(),
    frozen: z
      .object({
        at: instant,
        by: actor,
        reason: z.string(),
        reviewBy: z.string().meta({ description: "By the end of this day in Asia/Shanghai another decides" }),
        approvalId: z.string().meta({ description: "The review, to be decided by another" }),
        reviewedAt: instant.optional(),
        reviewedBy: actor.optional(),
      })
      .optional(),
  })
  .meta({ id: "MerchantDetail" });

/** A merchant as everybody sees it. */
export const merchantSummary = z
  .object({
    merchantId,
    name: z.string(),
    town: z.string(),
    categories: z.array(z.string()),
    status,
    supervised: z.boolean().meta({ description: "Whether a bank keeps what is prepaid" }),
    supervision: bilingual.meta({ description: "The same as a sentence to show" }),
    leaseEndsOn: z.string(),
  })
  .meta({ id: "MerchantSummary" });

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/);
const openingHours = z
  .array(
    z
      .strictObject({
        weekdays: z.array(z.number().int().min(1).max(7)).min(1).max(7),
        from: time,
        to: time,
      })
      .refine(({ from, to }) => from < to, { error: "to is after from", path: ["to"] }),
  )
  .max(14)
  .meta({
    description: "Weekdays 1 Monday - 7 Sunday, times in Asia/Shanghai; past midnight is two entries",
  });

const venueFields = {
  name: text(60),
  address: text(120),
  town: text(20),
  categories,
  openingHours: openingHours.optional(),
};
export const venueInput = z.strictObject(venueFields).meta({ id: "VenueInput" });
export const venue = z.object({ venueId, merchantId, ...venueFields }).meta({ id: "Venue" });

export const merchantView = merchantSummary.extend({ venues: z.array(venue) }).meta({ id: "Merchant" });

const label = text(20).meta({
  description:
    "The name of a role, such as 前台1. Never a person's name: it is kept outside of personal data",
  example: "前台1",
});
export const invitationInput = z.strictObject({ label, role: z.enum(staffRoles) });

export const staff = z
  .object({
    staffId,
    label: z.string(),
    role: z.enum(staffRoles),
    status: z.enum(["active", "revoked"]),
    joinedAt: instant,
    revokedAt: instant.optional(),
  })
  .meta({ id: "MerchantStaff" });

export const myMerchant = z
  .object({
    merchantId,
    name: z.string(),
    status,
    reason: z.string().optional().meta({ description: "Why it was rejected" }),
    supervised: z.boolean(),
    cardsAllowed: z.boolean(),
    staffId,
    role: z.enum(staffRoles),
    label: z.string(),
  })
  .meta({ id: "MyMerchant" });
