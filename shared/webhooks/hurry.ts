import type { WebhookDue } from "#events/contracts/webhookDue.ts";
import { clock } from "#shared/platform/clock.ts";
import { env } from "#shared/platform/env.ts";
import { newId } from "#shared/platform/ids.ts";
import { log, traceOf } from "#shared/platform/logger.ts";
import { send } from "#shared/platform/queue.ts";

/** Has a delivery that was just made due tried at once; where that fails, the sweep finds it within a minute. */
export async function hurry({ webhookId, deliveryId }: WebhookDue["data"]): Promise<void> {
  const message: WebhookDue = {
    specversion: "1.0",
    id: newId("msg"),
    source: "leyun/webhooks",
    type: "leyun.webhook.due.v1",
    time: clock.now().toISOString(),
    data: { webhookId, deliveryId },
  };
  try {
    await send(env().QUEUE_WEBHOOKS, message);
  } catch (error) {
    log("hurry-failed", { queue: "webhooks", trace: traceOf(error) });
  }
}
