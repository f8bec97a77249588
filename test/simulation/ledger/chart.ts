import type { Registered } from "#shared/ledger/fold.ts";
import type { Identity } from "#shared/ledger/identities.ts";
import type { Account, Draft, DraftLeg } from "#shared/ledger/model.ts";

/**
 * A small chart of accounts: what merchants keep for card holders in custody, and what a fund grants. It has every
 * shape that the kernel knows: unguarded accounts, items that guard one account and two, accounts under a control,
 * both books, both normal sides.
 */
export const merchants = ["m1", "m2"] as const;
export const funds = ["x1", "x2"] as const;

export interface Card {
  item: string;
  merchant: string;
  unconsumed: Account;
  held: Account;
}

export function cardOf(merchant: string, number: number): Card {
  const item = `card:${merchant}-${number}`;
  const of = (part: string): Account => ({
    id: `${item}:${part}`,
    book: "money",
    normal: "credit",
    control: `cards:${merchant}`,
    guard: item,
  });
  return { item, merchant, unconsumed: of("unconsumed"), held: of("held") };
}

const unguarded = (id: string, book: Account["book"], normal: Account["normal"]): Account => ({
  id,
  book,
  normal,
});

export const custody = (merchant: string) => unguarded(`custody:${merchant}`, "money", "debit");
export const payable = (merchant: string) => unguarded(`payable:${merchant}`, "money", "credit");
export const owedForFund = (fund: string) => unguarded(`payable:fund:${fund}`, "money", "credit");
export const subsidy = (fund: string) => unguarded(`subsidy:${fund}`, "money", "debit");
export const authority = (fund: string) => unguarded(`authority:${fund}`, "budget", "debit");
export const redeemed = (fund: string) => unguarded(`redeemed:${fund}`, "budget", "credit");
export const available = (fund: string): Account => ({
  ...unguarded(`available:${fund}`, "budget", "credit"),
  guard: `available:${fund}`,
});

export const debit = (account: Account, amountFen: number): DraftLeg => ({
  account,
  side: "debit",
  amountFen,
});
export const credit = (account: Account, amountFen: number): DraftLeg => ({
  account,
  side: "credit",
  amountFen,
});

type More = Partial<Pick<Draft, "captures" | "ceilings" | "businessDate" | "originalDate" | "memo">>;

const draft = (journalId: string, kind: string, legs: readonly DraftLeg[], more: More = {}): Draft => ({
  journalId,
  kind,
  legs,
  source: { operation: "simulation", request: journalId },
  ...more,
});

/** What happens between those accounts, each as its draft. */
export const drafts = {
  deposit: (id: string, card: Card, fen: number, more?: More) =>
    draft(id, "card.paid", [debit(custody(card.merchant), fen), credit(card.unconsumed, fen)], more),
  spend: (id: string, card: Card, fen: number, more?: More) =>
    draft(id, "card.used", [debit(card.unconsumed, fen), credit(payable(card.merchant), fen)], more),
  request: (id: string, card: Card, fen: number, more?: More) =>
    draft(id, "card.requested", [debit(card.unconsumed, fen), credit(card.held, fen)], more),
  confirm: (id: string, card: Card, fen: number, more?: More) =>
    draft(id, "card.confirmed", [debit(card.held, fen), credit(payable(card.merchant), fen)], more),
  transfer: (id: string, from: Card, to: Card, fen: number, more?: More) =>
    draft(id, "card.moved", [debit(from.unconsumed, fen), credit(to.unconsumed, fen)], more),
  /** Both sides of one account: what was used is corrected from one amount to another in one entry. */
  correct: (id: string, card: Card, wrong: number, right: number, more?: More) =>
    draft(
      id,
      "card.corrected",
      [
        credit(card.unconsumed, wrong),
        debit(payable(card.merchant), wrong),
        debit(card.unconsumed, right),
        credit(payable(card.merchant), right),
      ],
      more,
    ),
  /** Between accounts that nothing guards. */
  payOut: (id: string, merchant: string, fen: number, more?: More) =>
    draft(id, "merchant.paid", [debit(payable(merchant), fen), credit(custody(merchant), fen)], more),
  grant: (id: string, fund: string, fen: number, more?: More) =>
    draft(id, "fund.granted", [debit(authority(fund), fen), credit(available(fund), fen)], more),
  /** Four legs over two books. */
  redeem: (id: string, fund: string, fen: number, more?: More) =>
    draft(
      id,
      "fund.redeemed",
      [
        debit(subsidy(fund), fen),
        credit(owedForFund(fund), fen),
        debit(available(fund), fen),
        credit(redeemed(fund), fen),
      ],
      more,
    ),
} as const;

const sumOf =
  (signs: readonly (readonly [RegExp, 1 | -1])[]): Identity["partOf"] =>
  ({ account }: Registered) => {
    for (const [name, sign] of signs) {
      const [, group] = name.exec(account) ?? [];
      if (group !== undefined) return { group, sign };
    }
    return undefined;
  };

/** What holds between those accounts whatever happens; entries that balance need not keep it. */
export const identities: readonly Identity[] = [
  {
    name: "custody covers cards and payables",
    partOf: sumOf([
      [/^custody:(\w+)$/, 1],
      [/^cards:(\w+)$/, -1],
      [/^payable:(\w+)$/, -1],
    ]),
  },
  {
    name: "what was granted is available or redeemed",
    partOf: sumOf([
      [/^authority:(\w+)$/, 1],
      [/^available:(\w+)$/, -1],
      [/^redeemed:(\w+)$/, -1],
    ]),
  },
  {
    name: "what was subsidised is owed",
    partOf: sumOf([
      [/^subsidy:(\w+)$/, 1],
      [/^payable:fund:(\w+)$/, -1],
    ]),
  },
  {
    name: "what was redeemed was subsidised",
    partOf: sumOf([
      [/^subsidy:(\w+)$/, 1],
      [/^redeemed:(\w+)$/, -1],
    ]),
  },
];
