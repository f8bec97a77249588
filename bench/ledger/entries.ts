import { account } from "#shared/chart/chart.ts";
import type { Account, Draft, DraftLeg } from "#shared/ledger/model.ts";

/** Ids as long as the service makes them, so that items are as large as they will be. */
const idOf = (kind: string, nth: number): string => `${kind}_01K${String(nth).padStart(23, "0")}`;

export const merchantOf = (nth: number): string => idOf("mer", nth);

/** The accounts of a merchant that everybody's entries meet, guarded by nothing. */
export const hotAccounts = (merchant: string) => ({
  custody: account("custody", { merchant }),
  payable: account("payable", { merchant, purpose: "cards" }),
  provider: account("providerClearing", { provider: "unionpay", purpose: "cards", owner: merchant }),
});

/** The accounts of one holder with the merchant, in one guarded item. */
export const cardAccounts = (merchant: string, nth: number) => {
  const owners = { card: idOf("car", nth), merchant };
  return { unconsumed: account("unconsumed", owners), held: account("held", owners) };
};

const source = (operation: string, nth: number): Draft["source"] => ({
  operation,
  request: idOf("req", nth),
  actor: idOf("act", nth),
});

const from = (debit: Account, credit: Account, amountFen: number): DraftLeg[] => [
  { account: debit, side: "debit", amountFen },
  { account: credit, side: "credit", amountFen },
];

const draft = (kind: string, operation: string, nth: number, legs: readonly DraftLeg[]): Draft => ({
  journalId: `${kind}:${idOf("ent", nth)}`,
  kind: `cards.${kind}`,
  legs,
  source: source(operation, nth),
});

/** Money comes in for a card: the merchant's one custody account against one of many guarded ones. */
export const topUp = (nth: number, merchant: string, card: number, amountFen: number): Draft =>
  draft(
    "top-up",
    "confirmPayment",
    nth,
    from(hotAccounts(merchant).custody, cardAccounts(merchant, card).unconsumed, amountFen),
  );

/** A card is used: less owed to its holder, more to the merchant. */
export const use = (nth: number, merchant: string, card: number, amountFen: number): Draft =>
  draft(
    "use",
    "confirmUse",
    nth,
    from(cardAccounts(merchant, card).unconsumed, hotAccounts(merchant).payable, amountFen),
  );

/** A use is asked for: from one balance of a guarded item to the other. */
export const requestUse = (nth: number, merchant: string, card: number, amountFen: number): Draft => {
  const { unconsumed, held } = cardAccounts(merchant, card);
  return draft("request", "requestUse", nth, from(unconsumed, held, amountFen));
};

/** From one holder's balance to another's. */
export const handOver = (
  nth: number,
  merchant: string,
  cards: [number, number],
  amountFen: number,
): Draft => {
  const [giver, taker] = cards.map((card) => cardAccounts(merchant, card).unconsumed);
  return draft("hand-over", "handOver", nth, from(giver as Account, taker as Account, amountFen));
};

/** The provider pays out to the custody account: neither is guarded. */
export const providerSettles = (nth: number, merchant: string, amountFen: number): Draft => {
  const { custody, provider } = hotAccounts(merchant);
  return draft("provider-settles", "takeStatement", nth, from(custody, provider, amountFen));
};
