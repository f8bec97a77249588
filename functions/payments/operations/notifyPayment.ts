import { paymentRoutes } from "#shared/payments/contract.ts";
import { providerNamed } from "#shared/payments/providers.ts";
import { keepTold } from "#shared/payments/store.ts";
import { tellWorker } from "#shared/payments/telling.ts";
import { operation } from "#shared/platform/operation.ts";

/** Keeps what a provider proves to have told, and answers before it is worked on: also while money is read-only. */
export const notifyPayment = operation(paymentRoutes.notifyPayment)(async ({ path, body, now }) => {
  const notification = await (await providerNamed(path.provider)).open(body);
  const told = { provider: path.provider, receivedAt: now.toISOString(), notification };
  if ((await keepTold(told)) === "kept") await tellWorker(told);
  return { status: 200, body: { code: "SUCCESS" } };
});
