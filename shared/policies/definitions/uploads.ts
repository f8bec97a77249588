import * as z from "zod";
import { define, type Source } from "../model.ts";

const MB = 1024 * 1024;
const everywhere = { jurisdiction: "CN", enforcement: "refuse", validFrom: "2024-01-01" } as const;
const convention = { zh: "惯例，部署时确认", en: "convention, to confirm in a deployment", verify: true };

const limits = z.strictObject({
  /** The largest file that is taken. */
  maxBytes: z
    .number()
    .int()
    .min(1)
    .max(100 * MB),
  /** For how long a file is kept from the day on which something was decided or made by it. */
  retentionDays: z.number().int().min(1).max(20_000),
});

const ofPurpose = (
  purpose: string,
  title: { zh: string; en: string },
  value: z.output<typeof limits>,
  source: Source,
) =>
  define({
    id: `uploads.${purpose}`,
    title: { zh: `${title.zh}：大小与保存期限`, en: `${title.en}: size, and how long it is kept` },
    schema: limits,
    defaults: [{ ...everywhere, value, source }],
  });

const cardRecords: Source = {
  zh: "《单用途商业预付卡管理办法（试行）》：购卡登记等资料保存不少于5年；类推，待法务确认",
  en: "Measures on single-purpose prepaid cards (trial): records kept for 5 years at least; by analogy",
  verify: true,
};

const accountingFiles: Source = {
  zh: "《会计档案管理办法》（财政部、国家档案局令第79号）附表一：银行对账单保管10年",
  en: "Measures on Accounting Archives (Order No. 79), annex 1: bank statements are kept for 10 years",
  verify: true,
};

/** Ten years with leap days, however they fall. */
const TEN_YEARS = 10 * 365 + 3;
const FIVE_YEARS = 5 * 365 + 2;
const THREE_YEARS = 3 * 365 + 1;

/** Files that people give: how large, for how long. Who may give what is in shared/uploads/purposes.ts. */
export const uploads = {
  times: define({
    id: "uploads.times",
    title: { zh: "上传文件的时限", en: "How long an upload may take, and wait" },
    schema: z.strictObject({
      /** From the asking until the file must be there and be told complete. */
      linkMinutes: z.number().int().min(1).max(60),
      /** After which a file that nothing uses is removed. */
      unusedHours: z
        .number()
        .int()
        .min(1)
        .max(30 * 24),
      /** After which a file that nobody could search for malware is refused. */
      scanHours: z.number().int().min(1).max(48),
    }),
    defaults: [
      { ...everywhere, value: { linkMinutes: 10, unusedHours: 24, scanHours: 24 }, source: convention },
    ],
  }),
  licence: ofPurpose(
    "licence",
    { zh: "营业执照", en: "Business licence" },
    { maxBytes: 10 * MB, retentionDays: FIVE_YEARS },
    cardRecords,
  ),
  lease: ofPurpose(
    "lease",
    { zh: "场地租赁合同", en: "Lease of a venue" },
    { maxBytes: 10 * MB, retentionDays: FIVE_YEARS },
    cardRecords,
  ),
  evidence: ofPurpose(
    "evidence",
    { zh: "争议证据", en: "Evidence in a dispute" },
    { maxBytes: 10 * MB, retentionDays: THREE_YEARS },
    {
      zh: "《民法典》第一百八十八条：诉讼时效三年",
      en: "Civil Code, Art. 188: actions lapse after three years",
      verify: true,
    },
  ),
  bankStatement: ofPurpose(
    "bank-statement",
    { zh: "银行对账单", en: "Bank statement" },
    { maxBytes: 20 * MB, retentionDays: TEN_YEARS },
    accountingFiles,
  ),
  payoutResults: ofPurpose(
    "payout-results",
    { zh: "付款结果文件", en: "Results of payouts" },
    { maxBytes: 20 * MB, retentionDays: TEN_YEARS },
    accountingFiles,
  ),
  targets: ofPurpose(
    "targets",
    { zh: "定向发放名单", en: "List of whom a round is for" },
    { maxBytes: 20 * MB, retentionDays: THREE_YEARS },
    convention,
  ),
  results: ofPurpose(
    "results",
    { zh: "比赛成绩文件", en: "Results of an event" },
    { maxBytes: 20 * MB, retentionDays: 180 },
    {
      zh: "《个人信息保护法》第十九条：保存期限为必要的最短时间；时长为惯例",
      en: "PIPL Art. 19: no longer than necessary; the length is a convention",
      verify: true,
    },
  ),
  registrationDocument: ofPurpose(
    "registration-document",
    { zh: "报名材料", en: "Document for a registration" },
    { maxBytes: 10 * MB, retentionDays: 180 },
    {
      zh: "《个人信息保护法》第十九条：保存期限为必要的最短时间；时长为惯例",
      en: "PIPL Art. 19: no longer than necessary; the length is a convention",
      verify: true,
    },
  ),
  checklistPaper: ofPurpose(
    "checklist-paper",
    { zh: "赛事发布材料", en: "Paper of an event's checklist" },
    { maxBytes: 20 * MB, retentionDays: THREE_YEARS },
    convention,
  ),
  holdingEvidence: ofPurpose(
    "holding-evidence",
    { zh: "赛事举办佐证", en: "Evidence that an event was held" },
    { maxBytes: 20 * MB, retentionDays: THREE_YEARS },
    convention,
  ),
} as const;
