import { actingFor } from "#shared/merchants/staff.ts";
import { operation } from "#shared/platform/operation.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { listEndpoints } from "#shared/webhooks/store.ts";
import { endpointView } from "#shared/webhooks/views.ts";

/** The addresses of a merchant's systems, and whether they work. */
export const listWebhooks = operation(webhookRoutes.listWebhooks)(async ({ caller, path, now }) => {
  await actingFor(path.merchantId, caller, "manager");
  const endpoints = await listEndpoints(path.merchantId);
  return { status: 200, body: { items: endpoints.map((endpoint) => endpointView(endpoint, now)) } };
});
