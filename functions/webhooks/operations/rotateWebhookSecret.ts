import { actingFor } from "#shared/merchants/staff.ts";
import { operation } from "#shared/platform/operation.ts";
import { commitOnce, recall } from "#shared/platform/remember.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { planNextSecret } from "#shared/webhooks/managing.ts";
import { previousSignsUntil } from "#shared/webhooks/rules.ts";
import { secretOf } from "#shared/webhooks/secrets.ts";

type Rotated = Awaited<ReturnType<typeof planNextSecret>>["effect"];

/** Another secret signs from now on, the one before beside it for a day. Only a manager sees it, also again. */
export const rotateWebhookSecret = operation(webhookRoutes.rotateWebhookSecret)(
  async ({ caller, path, key, now }) => {
    await actingFor(path.merchantId, caller, "manager");
    const rotated = (await recall<Rotated>(key)) ?? (await commitOnce(key, await planNextSecret(path, now)));
    const { webhookId, rotation, rotatedAt } = rotated;
    const secret = await secretOf(webhookId, rotation);
    const previousSecretUntil = previousSignsUntil(rotated) ?? rotatedAt;
    return { status: 200, body: { webhookId, secret, previousSecretUntil } };
  },
);
