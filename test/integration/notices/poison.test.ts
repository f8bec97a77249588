import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { hurry } from "#shared/notices/hurry.ts";
import { send } from "#shared/platform/queue.ts";
import { inboxOf, tell } from "../../support/notices.ts";
import { citizen, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ background: true, visibilitySeconds: 1 });
});
afterAll(() => service.stop());

it("hard case 57: a poison message is put aside after five deliveries, and its batch mates are delivered", async () => {
  const people = [await citizen(service), await citizen(service)];
  const url = service.parts.queueUrl("notices");
  await Promise.all([
    send(url, { type: "leyun.notice.due.v1", data: { poison: true } }),
    ...people.map(async (person) => {
      await tell(person, "mate");
      await hurry([{ ...person, noticeId: "mate" }]);
    }),
  ]);
  await vi.waitFor(
    async () => {
      for (const person of people)
        expect(await inboxOf(person)).toMatchObject([{ noticeId: "mate", delivery: "sent" }]);
    },
    { timeout: 30_000, interval: 200 },
  );
  const sqs = new SQSClient({});
  const asked = new ReceiveMessageCommand({
    QueueUrl: service.parts.queueUrl("notices-dlq"),
    WaitTimeSeconds: 20,
  });
  const { Messages = [] } = await sqs.send(asked);
  sqs.destroy();
  expect(Messages.map(({ Body = "" }) => JSON.parse(Body) as unknown)).toEqual([
    { type: "leyun.notice.due.v1", data: { poison: true } },
  ]);
});
