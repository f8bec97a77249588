import type * as z from "zod";
import type { paymentView } from "./contract.ts";
import { decisions } from "./decisions.ts";
import type { Payment, PaymentCase } from "./model.ts";

/** A payment as its payer sees it; what is needed to pay only while it can be paid. */
export function paymentAsShown(payment: Payment): z.input<typeof paymentView> {
  const { paymentId, amountFen, status, description, expiresAt, paidAt, provider, parameters } = payment;
  return {
    paymentId,
    amountFen,
    status,
    description,
    expiresAt,
    ...(paidAt !== undefined && { paidAt }),
    provider,
    ...(status === "pending" && parameters && { parameters }),
  };
}

export const caseAsShown = (of: PaymentCase) => ({
  ...of,
  decisions: Object.entries(decisions).flatMap(([name, { kinds }]) =>
    of.status === "open" && (kinds as readonly string[]).includes(of.kind) ? [name] : [],
  ),
});
