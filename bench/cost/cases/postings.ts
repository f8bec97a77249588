import { hold, release } from "#shared/ledger/holds.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import type { Draft } from "#shared/ledger/model.ts";
import { post } from "#shared/ledger/post.ts";
import {
  cardAccounts,
  handOver,
  merchantOf,
  providerSettles,
  requestUse,
  topUp,
  use,
} from "../../ledger/entries.ts";
import { type CostSheet, cameOf } from "../sheet.ts";

/** The kernel's own functions: operations add what they decide by, remember and answer. */
export const POST = "ledger/post";
const HOLD = "ledger/hold";
const RELEASE = "ledger/release";

const MERCHANT = merchantOf(1);
let entries = 0;
/** Every entry has a number of its own. */
const next = (): number => {
  entries += 1;
  return entries;
};

/** How many entries were posted so far. */
export const posted = (): number => entries;

/** Tops up a card with 100 yuan, or with what is said. */
export const toppedUp = (card: number, amountFen = 10_000, merchant = MERCHANT): Promise<Draft> =>
  postNow(topUp(next(), merchant, card, amountFen));

export const used = (card: number, amountFen: number, merchant = MERCHANT): Promise<Draft> =>
  postNow(use(next(), merchant, card, amountFen));

async function postNow(draft: Draft): Promise<Draft> {
  await post(ledger, draft);
  return draft;
}

export async function postingCases(sheet: CostSheet): Promise<void> {
  const costs = (name: string, draft: Draft, expected = "200") =>
    sheet.costsAtOnce(POST, name, expected, () => cameOf(() => post(ledger, draft)));
  await sheet.costs(POST, "two legs, one guarded, the first of its item, nothing known", "200", () =>
    cameOf(() => post(ledger, topUp(next(), MERCHANT, 1, 100_000))),
  );
  await toppedUp(2);
  await costs("two legs, one guarded, which gets", topUp(next(), MERCHANT, 1, 10_000));
  const spent = use(next(), MERCHANT, 1, 10_000);
  await costs("two legs, one guarded, which gives", spent);
  await costs("two legs, none guarded", providerSettles(next(), MERCHANT, 10_000));
  await costs("two legs in one guarded item", requestUse(next(), MERCHANT, 1, 10_000));
  await costs("two legs, two guarded items", handOver(next(), MERCHANT, [1, 2], 10_000));
  await costs("the same again", spent);
  const other = { ...use(0, MERCHANT, 1, 20_000), journalId: spent.journalId };
  await costs("another of the same id", other, "422 journal-id-reused");
  const all = use(next(), MERCHANT, 2, 20_000);
  await costs("all that there is", all);
  await costs("all that there is, the same again", all);
  // What is refused leaves no entry, so that its number is another's.
  await costs("more than there is", use(entries + 1, MERCHANT, 2, 1), "409 insufficient-balance");
  const ceilings = [{ name: `due:${MERCHANT}`, limitFen: 1_000_000, byFen: 10_000 }];
  await costs("two legs, one guarded, under a ceiling", { ...topUp(next(), MERCHANT, 1, 10_000), ceilings });
}

export async function holdCases(sheet: CostSheet): Promise<void> {
  const { unconsumed } = cardAccounts(MERCHANT, 3);
  await toppedUp(3);
  const until = new Date(sheet.now.getTime() + 3_600_000).toISOString();
  const holding = (holdId: string, amountFen: number) => () =>
    cameOf(() => hold(ledger, unconsumed, { holdId, amountFen, until }));
  await sheet.costsAtOnce(HOLD, "an amount", "200", holding("hold:1", 4_000));
  await sheet.costsAtOnce(HOLD, "the same again", "200", holding("hold:1", 4_000));
  await sheet.costsAtOnce(HOLD, "more than there is", "409 insufficient-balance", holding("hold:3", 7_000));
  const captures = [{ holdId: "hold:1", account: unconsumed }];
  await sheet.costsAtOnce(POST, "two legs, one guarded, of what was held", "200", () =>
    cameOf(() => post(ledger, { ...use(next(), MERCHANT, 3, 4_000), captures })),
  );
  await holding("hold:2", 5_000)();
  const releasing = () => cameOf(() => release(ledger, unconsumed, "hold:2"));
  await sheet.costsAtOnce(RELEASE, "what was held", "200", releasing);
  await sheet.costsAtOnce(RELEASE, "the same again", "200", releasing);
}

/** Entries of one minute, each of a card of its own, of a merchant whose accounts no other case meets. */
export async function aMinute(
  sheet: CostSheet,
  merchant: string,
  count: number,
  cardOf: (nth: number) => number,
): Promise<void> {
  sheet.toNext(60);
  for (let nth = 0; nth < count; nth += 1) await toppedUp(cardOf(nth), 10_000, merchant);
}
