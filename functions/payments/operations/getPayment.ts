import { paymentRoutes } from "#shared/payments/contract.ts";
import { ordered } from "#shared/payments/opening.ts";
import { ownPayment } from "#shared/payments/own.ts";
import { paymentAsShown } from "#shared/payments/views.ts";
import { operation } from "#shared/platform/operation.ts";

/** A payment and what is needed to pay it; read again while the provider did not answer. */
export const getPayment = operation(paymentRoutes.getPayment)(async ({ caller, path, now }) => {
  const payment = await ordered(await ownPayment(caller, path.paymentId), now);
  return { status: 200, body: paymentAsShown(payment) };
});
