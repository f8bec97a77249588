import type * as z from "zod";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import type { accountInput, merchantInput, venueInput } from "#shared/merchants/schemas.ts";
import { businessDate } from "#shared/platform/time.ts";
import type { accountsOf } from "./callers.ts";
import { creditCode } from "./creditCode.ts";
import { facilities, type Town, venues } from "./facts.ts";
import { personas } from "./personas.ts";

/** How far a merchant of the demonstration has come. */
type Ending = "applied" | "approved" | "frozen" | "rejected";

export interface DemoMerchant {
  /** The account that applies. */
  sub: string;
  org?: string;
  input: z.input<typeof merchantInput>;
  venues: readonly z.input<typeof venueInput>[];
  ending: Ending;
  /** A bank keeps what is prepaid. */
  custodyAccount?: z.input<typeof accountInput>;
}

interface Known {
  name: string;
  /** Facilities and courts of `facts.ts` in which it has a venue; the first tells its town. */
  at: readonly [string, ...string[]];
  categories: [string, ...string[]];
  ending?: Ending;
  custody?: true;
}

/** Invented, and visibly so; the first is the gym of the persona. */
const known: readonly Known[] = [
  {
    name: "示例健身（苏州湾）有限公司",
    at: ["苏州湾体育中心", "东太湖运动场"],
    categories: ["健身房", "游泳"],
    custody: true,
  },
  { name: "样板游泳（汾湖）有限公司", at: ["汾湖文体中心"], categories: ["游泳"], custody: true },
  {
    name: "示范羽毛球（吴江）有限公司",
    at: ["吴江体育馆", "开发区运动场"],
    categories: ["羽毛球", "乒乓球"],
    custody: true,
  },
  {
    name: "演示篮球（平望）有限公司",
    at: ["平望文体活动中心"],
    categories: ["篮球", "气排球"],
    custody: true,
  },
  { name: "样板武术（桃源）有限公司", at: ["桃源镇文体活动中心"], categories: ["武术"] },
  { name: "示例轮滑（震泽）有限公司", at: ["震泽生态体育公园"], categories: ["轮滑", "滑板"] },
  { name: "演示足球（盛泽）有限公司", at: ["潜龙渠体育公园"], categories: ["足球"], custody: true },
  { name: "示范骑行（平望）有限公司", at: ["大龙荡田园生态体育公园"], categories: ["骑行"] },
  { name: "样板瑜伽（同里）有限公司", at: ["同里运动场"], categories: ["瑜伽", "健身房"], custody: true },
  { name: "示例攀岩（汾湖）有限公司", at: ["汾湖文体中心"], categories: ["攀岩"], ending: "applied" },
  {
    name: "演示健身（七都）有限公司",
    at: ["七都运动场"],
    categories: ["健身房"],
    ending: "frozen",
    custody: true,
  },
  { name: "示范台球（盛泽）有限公司", at: ["盛泽运动场"], categories: ["台球"], ending: "rejected" },
];

const townOf = (venue: string): Town => {
  const found = [...facilities, ...venues].find(({ name }) => name === venue);
  if (!found) throw new Error(`no venue is called ${venue}`);
  return found.town;
};

const account = (accountName: string, kind: number, order: number): z.input<typeof accountInput> => ({
  accountName,
  accountNumber: `320599${kind}${String(order).padStart(9, "0")}`,
  bankName: "示例银行吴江支行",
  bankCode: "999305400001",
});

/** Twelve gyms and venues, most of them admitted; leases and figures are as of the present year. */
export function makeMerchants(now: Date): DemoMerchant[] {
  const year = Number(businessDate(now).slice(0, 4));
  const persona = personas.find(({ role }) => role === "merchant");
  if (!persona) throw new Error("the personas lack the merchant");
  return known.map(({ name, at, categories, ending = "approved", custody }, order) => ({
    sub: order === 0 ? persona.sub : `${persona.sub}-${order + 1}`,
    ...(order === 0 && persona.org !== undefined && { org: persona.org }),
    input: {
      name,
      unifiedSocialCreditCode: creditCode(order + 1),
      leaseEndsOn: `${year + 1 + (order % 4)}-12-31`,
      categories,
      town: townOf(at[0]),
      lastYearRevenueFen: (order + 2) * 40_000_000,
      paidInCapitalFen: 100_000_000,
      establishedOn: `${year - 2 - (order % 6)}-03-01`,
      settlementAccount: account(name, 1, order),
    },
    venues: at.map((venue) => ({
      name: `${name.slice(0, 4)}${venue}店`,
      address: `${townOf(venue)}${venue}`,
      town: townOf(venue),
      categories,
      openingHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: "08:00", to: "21:30" }],
    })),
    ending,
    ...(custody && { custodyAccount: account(`${name}预付资金存管专户`, 2, order) }),
  }));
}

/** Makes a merchant through the public API, with those who decide as far as it has come. */
export async function loadMerchant(
  { sub, org, input, venues: places, ending, custodyAccount }: DemoMerchant,
  accountOf: ReturnType<typeof accountsOf>,
): Promise<void> {
  const owner = accountOf(sub, "merchant", org);
  const official = accountOf("demo-finance", "finance");
  const { merchantId } = await owner(merchantRoutes.applyMerchant, { body: input });
  const path = { merchantId };
  for (const body of places) await owner(merchantRoutes.addVenue, { path, body });
  if (ending === "applied") return;
  if (ending === "rejected") {
    await official(merchantRoutes.rejectMerchant, { path, body: { reason: "演示：经营范围不含体育健身" } });
    return;
  }
  const body = { reason: "演示：资料齐全", ...(custodyAccount && { custodyAccount }) };
  await official(merchantRoutes.approveMerchant, { path, body });
  if (ending === "frozen")
    await official(merchantRoutes.freezeMerchant, { path, body: { reason: "演示：投诉集中，待核实" } });
}
