import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { schedules } from "#events/schedules.ts";
import { send } from "#shared/platform/queue.ts";
import { merchant } from "../../support/merchants.ts";
import { databaseProxy, WorkerProcess } from "../../support/process.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { startTestService, type TestService } from "../../support/service.ts";
import { deliveriesOf, deliverWebhooks, post, register } from "../../support/webhooks.ts";

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
  // The worker keeps real time.
  service.clock.set(new Date());
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.stop();
  await service.stop();
});

it("kill -9 of a worker between sending and noting: another sends it again under the same id", async () => {
  const owner = await merchant(service);
  const { path } = await register(owner, receiver);
  await post(owner, "approved:1");

  let killed = false;
  let worker: WorkerProcess;
  const proxy = await databaseProxy(service.parts.dynamoEndpoint, async (hand) => {
    if (receiver.got.length === 0) return hand();
    await worker.kill();
    killed = true;
    throw new Error("the worker is gone");
  });
  const info = await fetch(`${service.url}/local/info`);
  const { environment } = (await info.json()) as { environment: Record<string, string> };
  worker = new WorkerProcess(["webhooks"], { ...environment, AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint });
  await worker.start();
  const payload = schedules.find(({ job }) => job === "deliverWebhooks")?.payload;
  await send(service.parts.queueUrl("webhooks"), payload);
  await vi.waitFor(() => expect(killed).toBe(true), { timeout: 60_000, interval: 100 });
  await proxy.stop();

  expect(receiver.got).toHaveLength(1);
  expect(await deliveriesOf(owner, path)).toMatchObject([{ status: "due", attempts: 1 }]);
  await deliverWebhooks();
  expect(receiver.got).toHaveLength(1);
  service.clock.advance(61);
  await deliverWebhooks();
  expect(receiver.got).toHaveLength(2);
  expect(receiver.got[1]?.headers["webhook-id"]).toBe(receiver.got[0]?.headers["webhook-id"]);
  expect(receiver.got[1]?.body).toBe(receiver.got[0]?.body);
  expect(await deliveriesOf(owner, path)).toMatchObject([{ status: "delivered", attempts: 2 }]);
});
