import type { AccountKind } from "#shared/chart/chart.ts";
import { postEntry } from "../ledgerEntries.ts";

const merchant = "mer_demo-gym";
const appropriation = "apr_demo-2026";
const campaign = "cmp_demo-autumn";
const round = "rnd_demo-1";
const event = "evt_demo-run";
const provider = { provider: "sandbox", purpose: "cards", owner: merchant };
const cards = ["crd_demo-1", "crd_demo-2", "crd_demo-3"];

type Leg = {
  account: AccountKind;
  owners: Record<string, string>;
  side: "debit" | "credit";
  amountFen: number;
};

const from = (
  debited: AccountKind,
  debitedOf: Record<string, string>,
  credited: AccountKind,
  creditedOf: Record<string, string>,
  amountFen: number,
): Leg[] => [
  { account: debited, owners: debitedOf, side: "debit", amountFen },
  { account: credited, owners: creditedOf, side: "credit", amountFen },
];

/** A public budget that is partly spent, prepaid money that is partly used, and fees of a race. */
const entries: readonly [kind: string, legs: Leg[]][] = [
  [
    "appropriation.approved",
    [
      ...from("authority", { appropriation }, "appropriationAvailable", { appropriation }, 50_000_000),
      ...from("fiscal", { fund: "lottery" }, "fund", { appropriation }, 50_000_000),
    ],
  ],
  [
    "campaign.approved",
    from("appropriationAvailable", { appropriation }, "campaignAvailable", { campaign }, 30_000_000),
  ],
  ["round.approved", from("campaignAvailable", { campaign }, "reserved", { round }, 10_000_000)],
  ["claims", from("reserved", { round }, "issued", { campaign }, 9_000_000)],
  [
    "redemptions",
    [
      ...from("subsidy", { campaign }, "payable", { merchant, purpose: "vouchers" }, 4_265_000),
      ...from("issued", { campaign }, "redeemed", { campaign }, 4_265_000),
    ],
  ],
  ...cards.map((card, at): [string, Leg[]] => [
    "purchase",
    from("providerClearing", provider, "unconsumed", { card, merchant }, 100_000 * (at + 1)),
  ]),
  ["provider.settled", from("custody", { merchant }, "providerClearing", provider, 600_000)],
  ...cards.map((card): [string, Leg[]] => [
    "use.requested",
    from("unconsumed", { card, merchant }, "held", { card, merchant }, 25_000),
  ]),
  ...cards
    .slice(0, 2)
    .map((card): [string, Leg[]] => [
      "use.confirmed",
      from("held", { card, merchant }, "payable", { merchant, purpose: "cards" }, 25_000),
    ]),
  [
    "fees.paid",
    from(
      "providerClearing",
      { provider: "sandbox", purpose: "fees", owner: event },
      "eventFees",
      { event },
      1_280_000,
    ),
  ],
];

/** Entries for finance to look at, until every context that makes them is there. Answers how many. */
export async function postDemonstration(): Promise<number> {
  for (const [at, [kind, legs]] of entries.entries())
    await postEntry({ journalId: `demo:${at + 1}`, kind, legs });
  return entries.length;
}
