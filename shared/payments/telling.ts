import type { PaymentsMessage } from "#events/contracts/payments.ts";
import { env } from "#shared/platform/env.ts";
import { log, traceOf } from "#shared/platform/logger.ts";
import { send } from "#shared/platform/queue.ts";
import { FIRST_ASKED_AFTER } from "./rules.ts";
import type { Told } from "./store.ts";

async function tell(message: PaymentsMessage, delaySeconds?: number): Promise<void> {
  try {
    await send(env().QUEUE_PAYMENTS, message, delaySeconds);
  } catch (error) {
    // It stands where the sweep of the next minute finds it.
    log("worker-not-told", { trace: traceOf(error) });
  }
}

/** Has what a provider told worked on at once. */
export const tellWorker = ({
  provider,
  notification,
}: Pick<Told, "provider" | "notification">): Promise<void> =>
  tell({ type: "leyun.payments.told.v1", provider, notificationId: notification.notificationId });

/** Has a new payment asked after, should its provider say nothing of it; from then on the sweep does. */
export const watchPayment = (paymentId: string): Promise<void> =>
  tell({ type: "leyun.payments.due.v1", paymentId }, FIRST_ASKED_AFTER);
