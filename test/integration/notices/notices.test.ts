import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NoticeDue } from "#events/contracts/noticeDue.ts";
import { confined } from "#local/access/guard.ts";
import { runJob } from "#local/localRoutes.ts";
import { noticeRoutes } from "#shared/notices/contract.ts";
import { deliveryReceipt } from "#shared/notices/deliver.ts";
import { deliveredAt } from "#shared/notices/notices.ts";
import { type SandboxMessage, sandboxNumbers } from "#shared/notices/sandbox.ts";
import { emptyInbox, outIdOf } from "#shared/notices/store.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { client } from "#shared/platform/dynamo.ts";
import { child } from "../../support/family.ts";
import { sdkError, withFault, withoutQueues } from "../../support/faults.ts";
import { deliverNotices, inboxOf, messageOf, tell } from "../../support/notices.ts";
import { deliver, take, work } from "../../support/queues.ts";
import {
  citizen as anyCitizen,
  good,
  NOON,
  refused,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { accept, cancel, fullEvent, type Holder, join, queueFor } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

let numbers = 0;
/** Somebody with a profile; at a number by which the sandbox shows a provider's mood, where one is named. */
function citizen(mood?: keyof typeof sandboxNumbers) {
  numbers += 1;
  const phone = mood && `${sandboxNumbers[mood]}${String(numbers).padStart(4, "0")}`;
  return anyCitizen(service, phone === undefined ? {} : { phone });
}
const MINUTE = 60;
const HOUR = 60 * MINUTE;

describe("an inbox", () => {
  it("shows what its person was told, in both languages, the latest first, page by page", async () => {
    const me = await citizen();
    for (const noticeId of ["first", "second", "third"]) {
      await tell(me, noticeId);
      service.clock.advance(1);
    }
    const page = (query: object) => good(me.call(noticeRoutes.listNotifications, { query }));
    const latest = await page({ limit: 2 });
    const rest = await page({ limit: 2, cursor: latest.nextCursor ?? "" });
    expect([...latest.items, ...rest.items].map(({ noticeId }) => noticeId)).toEqual([
      "third",
      "second",
      "first",
    ]);
    expect(rest.nextCursor).toBeUndefined();
    expect(rest.items[0]).toMatchObject({
      kind: "refund-paid",
      title: { zh: "退款已到账", en: "Your refund arrived" },
      text: { zh: "“春季联赛”的退款80.00元已到账。" },
      about: "reg_1",
      at: expect.stringMatching(/^2026-06-10T04:00:0/),
      delivery: "due",
    });
  });

  it("is its person's alone", async () => {
    const [me, other] = [await citizen(), await citizen()];
    await tell(me, "mine");
    await tell(me, "mine-too");
    expect(await inboxOf(other)).toEqual([]);
    const path = { noticeId: "mine" };
    expect(await refused(other.call(noticeRoutes.readNotification, { path }))).toBe("404 not-found");
    const { nextCursor: cursor = "" } = await good(
      me.call(noticeRoutes.listNotifications, { query: { limit: 1 } }),
    );
    const query = { limit: 1, cursor };
    expect(await refused(other.call(noticeRoutes.listNotifications, { query }))).toBe("400 invalid-cursor");
    const stranger = service.as("no-profile", ["citizen"]);
    expect(await refused(stranger(noticeRoutes.listNotifications, { query: {} }))).toBe(
      "404 profile-missing",
    );
  });

  it("remembers when something was first read, whatever its delivery does meanwhile", async () => {
    const me = await citizen();
    await tell(me, "read-me");
    const read = () => me.call(noticeRoutes.readNotification, { path: { noticeId: "read-me" } });
    const first = await good(read());
    expect(first.readAt).toBeDefined();
    service.clock.advance(MINUTE);
    await deliverNotices();
    expect(await good(read())).toMatchObject({ readAt: first.readAt, delivery: "delivered" });
    expect(await inboxOf(me)).toMatchObject([{ readAt: first.readAt }]);
  });
});

it("of two who read a notice at once the first is remembered", async () => {
  const me = await citizen();
  await tell(me, "together");
  const read = () => me.call(noticeRoutes.readNotification, { path: { noticeId: "together" } });
  let first: string | undefined;
  await withFault(
    async (command, _, next) => {
      if (command.startsWith("TransactWrite") && first === undefined) {
        first = "";
        service.clock.advance(MINUTE);
        first = (await good(read())).readAt;
      }
      return next();
    },
    () => good(read()),
  );
  expect(await inboxOf(me)).toMatchObject([{ readAt: first }]);
});

describe("a notice", () => {
  it("of one name is one, at whatever time it is posted again", async () => {
    const [me, other] = [await citizen(), await citizen()];
    await tell(me, "once");
    await expect(tell(me, "once")).rejects.toMatchObject({ name: "AlreadyPosted" });
    service.clock.advance(HOUR);
    await expect(tell(me, "once")).rejects.toMatchObject({ name: "AlreadyPosted" });
    // The same event may be told to several.
    await tell(other, "once");
    await deliverNotices();
    expect([await inboxOf(me), await inboxOf(other)]).toMatchObject([[{}], [{}]]);
    expect(messageOf(me, "once")?.times).toBe(1);
  });

  it("is delivered by text message, and says when it arrived", async () => {
    const me = await citizen();
    await tell(me, "arrives");
    expect(await deliveredAt("arrives", me.personId)).toBeUndefined();
    await deliverNotices();
    const [notice] = await inboxOf(me);
    expect(notice).toMatchObject({ delivery: "delivered" });
    expect(notice?.deliveredAt).toMatch(/^2026-06-10T04:00/);
    expect(await deliveredAt("arrives", me.personId)).toBe(notice?.deliveredAt);
    expect(messageOf(me, "arrives")).toMatchObject({
      template: "refund-paid",
      parameters: { of: "春季联赛", amountFen: "80.00元" },
      toMasked: me.profile.phoneMasked,
      times: 1,
    });
    await deliverNotices();
    expect(messageOf(me, "arrives")?.times).toBe(1);
  });

  it("is told in WeChat to whom that reaches, and then not by text message", async () => {
    const me = await citizen("inWechat");
    await tell(me, "wechat");
    await deliverNotices();
    expect(messageOf(me, "wechat", "wechat")).toMatchObject({
      parameters: { thing1: "春季联赛", amount2: "80.00元" },
    });
    expect(messageOf(me, "wechat")).toBeUndefined();
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
  });

  it("can be seen where it went on this machine, with the number masked", async () => {
    const me = await citizen();
    await tell(me, "outbox");
    await deliverNotices();
    const answer = await fetch(`${service.url}/local/outbox`);
    const text = await answer.text();
    const { items } = JSON.parse(text) as { items: SandboxMessage[] };
    expect(items.find(({ outId }) => outId === outIdOf({ ...me, noticeId: "outbox" }, "sms"))).toMatchObject({
      channel: "sms",
      toMasked: me.profile.phoneMasked,
    });
    expect(text).not.toContain(me.input.phone);
  });
});

describe("quiet hours", () => {
  const frozen = { template: "merchant-frozen", facts: { merchant: "动力健身" } } as const;

  it("are waited for by what is not urgent, until 08:00", async () => {
    const me = await citizen();
    service.clock.set(new Date("2026-06-10T22:00:00+08:00"));
    await tell(me, "at-night");
    await tell<"merchant-frozen">(me, "urgent", frozen);
    await deliverNotices();
    expect([messageOf(me, "at-night"), messageOf(me, "urgent")?.times]).toEqual([undefined, 1]);
    service.clock.set(new Date("2026-06-11T07:59:30+08:00"));
    await deliverNotices();
    expect(messageOf(me, "at-night")).toBeUndefined();
    service.clock.set(new Date("2026-06-11T08:00:00+08:00"));
    await deliverNotices();
    expect(messageOf(me, "at-night")?.times).toBe(1);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }, { delivery: "delivered" }]);
  });
});

