import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { client } from "#shared/platform/dynamo.ts";
import { webhookRoutes } from "#shared/webhooks/contract.ts";
import { webhookParts } from "#shared/webhooks/events.ts";
import { tableText } from "../../support/contents.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import { merchant, putStaff } from "../../support/merchants.ts";
import { deliver, take, work } from "../../support/queues.ts";
import { type Receiver, startReceiver, verified } from "../../support/receiver.ts";
import { good, refused, startTestService, type TestService } from "../../support/service.ts";
import {
  approved,
  deliveriesOf,
  deliverWebhooks,
  endpointOf,
  post,
  register,
} from "../../support/webhooks.ts";

let service: TestService;
let receiver: Receiver;
/** A verifier compares timestamps with the machine's own clock. */
const begun = new Date();
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  service.clock.set(begun);
  receiver = await startReceiver();
});
afterEach(() => receiver.stop());

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FOREIGN = { merchantId: "mer_01J00000000000000000000000", webhookId: "whk_01J00000000000000000000000" };

/** A merchant whose system is told of approvals. */
async function subscribed() {
  const owner = await merchant(service);
  return { owner, ...(await register(owner, receiver)) };
}

describe("a webhook", () => {
  it("is signed so that its receiver can verify it, and no other body passes", async () => {
    const { owner, path, secret } = await subscribed();
    await post(owner, "approved:1");
    await deliverWebhooks();
    const [got] = receiver.got;
    if (!got) throw new Error("nothing came");
    const event = approved(owner.merchantId);
    expect([got.path, got.headers["content-type"]]).toEqual(["/leyun", "application/json; charset=utf-8"]);
    expect(verified(secret, got)).toEqual(event);
    const forged = got.body.replace("approved", "unfrozen");
    expect(() => verified(secret, { ...got, body: forged })).toThrow("No matching signature");
    for (const [name, value] of [
      ["webhook-id", "msg_other"],
      ["webhook-timestamp", String(Number(got.headers["webhook-timestamp"]) + 1)],
    ] as const)
      expect(() => verified(secret, { ...got, headers: { ...got.headers, [name]: value } })).toThrow();
    const other = await register(owner, receiver);
    expect(() => verified(other.secret, got)).toThrow("No matching signature");
    expect(await deliveriesOf(owner, path)).toMatchObject([
      { status: "delivered", attempts: 1, lastStatus: 204, messageId: got.headers["webhook-id"] },
    ]);
  });

  it("that was delivered is not sent again, nor is an event that is posted twice", async () => {
    const { owner } = await subscribed();
    await post(owner, "approved:1");
    await expect(post(owner, "approved:1")).rejects.toMatchObject({ name: "AlreadyPosted" });
    await Promise.all([deliverWebhooks(), deliverWebhooks(), deliverWebhooks()]);
    service.clock.advance(2 * DAY);
    await deliverWebhooks();
    expect(receiver.got).toHaveLength(1);
    await expect(post(owner, "approved:1")).rejects.toMatchObject({ name: "AlreadyPosted" });
  });

  it("is sent once by several workers, the first time and when it is due again", async () => {
    const { owner } = await subscribed();
    receiver.answers.push(500);
    await post(owner, "approved:1");
    const workers = () => Promise.all([deliverWebhooks(), deliverWebhooks(), deliverWebhooks()]);
    await workers();
    expect(receiver.got).toHaveLength(1);
    service.clock.advance(MINUTE);
    await workers();
    expect(receiver.got).toHaveLength(2);
  });

  it("is handed out by one worker, though another was about to", async () => {
    const { owner, path } = await subscribed();
    await post(owner, "approved:1");
    let overtaken = false;
    await withFault(
      async (command, _, next) => {
        if (command.startsWith("TransactWrite") && !overtaken) {
          overtaken = true;
          await deliverWebhooks();
        }
        return next();
      },
      () => deliverWebhooks(),
    );
    expect(receiver.got).toHaveLength(1);
    expect(await deliveriesOf(owner, path)).toMatchObject([{ status: "delivered", attempts: 1 }]);
  });

  it("goes to those of the merchant's addresses that are told of its kind, and to nobody else's", async () => {
    const owner = await merchant(service);
    const others = await subscribed();
    const body = { url: `${receiver.url}/frozen`, events: ["merchant.frozen" as const] };
    await good(owner.call(webhookRoutes.createWebhook, { path: { merchantId: owner.merchantId }, body }));
    await register(owner, { url: `${receiver.url}/a` });
    await register(owner, { url: `${receiver.url}/b` });
    await post(owner, "approved:1");
    await deliverWebhooks();
    expect(receiver.got.map(({ path }) => path).toSorted()).toEqual(["/leyun/a", "/leyun/b"]);
    // One event has one name, wherever it goes.
    expect(new Set(receiver.got.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(await deliveriesOf(others.owner, others.path)).toEqual([]);
  });

  it("of an event that nobody is told of is done with", async () => {
    const owner = await merchant(service);
    await post(owner, "approved:1");
    await deliverWebhooks();
    await register(owner, receiver);
    await deliverWebhooks();
    expect(receiver.got).toEqual([]);
  });

  it("is at most 64 KB, and says what its kind says", () => {
    const data = { merchantId: "mer_1", reason: "x".repeat(70_000) };
    const timestamp = begun.toISOString();
    expect(() => webhookParts("mer_1", { type: "merchant.frozen", timestamp, data }, "e")).toThrow(
      "too long",
    );
    const loose = { merchantId: "mer_1", phone: "13800000000" };
    const parts = webhookParts("mer_1", { type: "merchant.unfrozen", timestamp, data: loose }, "e");
    expect(JSON.stringify(parts)).not.toContain("13800000000");
  });
});

describe("a webhook that does not arrive", () => {
  it("is sent again after the pause, under the same id, until it does", async () => {
    const { owner, path, secret } = await subscribed();
    receiver.answers.push(500, 302);
    await post(owner, "approved:1");
    await deliverWebhooks();
    await deliverWebhooks();
    expect(receiver.got).toHaveLength(1);
    expect(await deliveriesOf(owner, path)).toMatchObject([
      { status: "due", attempts: 1, lastStatus: 500, nextAttemptAt: expect.any(String) },
    ]);
    expect(await endpointOf(owner, path)).toMatchObject({ failingSince: expect.any(String) });
    for (const pause of [MINUTE, 5 * MINUTE]) {
      service.clock.advance(pause);
      await deliverWebhooks();
    }
    // The redirect was not followed.
    expect(receiver.got.map((got) => got.path)).toEqual(["/leyun", "/leyun", "/leyun"]);
    expect(new Set(receiver.got.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    service.clock.set(begun);
    expect(verified(secret, receiver.got[0] as (typeof receiver.got)[0])).toEqual(approved(owner.merchantId));
    expect(await deliveriesOf(owner, path)).toMatchObject([{ status: "delivered", attempts: 3 }]);
    expect(await endpointOf(owner, path)).not.toHaveProperty("failingSince");
  });

  it("because the receiver is silent is given five seconds", async () => {
    const { owner, path } = await subscribed();
    receiver.answers.push(0);
    await post(owner, "approved:1");
    const since = performance.now();
    await deliverWebhooks();
    expect(performance.now() - since).toBeLessThan(7_000);
    expect(await deliveriesOf(owner, path)).toMatchObject([{ status: "due", lastError: "timeout" }]);
  });

  it("because nobody listens says so", async () => {
    const { owner, path } = await subscribed();
    await receiver.stop();
    await post(owner, "approved:1");
    await deliverWebhooks();
    expect(await deliveriesOf(owner, path)).toMatchObject([{ status: "due", lastError: "unreachable" }]);
  });

  it("holds up neither other receivers nor its own other events for good", async () => {
    const failing = await subscribed();
    const working = await merchant(service);
    await register(working, { url: `${receiver.url}/works` });
    for (let event = 0; event < 30; event += 1) await post(failing.owner, `approved:${event}`);
    await post(working, "approved:1");
    receiver.answers.push(...Array.from({ length: 30 }, () => 500));
    await deliverWebhooks();
    const first = receiver.got.length;
    expect(receiver.got.map((got) => got.path)).toContain("/leyun/works");
    // What came to it in one run while others had failed was left for the next.
    expect(first).toBeLessThan(31);
    receiver.answers.length = 0;
    service.clock.advance(MINUTE);
    await deliverWebhooks();
    const delivered = await deliveriesOf(failing.owner, failing.path);
    expect(delivered.filter(({ status }) => status === "delivered")).toHaveLength(30);
  });

  it("fails after its last attempt, and can be asked for by hand", async () => {
    const { owner, path } = await subscribed();
    await post(owner, "approved:1");
    receiver.answers.push(...Array.from({ length: 8 }, () => 503));
    await deliverWebhooks();
    for (const pause of [MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 24 * HOUR]) {
      service.clock.advance(pause);
      await deliverWebhooks();
    }
    const [failed] = await deliveriesOf(owner, path);
    expect(failed).toMatchObject({ status: "failed", attempts: 7, lastStatus: 503 });
    service.clock.advance(DAY);
    await deliverWebhooks();
    expect(receiver.got).toHaveLength(7);

    const asked = { ...path, deliveryId: failed?.deliveryId ?? "" };
    const retry = (idempotencyKey: string) =>
      owner.call(webhookRoutes.retryWebhookDelivery, { path: asked, idempotencyKey });
    expect(await good(retry("one"))).toMatchObject({ status: "due", attempts: 0 });
    const messages = await take(service, "webhooks");
    // A message that comes twice sends nothing before the next attempt is due.
    for (let times = 0; times < 2; times += 1) await work("webhooks", messages);
    expect(receiver.got).toHaveLength(8);
    expect(await deliveriesOf(owner, path)).toMatchObject([{ status: "due", attempts: 1, lastStatus: 503 }]);
    await good(retry("two"));
    await deliver(service, "webhooks");
    expect(await deliveriesOf(owner, path)).toMatchObject([{ status: "delivered" }]);
    // The same request again says what it said, and sends nothing.
    expect(await good(retry("two"))).toMatchObject({ status: "due" });
    await deliver(service, "webhooks");
    expect(receiver.got).toHaveLength(9);
    expect(await refused(retry("three"))).toBe("409 already-delivered");
    expect(new Set(receiver.got.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("because its worker died between sending and noting it is sent again under the same id", async () => {
    const { owner, path } = await subscribed();
    await post(owner, "approved:1");
    let writes = 0;
    await withFault(
      async (command, _, next) => {
        if (!command.startsWith("TransactWrite")) return next();
        writes += 1;
        // Handed out, begun; then nothing is written any more.
        if (writes > 2) throw sdkError("ServiceUnavailable");
        return next();
      },
      () => runJob("deliverWebhooks"),
    );
    expect(receiver.got).toHaveLength(1);
    await deliverWebhooks();
    expect(receiver.got).toHaveLength(1);
    service.clock.advance(MINUTE);
    await deliverWebhooks();
    expect(receiver.got).toHaveLength(2);
    expect(new Set(receiver.got.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(await deliveriesOf(owner, path)).toMatchObject([{ status: "delivered", attempts: 2 }]);
  });
});

describe("an address", () => {
  const create = (owner: Awaited<ReturnType<typeof merchant>>, url: string, idempotencyKey?: string) =>
    owner.call(webhookRoutes.createWebhook, {
      path: { merchantId: owner.merchantId },
      body: { url, events: ["merchant.approved"] },
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    });

  it("that is not of the public internet is refused when it is registered", async () => {
    const owner = await merchant(service);
    for (const url of [
      "http://shop.example.com/",
      "https://10.0.0.1/",
      "https://localhost/",
      "https://[::1]/",
    ])
      expect(await refused(create(owner, url)), url).toBe("422 webhook-url-refused");
    expect((await good(create(owner, "https://shop.example.com/leyun"))).url).toBe(
      "https://shop.example.com/leyun",
    );
  });

  it.each(["https://localhost", "https://127.0.0.1", "https://[::1]"])(
    "that leads inside is refused when something is sent to it: %s",
    async (inside) => {
      const { owner, path } = await subscribed();
      await client.send(
        new UpdateCommand({
          TableName: service.parts.tableNames.settlement,
          Key: { pk: `MERCHANT#${path.merchantId}`, sk: `WEBHOOK#${path.webhookId}` },
          UpdateExpression: "SET #url = :url",
          ExpressionAttributeNames: { "#url": "url" },
          ExpressionAttributeValues: { ":url": `${inside}:${receiver.port}/` },
        }),
      );
      await post(owner, "approved:1");
      await deliverWebhooks();
      expect(await deliveriesOf(owner, path)).toMatchObject([{ lastError: "address-refused" }]);
      expect(receiver.got).toEqual([]);
    },
  );

  it("that answers 410 is disabled at once, and what waits for it stops", async () => {
    const { owner, path } = await subscribed();
    receiver.answers.push(500, 410);
    await post(owner, "approved:1");
    await deliverWebhooks();
    await post(owner, "approved:2");
    await deliverWebhooks();
    expect(await endpointOf(owner, path)).toMatchObject({ status: "disabled", disabledBecause: "gone" });
    service.clock.advance(HOUR);
    await post(owner, "approved:3");
    await deliverWebhooks();
    expect(receiver.got).toHaveLength(2);
    const deliveries = await deliveriesOf(owner, path);
    expect(deliveries.map(({ status }) => status).toSorted()).toEqual(["failed", "stopped"]);
    const [{ deliveryId } = { deliveryId: "" }] = deliveries;
    const retry = owner.call(webhookRoutes.retryWebhookDelivery, { path: { ...path, deliveryId } });
    expect(await refused(retry)).toBe("409 webhook-disabled");
  });

  it("that nothing reached for five days is disabled, and says so", async () => {
    const { owner, path } = await subscribed();
    for (let day = 0; day <= 5; day += 1) {
      receiver.answers.push(...Array.from({ length: 10 }, () => 500));
      await post(owner, `approved:${day}`);
      await deliverWebhooks();
      if (day < 5) expect(await endpointOf(owner, path)).toMatchObject({ status: "active" });
      service.clock.advance(DAY);
    }
    expect(await endpointOf(owner, path)).toMatchObject({
      status: "disabled",
      disabledBecause: "failing",
      disabledAt: expect.any(String),
    });
  });

  it("that is removed is sent nothing more, not even what was under way", async () => {
    const { owner, path } = await subscribed();
    receiver.answers.push(500);
    await post(owner, "approved:1");
    await deliverWebhooks();
    const remove = () => owner.call(webhookRoutes.deleteWebhook, { path });
    expect(await good(remove())).toEqual({ webhookId: path.webhookId, status: "deleted" });
    service.clock.advance(DAY);
    await post(owner, "approved:2");
    await deliverWebhooks();
    expect(receiver.got).toHaveLength(1);
    expect(await refused(remove())).toBe("404 not-found");
    expect(await endpointOf(owner, path)).toBeUndefined();
  });

  it("that is removed while something is sent to it stays removed", async () => {
    const { owner, path } = await subscribed();
    receiver.answers.push(500);
    receiver.meanwhile = () => good(owner.call(webhookRoutes.deleteWebhook, { path }));
    await post(owner, "approved:1");
    await deliverWebhooks();
    expect(receiver.got).toHaveLength(1);
    expect(await endpointOf(owner, path)).toBeUndefined();
    service.clock.advance(MINUTE);
    await deliverWebhooks();
    expect(receiver.got).toHaveLength(1);
  });

  it("is one of ten at most", async () => {
    const owner = await merchant(service);
    for (let count = 0; count < 10; count += 1) await good(create(owner, receiver.url));
    expect(await create(owner, receiver.url)).toMatchObject({
      status: 422,
      body: { type: "/problems/too-many-webhooks", max: 10 },
    });
  });

  it("is registered once for one request, whose answer shows the same secret again", async () => {
    const owner = await merchant(service);
    const first = await good(create(owner, receiver.url, "one"));
    expect(first.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await good(create(owner, receiver.url, "one"))).toEqual(first);
    const listed = await owner.call(webhookRoutes.listWebhooks, { path: { merchantId: owner.merchantId } });
    expect(JSON.stringify(listed.body)).not.toContain("whsec_");
    for (const table of ["settlement", "operations"] as const)
      expect(await tableText(service, table), table).not.toContain(first.secret.slice(6));
  });
});

describe("a secret that is changed", () => {
  it("signs at once, the one before beside it for a day, and none before that", async () => {
    const { owner, path, secret: first } = await subscribed();
    const rotate = () => owner.call(webhookRoutes.rotateWebhookSecret, { path });
    const { secret: second, previousSecretUntil } = await good(rotate());
    expect(second).not.toBe(first);
    expect(await endpointOf(owner, path)).toMatchObject({ previousSecretUntil });
    const told = async (eventId: string) => {
      await post(owner, eventId);
      await deliverWebhooks();
      return receiver.got.at(-1) as (typeof receiver.got)[0];
    };
    const both = await told("approved:1");
    expect(both.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    for (const secret of [first, second]) expect(verified(secret, both)).toEqual(approved(owner.merchantId));

    const { secret: third } = await good(rotate());
    const latest = await told("approved:2");
    expect(() => verified(first, latest)).toThrow();
    for (const secret of [second, third]) expect(verified(secret, latest)).toMatchObject({ data: {} });

    service.clock.advance(DAY);
    const alone = await told("approved:3");
    expect(alone.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
    expect(await endpointOf(owner, path)).not.toHaveProperty("previousSecretUntil");
  });

  it("is another for each of two who change it at once", async () => {
    const { owner, path } = await subscribed();
    const answers = await Promise.all(
      ["one", "two", "three"].map((idempotencyKey) =>
        owner.call(webhookRoutes.rotateWebhookSecret, { path, idempotencyKey }),
      ),
    );
    const secrets = answers.flatMap((answer) => (answer.ok ? [answer.body.secret] : []));
    expect(secrets.length).toBeGreaterThan(0);
    expect(new Set(secrets).size).toBe(secrets.length);
    for (const { ok, status } of answers) expect(ok ? 200 : 409).toBe(status);
  });

  it("is changed once for one request", async () => {
    const { owner, path } = await subscribed();
    const rotate = (idempotencyKey: string) =>
      owner.call(webhookRoutes.rotateWebhookSecret, { path, idempotencyKey });
    const [first, same] = await Promise.all([good(rotate("one")), good(rotate("one"))]);
    expect(same).toEqual(first);
    expect(await good(rotate("two"))).not.toEqual(first);
  });
});

describe("whoever manages a merchant's webhooks", () => {
  const asks = (call: Awaited<ReturnType<typeof merchant>>["call"], path = FOREIGN) => {
    const { merchantId } = path;
    const body = { url: "https://shop.example.com/", events: ["merchant.approved" as const] };
    const deliveryId = "whd_01J00000000000000000000000";
    return [
      () => call(webhookRoutes.createWebhook, { path: { merchantId }, body }),
      () => call(webhookRoutes.listWebhooks, { path: { merchantId } }),
      () => call(webhookRoutes.deleteWebhook, { path }),
      () => call(webhookRoutes.rotateWebhookSecret, { path }),
      () => call(webhookRoutes.listWebhookDeliveries, { path, query: {} }),
      () => call(webhookRoutes.retryWebhookDelivery, { path: { ...path, deliveryId } }),
    ];
  };

  it("is a manager of it: a stranger finds nothing, and no other merchant's manager either", async () => {
    const { path } = await subscribed();
    const { call: other, merchantId } = await merchant(service);
    for (const ask of [...asks(service.as("stranger", ["citizen"]), path), ...asks(other, path)])
      expect(await refused(ask())).toBe("404 not-found");
    // Under a merchant of one's own there is no webhook of another's.
    for (const ask of asks(other, { ...path, merchantId }).slice(2))
      expect(await refused(ask())).toBe("404 not-found");
  });

  it("is no cashier, and nobody whose place was taken back; hard case 13", async () => {
    const { owner, path } = await subscribed();
    await putStaff(owner.merchantId, "till", { role: "cashier", status: "active" });
    for (const ask of asks(service.as("till", ["merchant"]), path))
      expect(await refused(ask())).toBe("403 forbidden");
    const body = { url: receiver.url, events: ["merchant.approved" as const] };
    const create = { path: { merchantId: owner.merchantId }, body, idempotencyKey: "before" };
    await good(owner.call(webhookRoutes.createWebhook, create));
    await putStaff(owner.merchantId, owner.sub, { role: "manager", status: "revoked" });
    for (const ask of asks(owner.call, path)) expect(await refused(ask())).toBe("403 actor-suspended");
    // Not even by a request that was answered before, which would show a secret.
    expect(await refused(owner.call(webhookRoutes.createWebhook, create))).toBe("403 actor-suspended");
  });

  it("reads what was sent page by page", async () => {
    const { owner, path } = await subscribed();
    for (const event of ["a", "b", "c"]) {
      const at = new Date(begun.getTime() + event.charCodeAt(0)).toISOString();
      await post(owner, event, approved(owner.merchantId, at));
      service.clock.advance(1);
    }
    await deliverWebhooks();
    const page = (query: object) => good(owner.call(webhookRoutes.listWebhookDeliveries, { path, query }));
    const first = await page({ limit: 2 });
    const second = await page({ limit: 2, cursor: first.nextCursor ?? "" });
    const shown = [...first.items, ...second.items].map(({ at }) => at);
    expect(shown).toEqual(shown.toSorted().toReversed());
    expect(shown).toHaveLength(3);
    const query = { limit: 2, cursor: first.nextCursor ?? "" };
    const other = await register(owner, receiver);
    expect(await refused(owner.call(webhookRoutes.listWebhookDeliveries, { path: other.path, query }))).toBe(
      "400 invalid-cursor",
    );
  });
});
