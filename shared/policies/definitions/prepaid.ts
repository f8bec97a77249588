import * as z from "zod";
import { define } from "../model.ts";

const fen = z.number().int().min(0);
const days = z.number().int().min(0).max(3_650);
const since = "2024-01-01";

const commerce9 = {
  zh: "《单用途商业预付卡管理办法（试行）》（商务部令2012年第9号）第十八条",
  en: "Measures for Single-Purpose Prepaid Cards (MOFCOM Order 9 of 2012), Art. 18",
};
export const jiangsuSport3 = {
  zh: "江苏省体育局 苏体〔2023〕3号 体育健身预付消费资金监管",
  en: "Jiangsu Sports Bureau, Su Ti [2023] No. 3, supervision of prepaid fitness money",
  verify: true,
};
const jiangsu142 = {
  zh: "《江苏省预付卡管理办法》（省政府令第142号）",
  en: "Jiangsu Measures for Prepaid Cards (Provincial Order 142)",
  verify: true,
};
const court4 = {
  zh: "法释〔2025〕4号 最高人民法院关于审理预付式消费民事纠纷案件适用法律若干问题的解释 第十四条",
  en: "Supreme People's Court, Fa Shi [2025] No. 4 on prepaid consumption, Art. 14",
};
const shanghai = {
  zh: "《上海市单用途预付消费卡管理规定》及其实施办法",
  en: "Shanghai Provisions on Single-Purpose Prepaid Cards and their rules",
  verify: true,
};
const beijingTraining = {
  zh: "《北京市体育类校外培训机构预收费资金监管办法》",
  en: "Beijing rules on prepaid money of youth sport training",
  verify: true,
};
export const convention = {
  zh: "惯例，部署时确认",
  en: "convention, to confirm in a deployment",
  verify: true,
};

const jiangsu = { jurisdiction: "CN-32", enforcement: "refuse", validFrom: since } as const;