describe("a message whose outcome is not known", () => {
  it("is sent again under the same name, after the pause, until there is an answer", async () => {
    const me = await citizen("silent");
    await tell(me, "silent");
    await deliverNotices();
    await deliverNotices();
    expect(messageOf(me, "silent")?.times).toBe(1);
    service.clock.advance(MINUTE);
    await deliverNotices();
    expect(messageOf(me, "silent")?.times).toBe(2);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "due" }]);
    service.clock.advance(5 * MINUTE);
    await deliverNotices();
    // One entry by its name, of three sendings.
    expect(messageOf(me, "silent")?.times).toBe(3);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
  });

  /** A run that dies when the message was sent and nothing of it is written. */
  async function dies(): Promise<void> {
    let written = 0;
    await withFault(
      async (command, _, next) => {
        if (!command.startsWith("TransactWrite")) return next();
        written += 1;
        // The attempt is begun, and nothing more is noted.
        if (written > 1) throw sdkError("ServiceUnavailable");
        return next();
      },
      () => runJob("deliverNotices"),
    );
  }

  it("because its worker died between sending and noting it is sent again under the same name", async () => {
    await deliverNotices();
    const me = await citizen();
    await tell(me, "killed");
    await dies();
    expect(messageOf(me, "killed")?.times).toBe(1);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "due" }]);
    service.clock.advance(MINUTE);
    await deliverNotices();
    expect(messageOf(me, "killed")?.times).toBe(2);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
  });

  it("is settled by its receipt where that comes before it would be sent again", async () => {
    await deliverNotices();
    const me = await citizen();
    await tell(me, "reported");
    await dies();
    await deliverNotices();
    service.clock.advance(MINUTE);
    await deliverNotices();
    expect(messageOf(me, "reported")?.times).toBe(1);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
  });
});

