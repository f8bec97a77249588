import { runJob } from "#local/localRoutes.ts";
import { noticeRoutes } from "#shared/notices/contract.ts";
import { noticeParts, type Told } from "#shared/notices/notices.ts";
import { type SandboxMessage, sandboxOutbox } from "#shared/notices/sandbox.ts";
import { outIdOf } from "#shared/notices/store.ts";
import type { Channel } from "#shared/notices/template.ts";
import type { TemplateKey } from "#shared/notices/templates.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { good, type TestService } from "./service.ts";

type Someone = { personId: string };

/** Tells somebody something, as a context does beside an effect of its own. */
export async function tell<Key extends TemplateKey = "refund-paid">(
  { personId }: Someone,
  noticeId: string,
  of: Partial<Told<Key>> = {},
): Promise<void> {
  const told = {
    template: "refund-paid",
    facts: { of: "春季联赛", amountFen: 8_000 },
    about: "reg_1",
    ...of,
  };
  await dynamo.commit(noticeParts({ to: personId, noticeId, ...told } as Told<Key>));
}

/** What the sandbox sent of a notice, or `undefined`. */
export const messageOf = (
  { personId }: Someone,
  noticeId: string,
  channel: Channel = "sms",
): SandboxMessage | undefined =>
  sandboxOutbox().find(({ outId }) => outId === outIdOf({ personId, noticeId }, channel));

/** One tick of the job that delivers. */
export async function deliverNotices(): Promise<void> {
  if (!(await runJob("deliverNotices"))) throw new Error("notices could not be delivered");
}

/** Everything in an inbox, latest first. */
export const inboxOf = async ({ call }: { call: ReturnType<TestService["as"]> }) =>
  (await good(call(noticeRoutes.listNotifications, { query: { limit: 100 } }))).items;
