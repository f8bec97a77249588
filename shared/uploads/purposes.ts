import type { Bilingual } from "#shared/platform/problem.ts";
import { type Role, roles } from "#shared/platform/route.ts";
import { uploads as policies } from "#shared/policies/definitions/uploads.ts";
import { type ContentType, spreadsheet } from "./fileTypes.ts";

/** What a file is given for. Its largest size and how long it is kept are a rule that a deployment sets. */
interface Purpose {
  title: Bilingual;
  contentTypes: readonly ContentType[];
  /** Who may give one. */
  givenBy: readonly Role[];
  /** Whether there is data of persons in it: officials then see nothing of it without a trace in the audit log. */
  personal: boolean;
  limits: (typeof policies)[Exclude<keyof typeof policies, "times">];
}

const papers = ["application/pdf", "image/jpeg", "image/png"] as const;
const lists = ["text/csv", spreadsheet] as const;
const bankFiles = ["text/csv", "text/plain", spreadsheet] as const;
/** Any signed-in person applies as a merchant. */
const applicants = roles;

export const purposes = {
  licence: {
    title: { zh: "营业执照", en: "Business licence" },
    contentTypes: papers,
    givenBy: applicants,
    // Published as it is, with the name of who represents the company (国家企业信用信息公示系统).
    personal: false,
    limits: policies.licence,
  },
  lease: {
    title: { zh: "场地租赁合同", en: "Lease of a venue" },
    contentTypes: papers,
    givenBy: applicants,
    personal: true,
    limits: policies.lease,
  },
  evidence: {
    title: { zh: "争议证据", en: "Evidence in a dispute" },
    contentTypes: papers,
    givenBy: roles,
    personal: true,
    limits: policies.evidence,
  },
  "bank-statement": {
    title: { zh: "银行对账单", en: "Bank statement" },
    contentTypes: bankFiles,
    givenBy: ["finance"],
    personal: true,
    limits: policies.bankStatement,
  },
  "payout-results": {
    title: { zh: "付款结果文件", en: "Results of payouts" },
    contentTypes: bankFiles,
    givenBy: ["finance"],
    personal: true,
    limits: policies.payoutResults,
  },
  targets: {
    title: { zh: "定向发放名单", en: "List of whom a round is for" },
    contentTypes: lists,
    givenBy: ["finance", "admin"],
    personal: true,
    limits: policies.targets,
  },
  results: {
    title: { zh: "比赛成绩文件", en: "Results of an event" },
    contentTypes: lists,
    givenBy: ["organiser"],
    personal: true,
    limits: policies.results,
  },
  "registration-document": {
    title: { zh: "报名材料", en: "Document for a registration" },
    contentTypes: papers,
    // Staff scan the form of whom they sign up.
    givenBy: ["citizen", "organiser"],
    personal: true,
    limits: policies.registrationDocument,
  },
  "checklist-paper": {
    title: { zh: "赛事发布材料", en: "Paper of an event's checklist" },
    contentTypes: papers,
    givenBy: ["organiser"],
    // Permits and policies name those who answer for the event.
    personal: true,
    limits: policies.checklistPaper,
  },
  "holding-evidence": {
    title: { zh: "赛事举办佐证：照片或总结", en: "Evidence that an event was held: photographs or a report" },
    contentTypes: papers,
    givenBy: ["organiser"],
    personal: true,
    limits: policies.holdingEvidence,
  },
} as const satisfies Record<string, Purpose>;

export type PurposeName = keyof typeof purposes;
export const purposeNames = Object.keys(purposes) as [PurposeName, ...PurposeName[]];
export const purposeNamed = (name: PurposeName): Purpose => purposes[name];
