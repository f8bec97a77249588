import { account } from "#shared/chart/chart.ts";
import type { Account, Draft, DraftLeg, Source } from "#shared/ledger/model.ts";
import type { BusinessDate } from "#shared/platform/time.ts";
import { accountsOf } from "./accounts.ts";
import { type PaidFor, type Receipt, type Refund, sendingId } from "./model.ts";

/**
 * What happens to money between payer, provider and bank, as entries (ledger.md: C1-C3, F1-F4, F6, K4, R3, R4). Each
 * is named by what happened, so that it is posted once however often it is told.
 */
const debit = (account: Account, amountFen: number): DraftLeg => ({ account, side: "debit", amountFen });
const credit = (account: Account, amountFen: number): DraftLeg => ({ account, side: "credit", amountFen });

const by = (operation: string, request: string): Source => ({ operation, request });

/** Paid by the payer, to the provider: taken for what it was meant for (F1, C1), owed back (F2), or nobody's yet (K4). */
export function receiptDraft(receipt: Receipt): Draft {
  const { provider, transactionId, paymentId, amountFen, outcome } = receipt;
  const base = {
    journalId: `receipt:${provider}:${transactionId}`,
    source: by("settlePayments", paymentId),
  };
  const { clearing, received, refundDue } = accountsOf(provider, receipt.for);
  const taken = outcome === "taken";
  return {
    ...base,
    kind: taken ? "payment.received" : `payment.${outcome}`,
    legs: [debit(clearing, amountFen), credit(taken ? received : refundDue, amountFen)],
  };
}

/** A fee of an event is owed back; of what was paid the organiser keeps a charge by the event's rule (F3). */
export function feeRefundDraft(of: {
  refundId: string;
  for: PaidFor & { purpose: "fees" };
  amountFen: number;
  chargeFen: number;
}): Draft {
  const { refundId, amountFen, chargeFen } = of;
  const { received, refundDue } = accountsOf("none", of.for);
  const payable = account("organiserPayable", { organiser: of.for.organiserId });
  return {
    journalId: `refund:${refundId}:decided`,
    kind: "refund.decided",
    source: by("decideRefund", refundId),
    legs: [
      debit(received, amountFen + chargeFen),
      credit(refundDue, amountFen),
      ...(chargeFen > 0 ? [credit(payable, chargeFen)] : []),
    ],
  };
}

const refundAccounts = ({ provider, for: of }: Refund) => accountsOf(provider, of);

const refundDraft = (refund: Refund, what: "sent" | "paid" | "failed", legs: readonly DraftLeg[]): Draft => ({
  journalId: `refund:${sendingId(refund)}:${what}`,
  kind: `refund.${what}`,
  source: by("settlePayments", refund.refundId),
  legs,
});

/** On its way to the payer (F4, R3). */
export function refundSentDraft(refund: Refund): Draft {
  const { refundDue, transit } = refundAccounts(refund);
  return refundDraft(refund, "sent", [debit(refundDue, refund.amountFen), credit(transit, refund.amountFen)]);
}

/** It has arrived: out of what the provider holds, or out of the bank account (F4, R4). */
export function refundPaidDraft(refund: Refund): Draft {
  const { transit, clearing, bank } = refundAccounts(refund);
  const from = refund.route === "provider" ? clearing : bank;
  return refundDraft(refund, "paid", [debit(transit, refund.amountFen), credit(from, refund.amountFen)]);
}

/** It came back and is owed as before (F4, R4). */
export function refundFailedDraft(refund: Refund): Draft {
  const { refundDue, transit } = refundAccounts(refund);
  return refundDraft(refund, "failed", [
    debit(transit, refund.amountFen),
    credit(refundDue, refund.amountFen),
  ]);
}

/** It had arrived and came back days later: the money is at the bank again, and owed as before. */
export function refundReturnedDraft(refund: Refund): Draft {
  const { refundDue, bank } = refundAccounts(refund);
  return {
    ...refundDraft(refund, "failed", [debit(bank, refund.amountFen), credit(refundDue, refund.amountFen)]),
    journalId: `refund:${sendingId(refund)}:returned`,
    kind: "refund.returned",
  };
}

/** Of one owner, what a provider holds of it less what it gave back, and its fee. */
export interface OwnersShare {
  /** Nobody's while it is not identified. */
  for?: PaidFor;
  netFen: number;
  feeFen: number;
}

/** The most owners of one entry, whose legs are as many at most as an entry takes. */
export const OWNERS = 60;

/** Sums by account; of an owner with more refunds than receipts others' receipts paid for it, on the other side. */
function summed(legs: readonly DraftLeg[]): DraftLeg[] {
  const sums = new Map<string, { account: Account; debitFen: number }>();
  for (const { account, side, amountFen } of legs) {
    const debitFen = (sums.get(account.id)?.debitFen ?? 0) + (side === "debit" ? amountFen : -amountFen);
    sums.set(account.id, { account, debitFen });
  }
  return [...sums.values()].flatMap(({ account, debitFen }) => {
    if (debitFen === 0) return [];
    return [debitFen > 0 ? debit(account, debitFen) : credit(account, -debitFen)];
  });
}

/** The provider has paid out to the bank, less its fee (C2, F6). At most {@link OWNERS} shares an entry. */
export function settledDraft(of: {
  provider: string;
  receiver: string;
  date: BusinessDate;
  /** Names the payout, and which of its entries this is. */
  reference: string;
  shares: readonly OwnersShare[];
}): Draft {
  const { provider, receiver, date, reference, shares } = of;
  return {
    journalId: `payout:${provider}:${receiver}:${reference}`,
    kind: "provider.settled",
    source: by("importBills", `${provider}:${date}`),
    legs: summed(
      shares.flatMap(({ for: paidFor, netFen, feeFen }) => {
        const { bank, clearing, feeDue } = accountsOf(provider, paidFor);
        return [debit(bank, netFen - feeFen), debit(feeDue, feeFen), credit(clearing, netFen)];
      }),
    ),
  };
}

/**
 * The merchant makes good the provider's fee, so that its custody account holds all that was paid (C3): by a payment
 * in, or out of what is payable to it.
 */
export function feeMadeGoodDraft(of: {
  journalId: string;
  merchantId: string;
  feeFen: number;
  how: "paid-in" | "set-off";
}): Draft {
  const { journalId, merchantId: merchant, feeFen, how } = of;
  const from =
    how === "paid-in" ? account("custody", { merchant }) : account("payable", { merchant, purpose: "cards" });
  return {
    journalId,
    kind: `fee.${how}`,
    source: by("makeGoodFee", journalId),
    legs: [debit(from, feeFen), credit(account("merchantDue", { merchant, purpose: "cards" }), feeFen)],
  };
}

/** An unidentified receipt turned out to be for this (K4). */
export function identifiedDraft(receipt: Receipt, of: PaidFor, paymentId: string): Draft {
  const { provider, transactionId, amountFen } = receipt;
  const { clearing: unknown, received: suspense } = accountsOf(provider, undefined);
  const { clearing, received } = accountsOf(provider, of);
  return {
    journalId: `receipt:${provider}:${transactionId}:identified`,
    kind: "payment.identified",
    source: by("decidePaymentCase", paymentId),
    legs: [
      debit(suspense, amountFen),
      credit(received, amountFen),
      debit(clearing, amountFen),
      credit(unknown, amountFen),
    ],
  };
}
