import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { merchant } from "#test/support/merchants.ts";
import { startReceiver } from "#test/support/receiver.ts";
import { good } from "#test/support/service.ts";
import { deliveriesOf, deliverWebhooks, post } from "#test/support/webhooks.ts";
import { type CostSheet, deliver } from "../sheet.ts";
import { tick } from "./jobs.ts";

const WORKER = "jobs/deliverWebhooks";

/** A merchant's system is registered and told; it fails, works again, and is removed. */
export async function webhookCases(sheet: CostSheet): Promise<void> {
  const receiver = await startReceiver();
  try {
    await told(sheet, receiver);
  } finally {
    await receiver.stop();
  }
}

async function told(sheet: CostSheet, receiver: Awaited<ReturnType<typeof startReceiver>>): Promise<void> {
  const owner = await merchant(sheet.service);
  const { call, merchantId } = owner;
  const events: "merchant.approved"[] = ["merchant.approved"];
  const create = (idempotencyKey: string, url = receiver.url) =>
    call(webhookRoutes.createWebhook, { path: { merchantId }, body: { url, events }, idempotencyKey });
  const { webhookId } = await good(sheet.costs("createWebhook", "the first", "201", () => create("one")));
  await sheet.costs("createWebhook", "the first, repeated", "201", () => create("one"));
  await sheet.costs("createWebhook", "a private address", "422 webhook-url-refused", () =>
    create("two", "https://10.0.0.1/"),
  );
  const stranger = sheet.service.as("bench-stranger", ["merchant"]);
  await sheet.costs("listWebhooks", "one", "200", () =>
    call(webhookRoutes.listWebhooks, { path: { merchantId } }),
  );
  await sheet.costs("listWebhooks", "of another merchant", "404 not-found", () =>
    stranger(webhookRoutes.listWebhooks, { path: { merchantId } }),
  );
  const path = { merchantId, webhookId };
  await sheet.costs("rotateWebhookSecret", "the next secret", "200", () =>
    call(webhookRoutes.rotateWebhookSecret, { path }),
  );

  const sweep = () => deliver(WORKER, [tick("deliverWebhooks")]);
  // What was decided on merchants in other cases.
  await sweep();
  await sheet.costs(WORKER, "nothing is due", "200", sweep);
  await post(owner, "bench:1");
  await sheet.costs(WORKER, "an event to one address", "200", sweep);
  receiver.answers.push(...Array.from({ length: 8 }, () => 500));
  await post(owner, "bench:2");
  await sheet.costs(WORKER, "an event that is not taken", "200", sweep);
  await sheet.costs(WORKER, "the same, not taken again", "200", sweep);
  const [{ deliveryId } = { deliveryId: "" }] = await deliveriesOf(owner, path).then((items) =>
    items.filter(({ status }) => status === "due"),
  );
  await sheet.costs("retryWebhookDelivery", "at once", "200", () =>
    call(webhookRoutes.retryWebhookDelivery, { path: { ...path, deliveryId } }),
  );
  receiver.answers.length = 0;
  await sheet.costs(WORKER, "a delivery, and the address works again", "200", sweep);

  for (let event = 10; event < 28; event += 1) await post(owner, `bench:${event}`);
  await deliverWebhooks();
  await sheet.costs("listWebhookDeliveries", "a page of 20", "200", () =>
    call(webhookRoutes.listWebhookDeliveries, { path, query: {} }),
  );
  await sheet.costs("deleteWebhook", "one", "200", () => call(webhookRoutes.deleteWebhook, { path }));
}
