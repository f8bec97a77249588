import { actingFor } from "#shared/merchants/staff.ts";
import { operation } from "#shared/platform/operation.ts";
import { commitOnce, recall } from "#shared/platform/remember.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { hurry } from "#shared/webhooks/hurry.ts";
import { planRetry } from "#shared/webhooks/managing.ts";
import type { viewOfDelivery } from "#shared/webhooks/views.ts";

type Asked = ReturnType<typeof viewOfDelivery>;

/** Sends what was not delivered again, at once and with all its attempts before it. */
export const retryWebhookDelivery = operation(webhookRoutes.retryWebhookDelivery)(
  async ({ caller, path, key, now }) => {
    await actingFor(path.merchantId, caller, "manager");
    const delivery = (await recall<Asked>(key)) ?? (await commitOnce(key, await planRetry(path, now)));
    await hurry(delivery);
    return { status: 200, body: delivery };
  },
);
