import { actingFor } from "#shared/merchants/staff.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { endpointOrRefuse, listDeliveries } from "#shared/webhooks/store.ts";
import { viewOfDelivery } from "#shared/webhooks/views.ts";

/** What was sent to an address of a merchant's system, and what became of it; latest first. */
export const listWebhookDeliveries = operation(webhookRoutes.listWebhookDeliveries)(
  async ({ caller, path, query }) => {
    await actingFor(path.merchantId, caller, "manager");
    const { webhookId } = await endpointOrRefuse(path);
    const scope = ["listWebhookDeliveries", webhookId];
    const after = await readCursor(scope, query.cursor);
    const { deliveries, next } = await listDeliveries(webhookId, query.limit, after);
    const nextCursor = await signCursor(scope, next);
    return { status: 200, body: { items: deliveries.map(viewOfDelivery), nextCursor } };
  },
);
