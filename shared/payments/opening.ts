import type { Part } from "#shared/platform/database.ts";
import { Unavailable } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { env } from "#shared/platform/env.ts";
import { newId } from "#shared/platform/ids.ts";
import type { Payment } from "./model.ts";
import { ProviderRefused } from "./port.ts";
import { providerNamed } from "./providers.ts";
import { askAgainAt } from "./rules.ts";
import { Moved, next, paymentPart } from "./store.ts";

type Asked = Pick<
  Payment,
  "for" | "payerId" | "amountFen" | "description" | "channel" | "expiresAt" | "receiver"
>;

/** A payment to be made, and the part that writes it with what it is for. */
export function planPayment(asked: Asked, now: Date): { payment: Payment; parts: Part[] } {
  const payment: Payment = {
    ...asked,
    paymentId: newId("pay"),
    provider: env().PAYMENT_PROVIDER,
    status: "pending",
    createdAt: now.toISOString(),
    askAt: askAgainAt(now, 0),
    asked: 0,
    version: 1,
  };
  return { payment, parts: [paymentPart(payment)] };
}

/**
 * The payment with what the payer's device needs. The provider may not be there just now: it is asked again when the
 * payment is read next.
 */
export async function ordered(payment: Payment, now: Date): Promise<Payment> {
  if (payment.parameters || payment.status !== "pending" || payment.expiresAt <= now.toISOString())
    return payment;
  try {
    const provider = await providerNamed(payment.provider);
    const known = next(payment, { parameters: await provider.order(payment) });
    await dynamo.commit([paymentPart(known)]);
    return known;
  } catch (error) {
    // An order that stands paid or closed there is found out by asking.
    if (error instanceof Unavailable || error instanceof ProviderRefused || error instanceof Moved)
      return payment;
    throw error;
  }
}
