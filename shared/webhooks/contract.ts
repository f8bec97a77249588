import * as z from "zod";
import { webhookEventTypes } from "#events/contracts/webhooks.ts";
import { merchantProblems } from "#shared/merchants/problems.ts";
import { merchantId } from "#shared/merchants/schemas.ts";
import { page, pageQuery } from "#shared/platform/cursor.ts";
import { instant } from "#shared/platform/instant.ts";
import { problems } from "#shared/platform/problems.ts";
import { route } from "#shared/platform/route.ts";
import { deliveryStates } from "./model.ts";
import { webhookProblems as w } from "./problems.ts";

const idOf = (prefix: string, description: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9A-HJKMNP-TV-Z]{26}$`))
    .meta({ description });
const webhookId = idOf("whk", "A webhook: an address of a merchant's system");
const deliveryId = idOf("whd", "One event on its way to one webhook");
const eventType = z.enum(webhookEventTypes);
const secret = z.string().meta({
  description: "Shown this once; whoever has it can sign",
  example: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
});

export const webhookView = z
  .object({
    webhookId,
    url: z.string(),
    events: z.array(eventType),
    status: z.enum(["active", "disabled"]),
    disabledBecause: z.enum(["gone", "failing"]).optional().meta({
      description: "gone: it answered 410; failing: nothing reached it for five days",
    }),
    disabledAt: instant.optional(),
    failingSince: instant.optional().meta({ description: "Since when every attempt failed" }),
    createdAt: instant,
    secretRotatedAt: instant.optional(),
    previousSecretUntil: instant.optional().meta({ description: "Until then the secret before signs too" }),
  })
  .meta({ id: "Webhook" });

export const deliveryView = z
  .object({
    deliveryId,
    webhookId,
    messageId: z.string().meta({ description: "The header webhook-id, the same in every attempt" }),
    type: eventType,
    at: instant.meta({ description: "When it happened" }),
    status: z.enum(deliveryStates),
    attempts: z.number().int(),
    lastAttemptAt: instant.optional(),
    lastStatus: z.number().int().optional().meta({ description: "HTTP status of the last answer" }),
    lastError: z.enum(["timeout", "unreachable", "address-refused"]).optional(),
    nextAttemptAt: instant.optional(),
  })
  .meta({ id: "WebhookDelivery" });

const base = { access: ["merchant", "citizen"], lambda: "webhooks/merchant" } as const;
const merchantPath = z.strictObject({ merchantId });
const webhookPath = z.strictObject({ merchantId, webhookId });
const staff = [merchantProblems.actorSuspended] as const;

export const webhookRoutes = {
  createWebhook: route({
    ...base,
    operationId: "createWebhook",
    method: "POST",
    path: "/v1/merchants/{merchantId}/webhooks",
    summary: { zh: "登记推送地址", en: "Register an address of your own system" },
    request: {
      path: merchantPath,
      body: z.strictObject({
        url: z.string().min(8).max(500).meta({ example: "https://shop.example.com/leyun" }),
        events: z.array(eventType).min(1).max(50).meta({ description: "Of what it is told" }),
      }),
    },
    responses: { 201: webhookView.extend({ secret }).meta({ id: "NewWebhook" }) },
    errors: [...staff, w.webhookUrlRefused, w.tooManyWebhooks],
    idempotency: "required",
  }),
  listWebhooks: route({
    ...base,
    operationId: "listWebhooks",
    method: "GET",
    path: "/v1/merchants/{merchantId}/webhooks",
    summary: { zh: "推送地址", en: "Your addresses" },
    request: { path: merchantPath },
    responses: { 200: z.object({ items: z.array(webhookView) }) },
    errors: [...staff],
  }),
  deleteWebhook: route({
    ...base,
    operationId: "deleteWebhook",
    method: "DELETE",
    path: "/v1/merchants/{merchantId}/webhooks/{webhookId}",
    summary: { zh: "删除推送地址", en: "Remove an address; nothing more is sent to it" },
    request: { path: webhookPath },
    responses: { 200: z.object({ webhookId, status: z.literal("deleted") }) },
    errors: [...staff],
  }),
  rotateWebhookSecret: route({
    ...base,
    operationId: "rotateWebhookSecret",
    method: "POST",
    path: "/v1/merchants/{merchantId}/webhooks/{webhookId}/secret",
    summary: {
      zh: "更换签名密钥；24 小时内新旧密钥同时签名",
      en: "Change the secret; both sign for 24 hours",
    },
    request: { path: webhookPath },
    responses: { 200: z.object({ webhookId, secret, previousSecretUntil: instant }) },
    errors: [...staff],
    idempotency: "required",
  }),
  listWebhookDeliveries: route({
    ...base,
    operationId: "listWebhookDeliveries",
    method: "GET",
    path: "/v1/merchants/{merchantId}/webhooks/{webhookId}/deliveries",
    summary: { zh: "推送记录，最新的在前", en: "What was sent to an address, latest first" },
    request: { path: webhookPath, query: z.strictObject({ ...pageQuery }) },
    responses: { 200: page(deliveryView) },
    errors: [...staff, problems.invalidCursor],
  }),
  retryWebhookDelivery: route({
    ...base,
    operationId: "retryWebhookDelivery",
    method: "POST",
    path: "/v1/merchants/{merchantId}/webhooks/{webhookId}/deliveries/{deliveryId}/retry",
    summary: { zh: "立即重新推送", en: "Send it again at once" },
    request: { path: z.strictObject({ merchantId, webhookId, deliveryId }) },
    responses: { 200: deliveryView },
    errors: [...staff, w.webhookDisabled, w.alreadyDelivered],
    idempotency: "required",
  }),
} as const;
