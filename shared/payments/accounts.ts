import { account } from "#shared/chart/chart.ts";
import type { Account } from "#shared/ledger/model.ts";
import type { PaidFor } from "./model.ts";

/** The accounts on which the money of a payment stands, by what it is paid for (ledger.md, chart of accounts). */
export interface PaymentAccounts {
  /** With the provider, until it pays out. */
  clearing: Account;
  /** Owed to whom it was paid for. */
  received: Account;
  /** Owed back to the payer. */
  refundDue: Account;
  /** On its way back to the payer. */
  transit: Account;
  /** Where the provider pays out to, and from where the bank pays refunds. */
  bank: Account;
  /** The provider's fee, which whoever sells bears. */
  feeDue: Account;
}

/**
 * Of what came under no order of ours nobody knows whose it is: it is owed to whoever is found out (suspense), and the
 * platform bears its fee.
 */
const unidentified = (provider: string): PaymentAccounts => {
  const suspense = account("suspense", { account: `psp-${provider}` });
  return {
    clearing: account("providerClearing", { provider, purpose: "none", owner: "none" }),
    received: suspense,
    refundDue: suspense,
    transit: account("organiserTransit", { owner: `psp-${provider}` }),
    bank: account("feesBank", {}),
    feeDue: account("organiserDue", { organiser: "platform" }),
  };
};

export function accountsOf(provider: string, of: PaidFor | undefined): PaymentAccounts {
  if (!of) return unidentified(provider);
  if (of.purpose === "fees") {
    const event = of.eventId;
    return {
      clearing: account("providerClearing", { provider, purpose: "fees", owner: event }),
      received: account("eventFees", { event }),
      refundDue: account("refundDue", { owner: event }),
      transit: account("organiserTransit", { owner: event }),
      bank: account("feesBank", {}),
      feeDue: account("organiserDue", { organiser: of.organiserId }),
    };
  }
  const merchant = of.merchantId;
  return {
    clearing: account("providerClearing", { provider, purpose: "cards", owner: merchant }),
    received: account("unconsumed", { card: of.cardId, merchant }),
    refundDue: account("refundDue", { owner: merchant }),
    transit: account("transit", { owner: merchant, purpose: "cards" }),
    bank: account("custody", { merchant }),
    feeDue: account("merchantDue", { merchant, purpose: "cards" }),
  };
}
