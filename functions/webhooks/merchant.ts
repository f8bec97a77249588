import { serve } from "#shared/platform/serve.ts";
import { createWebhook } from "./operations/createWebhook.ts";
import { deleteWebhook } from "./operations/deleteWebhook.ts";
import { listWebhookDeliveries } from "./operations/listWebhookDeliveries.ts";
import { listWebhooks } from "./operations/listWebhooks.ts";
import { retryWebhookDelivery } from "./operations/retryWebhookDelivery.ts";
import { rotateWebhookSecret } from "./operations/rotateWebhookSecret.ts";

export const handler = serve(
  createWebhook,
  listWebhooks,
  deleteWebhook,
  rotateWebhookSecret,
  listWebhookDeliveries,
  retryWebhookDelivery,
);
