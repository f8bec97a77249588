import type { Account, Book, Side } from "#shared/ledger/model.ts";
import type { Bilingual } from "#shared/platform/problem.ts";

/**
 * The chart of accounts as data. A pattern names an account by what it belongs to; a guarded account never falls
 * below 0 and shares its item with the accounts of the same `guard` pattern; `control` totals those of one owner.
 */
export interface AccountType {
  pattern: string;
  book: Book;
  normal: Side;
  title: Bilingual;
  guard?: string;
  control?: string;
}

const asset = (pattern: string, zh: string, en: string): AccountType => ({
  pattern,
  book: "money",
  normal: "debit",
  title: { zh, en },
});
const liability = (pattern: string, zh: string, en: string): AccountType => ({
  ...asset(pattern, zh, en),
  normal: "credit",
});
const budget = (pattern: string, zh: string, en: string): AccountType => ({
  ...liability(pattern, zh, en),
  book: "budget",
});

export const chart = {
  providerClearing: asset("psp:{provider}:{purpose}:{owner}", "支付机构待清算", "Provider clearing"),
  custody: asset("custody:{merchant}", "存管户", "Custody account"),
  feesBank: asset("fees-bank", "报名费代收户", "Bank account of event fees"),
  fiscal: asset("fiscal:{fund}", "专项资金户", "Programme account"),
  advance: asset("advance:{merchant}", "预释放款", "Advances to merchants"),
  merchantDue: asset("due:{merchant}:{purpose}", "应收商户款", "Due from merchants"),
  organiserDue: asset("due:{organiser}", "应收主办方款", "Due from organisers"),
  unconsumed: {
    ...liability("card:{card}:unconsumed", "预付卡未消费余额", "Unconsumed prepaid money"),
    guard: "card:{card}",
    control: "cards:{merchant}:unconsumed",
  },
  held: {
    ...liability("card:{card}:held", "预付卡待确认金额", "Prepaid money held for a use"),
    guard: "card:{card}",
    control: "cards:{merchant}:held",
  },
  payable: liability("payable:{merchant}:{purpose}", "应付商户款", "Payable to merchants"),
  retention: liability("retention:{merchant}:{purpose}", "保留金", "Retention"),
  refundDue: liability("refund-due:{owner}", "应退款", "Refunds due"),
  transit: liability("transit:{owner}:{purpose}", "付款在途", "Payments in transit"),
  organiserTransit: liability("transit:{owner}", "付款在途（赛事）", "Payments in transit of events"),
  custodyInterest: liability("custody-interest:{merchant}", "存管利息", "Interest on custody"),
  eventFees: liability("event-fees:{event}", "报名费暂收", "Event fees received"),
  organiserPayable: liability("payable:{organiser}", "应付主办方款", "Payable to organisers"),
  suspense: liability("suspense:{account}", "待查款项", "Suspense"),
  fund: liability("fund:{appropriation}", "财政资金来源", "Funds appropriated"),
  subsidy: asset("subsidy:{campaign}", "消费补贴支出", "Subsidy expense"),
  authority: { ...budget("authority:{appropriation}", "批复额度", "Budget authority"), normal: "debit" },
  appropriationAvailable: {
    ...budget("available:{appropriation}", "可用额度（批复）", "Available of an appropriation"),
    guard: "available:{appropriation}",
  },
  campaignAvailable: {
    ...budget("available:{campaign}", "可用额度（活动）", "Available of a campaign"),
    guard: "available:{campaign}",
  },
  reserved: budget("reserved:{round}", "场次预留", "Reserved for a round"),
  issued: budget("issued:{campaign}", "已领未用", "Issued and outstanding"),
  redeemed: budget("redeemed:{campaign}", "已核销", "Redeemed"),
  recycled: budget("recycled:{campaign}", "已回收", "Recycled"),
  returned: budget("returned:{appropriation}", "已收回", "Returned to the treasury"),
} as const satisfies Record<string, AccountType>;

export type AccountKind = keyof typeof chart;

type Names<Pattern extends string> = Pattern extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
type PatternsOf<Type> = Type extends { pattern: infer P extends string }
  ? P | (Type extends { control: infer C extends string } ? C : never)
  : never;
type Owners<Kind extends AccountKind> = {
  readonly [Name in Names<PatternsOf<(typeof chart)[Kind]>>]: string;
};

const filled = (pattern: string, owners: Readonly<Record<string, string>>): string =>
  pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const owner = owners[name];
    // With a colon in it the account would be one of another kind.
    if (!owner || owner.includes(":")) throw new Error(`${pattern} needs its ${name}`);
    return owner;
  });

/** An account of the chart, `account("custody", { merchant: "mer_01J…" })`. */
export function account<Kind extends AccountKind>(kind: Kind, owners: Owners<Kind>): Account {
  const type: AccountType = chart[kind];
  return {
    id: filled(type.pattern, owners),
    book: type.book,
    normal: type.normal,
    ...(type.guard !== undefined && { guard: filled(type.guard, owners) }),
    ...(type.control !== undefined && { control: filled(type.control, owners) }),
  };
}

/** Ids by which accounts of one shape are told apart. */
const prefixes: Readonly<Record<string, string>> = { appropriation: "apr_", campaign: "cmp_" };

const shapes = Object.entries(chart as Record<string, AccountType>).flatMap(([kind, type]) =>
  [type.pattern, ...(type.control === undefined ? [] : [type.control])].map((pattern) => ({
    kind: kind as AccountKind,
    title: type.title,
    shape: new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^:]+")}$`),
    prefix: prefixes[/\{(\w+)\}/.exec(pattern)?.[1] ?? ""],
  })),
);

/** Which account of the chart an id names; of several of its shape the one whose owners' ids begin so. */
export function kindOf(id: string): { kind: AccountKind; title: Bilingual } | undefined {
  const found = shapes.filter(({ shape }) => shape.test(id));
  const { kind, title } =
    found.find(({ prefix }) => prefix !== undefined && id.includes(`:${prefix}`)) ?? found[0] ?? {};
  return kind && title && { kind, title };
}