it("a person whose data cannot be opened holds nobody up, and is given up in the end", async () => {
  const [me, mate] = [await citizen(), await citizen()];
  const Key = { pk: `PERSON#${me.personId}`, sk: "KEY" };
  await client.send(new DeleteCommand({ TableName: service.parts.tableNames["person-keys"], Key }));
  await tell(me, "unopened");
  await tell(mate, "unopened");
  await deliverNotices();
  expect(await inboxOf(mate)).toMatchObject([{ delivery: "delivered" }]);
  // Five attempts on each of two channels, at noon of so many days.
  for (let attempt = 2; attempt <= 10; attempt += 1) {
    expect(await inboxOf(me)).toMatchObject([{ delivery: "due" }]);
    service.clock.advance(24 * HOUR);
    await deliverNotices();
  }
  service.clock.advance(24 * HOUR);
  await deliverNotices();
  expect(await inboxOf(me)).toMatchObject([{ delivery: "failed" }]);
});

describe("several workers", () => {
  const dueMessage = (personId: string, noticeId: string) => {
    const message: NoticeDue = {
      specversion: "1.0",
      id: "msg_1",
      source: "leyun/notices",
      type: "leyun.notice.due.v1",
      time: NOON.toISOString(),
      data: { personId, noticeId },
    };
    return { messageId: "1", body: JSON.stringify(message), attributes: { ApproximateReceiveCount: "1" } };
  };

  it("of one notice send it once", async () => {
    const me = await citizen();
    await tell(me, "raced");
    const message = dueMessage(me.personId, "raced");
    await Promise.all([
      ...Array.from({ length: 4 }, () => work("notices", [message])),
      deliverNotices(),
      deliverNotices(),
    ]);
    expect(messageOf(me, "raced")?.times).toBe(1);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
  });

  it("of which one was held up for longer than its turn: what it notes too late is not written", async () => {
    const me = await citizen("lost");
    await tell(me, "stale");
    let writes = 0;
    await withFault(
      async (command, _, next) => {
        if (!command.startsWith("TransactWrite")) return next();
        writes += 1;
        if (writes !== 2) return next();
        // Between its sending and its note another takes over and hears that the message did not arrive.
        service.clock.advance(2 * MINUTE);
        await deliverNotices();
        expect(await inboxOf(me)).toMatchObject([{ delivery: "failed" }]);
        return next();
      },
      () => deliverNotices(),
    );
    expect(await inboxOf(me)).toMatchObject([{ delivery: "failed" }]);
    expect(messageOf(me, "stale")?.times).toBe(2);
  });
});

describe("a notice that no channel brings", () => {
  it("stays in the inbox, and never counts as delivered", async () => {
    const me = await citizen("unknown");
    await tell(me, "unreached");
    await deliverNotices();
    expect(await inboxOf(me)).toMatchObject([{ noticeId: "unreached", delivery: "failed" }]);
    expect(await deliveredAt("unreached", me.personId)).toBeUndefined();
  });

  it("because the provider is busy is tried five times in 2 hours and 36 minutes", async () => {
    const me = await citizen("busy");
    await tell(me, "busy");
    for (const pause of [1, 5, 30, 120]) {
      await deliverNotices();
      expect(await inboxOf(me)).toMatchObject([{ delivery: "due" }]);
      service.clock.advance(pause * MINUTE);
    }
    await deliverNotices();
    expect(await inboxOf(me)).toMatchObject([{ delivery: "failed" }]);
  });

  it("as its provider reports later has failed, unless the message arrives after all", async () => {
    const me = await citizen("lost");
    await tell(me, "lost");
    await deliverNotices();
    expect(await inboxOf(me)).toMatchObject([{ delivery: "failed" }]);
    const outId = outIdOf({ ...me, noticeId: "lost" }, "sms");
    await deliveryReceipt(outId, "delivered");
    const arrived = await deliveredAt("lost", me.personId);
    expect(arrived).toMatch(/^2026-06-10T04/);
    service.clock.advance(HOUR);
    for (const said of ["failed", "delivered"] as const) await deliveryReceipt(outId, said);
    expect(await deliveredAt("lost", me.personId)).toBe(arrived);
    await deliveryReceipt("nobody's.sms", "delivered");
  });
});