/** Prepaid fitness cards: what may be sold, what is held in custody, and when it is given back. */
export const prepaid = {
  faceCap: define({
    id: "prepaid.face-cap",
    title: { zh: "单张卡面值上限", en: "The most that one card may be worth" },
    schema: z.strictObject({ namedFen: fen, bearerFen: fen }),
    defaults: [
      { ...jiangsu, jurisdiction: "CN", value: { namedFen: 500_000, bearerFen: 100_000 }, source: commerce9 },
    ],
  }),
  termWithinLease: define({
    id: "prepaid.term-within-lease",
    title: { zh: "卡的有效期不得超过场地租期", en: "A card may not last beyond the venue's lease" },
    schema: z.strictObject({ marginDays: days }),
    defaults: [{ ...jiangsu, value: { marginDays: 0 }, source: jiangsuSport3 }],
  }),
  soldBeforeService: define({
    id: "prepaid.sold-before-service",
    title: { zh: "不得早于开始服务前一个月售卡", en: "Not sold more than a month before the service begins" },
    schema: z.strictObject({ months: z.number().int().min(0).max(24) }),
    defaults: [{ ...jiangsu, value: { months: 1 }, source: jiangsuSport3 }],
  }),
  balanceCap: define({
    id: "prepaid.balance-cap",
    title: {
      zh: "预收余额不得超过上年营业收入（新设企业为实缴资本的两倍）",
      en: "What is prepaid in all may not exceed last year's revenue (twice the paid-in capital of a new firm)",
    },
    schema: z.strictObject({
      revenuePercent: z.number().int().min(0),
      capitalPercent: z.number().int().min(0),
    }),
    defaults: [{ ...jiangsu, value: { revenuePercent: 100, capitalPercent: 200 }, source: jiangsu142 }],
  }),
  abnormalOperator: define({
    id: "prepaid.abnormal-operator",
    title: { zh: "列入经营异常名录的经营者不得售卡", en: "An operator on the abnormal list sells no cards" },
    schema: z.strictObject({ listed: z.literal(false) }),
    defaults: [{ ...jiangsu, value: { listed: false }, source: jiangsu142 }],
  }),
  term: define({
    id: "prepaid.term",
    title: { zh: "卡的有效期上限", en: "The longest that a card may last" },
    schema: z.strictObject({ months: z.number().int().min(1).max(120) }),
    defaults: [
      { ...jiangsu, enforcement: "warn", value: { months: 24 }, source: convention },
      { ...jiangsu, jurisdiction: "CN-31", value: { months: 24 }, source: shanghai },
    ],
  }),
  sessions: define({
    id: "prepaid.sessions",
    title: { zh: "次卡次数上限", en: "The most sessions on one card" },
    schema: z.strictObject({ sessions: z.number().int().min(1) }),
    defaults: [
      { ...jiangsu, enforcement: "warn", value: { sessions: 60 }, source: convention },
      { ...jiangsu, jurisdiction: "CN-11", value: { sessions: 60 }, source: beijingTraining },
    ],
  }),
  perPerson: define({
    id: "prepaid.per-person",
    title: {
      zh: "每人在同一经营者的预付余额上限",
      en: "The most that one person may have prepaid with one operator",
    },
    schema: z.strictObject({ maxFen: fen }),
    defaults: [
      { ...jiangsu, enforcement: "warn", value: { maxFen: 2_000_000 }, source: convention },
      { ...jiangsu, jurisdiction: "CN-31", value: { maxFen: 2_000_000 }, source: shanghai },
    ],
  }),
  youth: define({
    id: "prepaid.youth",
    title: {
      zh: "未成年人培训：不超过3个月或60课时，且不超过5000元",
      en: "Youth training: at most 3 months or 60 sessions, and 5,000 yuan",
    },
    schema: z.strictObject({ months: z.number().int(), sessions: z.number().int(), maxFen: fen }),
    defaults: [
      {
        ...jiangsu,
        enforcement: "warn",
        value: { months: 3, sessions: 60, maxFen: 500_000 },
        source: convention,
      },
      {
        ...jiangsu,
        jurisdiction: "CN-11",
        value: { months: 3, sessions: 60, maxFen: 500_000 },
        source: beijingTraining,
      },
    ],
  }),
  custodyRatio: define({
    id: "prepaid.custody-ratio",
    title: { zh: "预收资金存管比例", en: "The share of prepaid money that stays in custody" },
    schema: z
      .strictObject({
        /** Whether a tier's ratio holds for the whole balance or for the part above its threshold. */
        appliesTo: z.enum(["whole", "excess"]),
        tiers: z
          .array(z.strictObject({ aboveFen: fen, permille: z.number().int().min(0).max(1_000) }))
          .min(1),
        /** Ratio of firms in their first year, where it differs. */
        newFirmPermille: z.number().int().min(0).max(1_000).optional(),
      })
      .refine(
        ({ tiers }) => tiers.every((tier, at) => at === 0 || tier.aboveFen > (tiers[at - 1]?.aboveFen ?? 0)),
        {
          error: "tiers rise",
          path: ["tiers"],
        },
      ),
    defaults: [
      {
        ...jiangsu,
        value: {
          appliesTo: "whole",
          tiers: [
            { aboveFen: 0, permille: 300 },
            { aboveFen: 20_000_000, permille: 400 },
            { aboveFen: 100_000_000, permille: 600 },
          ],
        },
        source: jiangsuSport3,
      },
      {
        ...jiangsu,
        jurisdiction: "CN-31",
        value: {
          appliesTo: "excess",
          tiers: [
            { aboveFen: 0, permille: 0 },
            { aboveFen: 20_000_000, permille: 400 },
          ],
          newFirmPermille: 1_000,
        },
        source: shanghai,
      },
      {
        ...jiangsu,
        jurisdiction: "CN-11",
        value: { appliesTo: "whole", tiers: [{ aboveFen: 0, permille: 1_000 }] },
        source: beijingTraining,
      },
    ],
  }),
  coolingOff: define({
    id: "prepaid.cooling-off",
    title: { zh: "冷静期", en: "Cooling-off period" },
    schema: z.strictObject({ days }),
    defaults: [
      { ...jiangsu, jurisdiction: "CN", value: { days: 7 }, source: court4 },
      { ...jiangsu, value: { days: 15 }, source: jiangsu142 },
    ],
  }),
  silence: define({
    id: "prepaid.silence",
    title: {
      zh: "消费请求送达后沉默视为确认的时间",
      en: "How long after its delivery silence confirms a use",
    },
    schema: z.strictObject({ deliveredHours: z.number().int(), undeliveredHours: z.number().int() }),
    defaults: [
      {
        ...jiangsu,
        jurisdiction: "CN",
        value: { deliveredHours: 24, undeliveredHours: 72 },
        source: convention,
      },
    ],
  }),
  refundDeadline: define({
    id: "refund.deadline",
    title: { zh: "退款办理期限", en: "By when a refund is paid" },
    schema: z.strictObject({ workingDays: z.number().int().min(1).max(60) }),
    defaults: [{ ...jiangsu, value: { workingDays: 15 }, source: jiangsu142 }],
  }),
  refundRoute: define({
    id: "refund.original-route",
    title: { zh: "原路退回的最长时间", en: "For how long the original route takes a refund" },
    schema: z.strictObject({ days }),
    defaults: [
      {
        ...jiangsu,
        jurisdiction: "CN",
        value: { days: 365 },
        source: { zh: "微信支付、支付宝接口规定", en: "Rules of WeChat Pay's and Alipay's interfaces" },
      },
    ],
  }),
  closureNotice: define({
    id: "prepaid.closure-notice",
    title: { zh: "停业须提前公告", en: "A closure is announced in advance" },
    schema: z.strictObject({ days }),
    defaults: [
      { ...jiangsu, value: { days: 30 }, source: jiangsu142 },
      { ...jiangsu, jurisdiction: "CN-31", value: { days: 30 }, source: shanghai },
    ],
  }),
} as const;
