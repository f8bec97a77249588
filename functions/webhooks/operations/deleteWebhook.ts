import { actingFor } from "#shared/merchants/staff.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { operation } from "#shared/platform/operation.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { planRemoval } from "#shared/webhooks/store.ts";

/** Removes an address of a merchant's system; what was under way to it stops. */
export const deleteWebhook = operation(webhookRoutes.deleteWebhook)(async ({ caller, path }) => {
  await actingFor(path.merchantId, caller, "manager");
  await dynamo.commit([planRemoval(path)]);
  return { status: 200, body: { webhookId: path.webhookId, status: "deleted" } };
});