describe("a place that is offered", () => {
  const offeredIn = (items: Awaited<ReturnType<typeof inboxOf>>) =>
    items.filter(({ kind }) => kind === "registration-offered");

  it("is told in the write of the offer, and delivered at once", async () => {
    await take(service, "notices");
    const waiter = await citizen();
    const event = await fullEvent(service);
    const queued = await join(waiter.call, event);
    await good(cancel(event.holders[0] as Holder));
    expect(await inboxOf(waiter)).toMatchObject([
      { kind: "registration-offered", about: queued.registrationId, delivery: "due" },
    ]);
    await deliver(service, "notices");
    const [notice] = await inboxOf(waiter);
    // What became of it the next run hears.
    expect(notice).toMatchObject({ delivery: "sent" });
    expect(notice?.text.zh).toBe(
      "“平望镇运河健步走”成人组有名额了，为您保留到2026年6月10日 16:00。请在此之前接受，逾期将给下一位。",
    );
    expect(messageOf(waiter, notice?.noticeId ?? "")?.parameters).toEqual({
      event: "平望镇运河健步走",
      until: "6月10日16:00",
    });
  });

  it("is told again when it is offered again, and confirmed to whom accepts it", async () => {
    const waiter = await citizen();
    const event = await fullEvent(service);
    await join(waiter.call, event);
    await good(cancel(event.holders[0] as Holder));
    service.clock.advance(4 * HOUR);
    expect(await runJob("offerPlaces")).toBe(true);
    // The lapsed place is free; somebody has it and gives it back, while the first waits again.
    const [other] = (await queueFor(service, event, 1)) as [Holder];
    await join(waiter.call, event);
    await good(cancel(other));
    const told = offeredIn(await inboxOf(waiter));
    expect(told).toHaveLength(2);
    expect(new Set(told.map(({ noticeId }) => noticeId)).size).toBe(2);
    await good(accept({ call: waiter.call, registrationId: told[0]?.about ?? "" }));
    const kinds = (await inboxOf(waiter)).map(({ kind }) => kind);
    expect(kinds).toEqual(["registration-confirmed", "registration-offered", "registration-offered"]);
  });

  it("is told once to who signed up a party, children among them", async () => {
    const parent = await citizen();
    const kid = await child(parent.call);
    const event = await fullEvent(service, 2);
    await join(parent.call, event, [kid.personId, parent.personId]);
    for (const holder of event.holders) await good(cancel(holder));
    expect(offeredIn(await inboxOf(parent))).toHaveLength(1);
  });

  it("is told by the next run when the queue was away", async () => {
    const waiter = await citizen();
    const event = await fullEvent(service);
    await join(waiter.call, event);
    await withoutQueues(sdkError("AWS.SimpleQueueService.QueueDoesNotExist", { $fault: "client" }), () =>
      good(cancel(event.holders[0] as Holder)),
    );
    await deliverNotices();
    expect(await inboxOf(waiter)).toMatchObject([{ delivery: "delivered" }]);
  });
});

describe("an erased person", () => {
  it("leaves an empty inbox, and what is still on its way goes nowhere", async () => {
    const me = await citizen();
    await tell(me, "before");
    await deliverNotices();
    await tell(me, "on-its-way");
    await good(me.call(peopleRoutes.eraseMe, {}));
    expect(await runJob("releaseErased")).toBe(true);
    expect(await deliveredAt("before", me.personId)).toBeUndefined();
    await deliverNotices();
    expect(messageOf(me, "on-its-way")).toBeUndefined();
    await deliveryReceipt(outIdOf({ ...me, noticeId: "before" }, "sms"), "delivered");
    expect(await deliveredAt("before", me.personId)).toBeUndefined();
  });

  it("who reads, or is being told, at that moment begins no inbox anew", async () => {
    await deliverNotices();
    const me = await citizen();
    await tell(me, "reading");
    const emptied = (work: () => Promise<unknown>, write: number) => {
      let writes = 0;
      return withFault(async (command, _, next) => {
        if (command.startsWith("TransactWrite") && ++writes === write)
          await confined("jobs/releaseErased", () => emptyInbox(me.personId));
        return next();
      }, work);
    };
    const path = { noticeId: "reading" };
    const read = () => me.call(noticeRoutes.readNotification, { path });
    await emptied(async () => expect(await refused(read())).toBe("404 not-found"), 1);
    expect(await inboxOf(me)).toEqual([]);
    await tell(me, "sending");
    await emptied(deliverNotices, 2);
    expect(messageOf(me, "sending")?.times).toBe(1);
    expect(await inboxOf(me)).toEqual([]);
  });

  it("is told nothing afterwards either, and nothing of it is kept", async () => {
    const me = await citizen();
    await good(me.call(peopleRoutes.eraseMe, {}));
    expect(await runJob("releaseErased")).toBe(true);
    await tell(me, "too-late");
    await deliverNotices();
    expect(messageOf(me, "too-late")).toBeUndefined();
    // The name is free again: nothing is left.
    await tell(me, "too-late");
    await deliverNotices();
  });
});
