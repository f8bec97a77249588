import { actingFor } from "#shared/merchants/staff.ts";
import { operation } from "#shared/platform/operation.ts";
import { commitOnce, recall } from "#shared/platform/remember.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { planNewEndpoint } from "#shared/webhooks/managing.ts";
import type { Endpoint } from "#shared/webhooks/model.ts";
import { secretOf } from "#shared/webhooks/secrets.ts";
import { endpointView } from "#shared/webhooks/views.ts";

/**
 * Registers an address of a merchant's system. The same request again shows the secret again, so whoever asks must
 * still be a manager.
 */
export const createWebhook = operation(webhookRoutes.createWebhook)(
  async ({ caller, path, body, key, now }) => {
    const { merchantId } = path;
    await actingFor(merchantId, caller, "manager");
    const endpoint =
      (await recall<Endpoint>(key)) ?? (await commitOnce(key, await planNewEndpoint(merchantId, body, now)));
    const secret = await secretOf(endpoint.webhookId, endpoint.rotation);
    return { status: 201, body: { ...endpointView(endpoint, now), secret } };
  },
);
