import { paymentRoutes } from "#shared/payments/contract.ts";
import { ordered } from "#shared/payments/opening.ts";
import { ownPayment } from "#shared/payments/own.ts";
import { pay } from "#shared/payments/sandbox.ts";
import { paymentAsShown } from "#shared/payments/views.ts";
import { operation } from "#shared/platform/operation.ts";

/** The sandbox's payer pays. What comes of it the provider tells, as a real one does. */
export const payInSandbox = operation(paymentRoutes.payInSandbox)(async ({ caller, path, body, now }) => {
  const payment = await ordered(await ownPayment(caller, path.paymentId), now);
  await pay(payment, body ?? {});
  return { status: 200, body: paymentAsShown(payment) };
});
