import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { child } from "../../support/family.ts";
import { sdkError, withFault, withoutQueues } from "../../support/faults.ts";
import { type Delivered, deliver, take, work } from "../../support/queues.ts";
import {
  citizen,
  good,
  NOON,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability, cancel, changed } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

interface Accepted {
  call: Client;
  registrationId: string;
  ticket: string;
}

async function rush(capacity = 5, of: Record<string, unknown> = {}) {
  const groups = [{ name: "成人组", capacity, ...of }];
  const { path, groupIds } = await publishedEvent(service, { groups, mode: "queued" });
  return { path, groupId: groupIds[0] ?? "" };
}

type Rush = Awaited<ReturnType<typeof rush>>;

async function accepted(
  call: Client,
  { path, groupId }: Rush,
  more: Parameters<typeof signUp>[3] = {},
): Promise<Accepted> {
  const answer = await good(signUp(call, path, groupId, more));
  if (answer.status !== "queued") throw new Error(`was not queued but ${answer.status}`);
  return { call, ...answer };
}

const someone = async (): Promise<Client> => (await citizen(service)).call;

const ask = ({ call, registrationId, ticket }: Accepted) =>
  call(registrationRoutes.getRegistration, { path: { registrationId }, query: { ticket } });

/** What the ticket says now: a status, or a refusal. */
async function told(of: Accepted): Promise<string> {
  const answer = await ask(of);
  return answer.ok ? answer.body.status : refused(Promise.resolve(answer));
}

const held = async ({ path }: Rush) => (await availability(service, path))[0]?.held;

describe("a sign-up in a rush", () => {
  it("is accepted with a ticket, to be asked for again in one to three seconds, until it is served", async () => {
    const event = await rush();
    const call = await someone();
    const answer = await signUp(call, event.path, event.groupId);
    expect([answer.status, answer.ok && answer.body.status]).toEqual([202, "queued"]);
    expect(["1", "2", "3"]).toContain(answer.headers.get("retry-after"));
    const { registrationId, ticket } = answer.body as { registrationId: string; ticket: string };
    expect(answer.headers.get("location")).toBe(`/v1/registrations/${registrationId}?ticket=${ticket}`);
    const waiting = await ask({ call, registrationId, ticket });
    expect(waiting.body).toMatchObject({ registrationId, status: "queued" });
    expect(["1", "2", "3"]).toContain(waiting.headers.get("retry-after"));
    await deliver(service, "sign-ups");
    const served = await ask({ call, registrationId, ticket });
    expect(served.body).toMatchObject({ registrationId, status: "confirmed" });
    expect(served.headers.get("retry-after")).toBeNull();
  });

  it("has no registration before it is served but for who shows the ticket", async () => {
    const event = await rush();
    const { call, registrationId } = await accepted(await someone(), event);
    const read = () => call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} });
    expect(await refused(read())).toBe("404 not-found");
    await deliver(service, "sign-ups");
    expect(await good(read())).toMatchObject({ status: "confirmed" });
  });

  it("pressed twice takes one place, and is answered by the registration from then on", async () => {
    const event = await rush();
    const call = await someone();
    const key = { idempotencyKey: crypto.randomUUID() };
    const [first, second] = [await accepted(call, event, key), await accepted(call, event, key)];
    expect(second.registrationId).toBe(first.registrationId);
    await deliver(service, "sign-ups");
    expect([await told(first), await told(second)]).toEqual(["confirmed", "confirmed"]);
    const third = await signUp(call, event.path, event.groupId, key);
    expect([third.status, third.ok && third.body.status]).toEqual([201, "confirmed"]);
    expect(await held(event)).toBe(1);
  });

  it("under two keys takes one place", async () => {
    const event = await rush();
    const call = await someone();
    const both = [await accepted(call, event), await accepted(call, event)];
    await deliver(service, "sign-ups");
    expect(await Promise.all(both.map(told))).toEqual(["confirmed", "confirmed"]);
    expect(await held(event)).toBe(1);
  });

  it("is told that it is full for good, also when a place came back since", async () => {
    const event = await rush(1);
    const [first, second] = [await accepted(await someone(), event), await accepted(await someone(), event)];
    const messages = await take(service, "sign-ups");
    expect(await work("sign-ups", messages)).toEqual([]);
    expect([await told(first), await told(second)]).toEqual(["confirmed", "409 event-full"]);
    await good(cancel(first));
    // The queue may hand a message over again.
    expect(await work("sign-ups", messages)).toEqual([]);
    expect([await told(first), await told(second)]).toEqual(["cancelled", "409 event-full"]);
    service.clock.advance(2);
    const third = await accepted(await someone(), event);
    await deliver(service, "sign-ups");
    expect(await told(third)).toBe("confirmed");
  });

  it("is refused at once, without a message, when it was full a moment ago", async () => {
    const event = await rush(1);
    await accepted(await someone(), event);
    service.clock.advance(1);
    await accepted(await someone(), event);
    await deliver(service, "sign-ups");
    service.clock.advance(2);
    expect(await refused(signUp(await someone(), event.path, event.groupId))).toBe("409 event-full");
    expect(await take(service, "sign-ups")).toEqual([]);
  });

  it("hard case 10: that the queue does not take is to come back, and is then accepted", async () => {
    const event = await rush();
    const call = await someone();
    const key = { idempotencyKey: crypto.randomUUID() };
    const away = [
      sdkError("ServiceUnavailable", { $fault: "server" }),
      sdkError("RequestThrottled", { $fault: "client" }),
      sdkError("Error", { code: "ECONNREFUSED" }),
    ];
    for (const error of away) {
      const answer = await withoutQueues(error, () => signUp(call, event.path, event.groupId, key));
      expect(await refused(Promise.resolve(answer))).toBe("503 temporarily-unavailable");
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    const asked = await accepted(call, event, key);
    await deliver(service, "sign-ups");
    expect(await told(asked)).toBe("confirmed");
  });

  it("after one that was cancelled is told of anew, not of the old one", async () => {
    const event = await rush();
    const first = await accepted(await someone(), event);
    await deliver(service, "sign-ups");
    await good(cancel(first));
    service.clock.advance(1);
    const second = await accepted(first.call, event);
    expect(await told(second)).toBe("queued");
    await deliver(service, "sign-ups");
    expect(await told(second)).toBe("confirmed");
    expect(await held(event)).toBe(1);
  });
});

describe("a message of the queue", () => {
  it.each(["oneself", "a child"])(
    "for %s that comes again after the place was given back takes none",
    async (whom) => {
      const event = await rush();
      const call = await someone();
      const participant = whom === "a child" ? { participantId: (await child(call)).personId } : {};
      const asked = await accepted(call, event, participant);
      const messages = await take(service, "sign-ups");
      await work("sign-ups", messages);
      await good(cancel(asked));
      expect(await work("sign-ups", messages)).toEqual([]);
      expect(await told(asked)).toBe("cancelled");
      expect(await held(event)).toBe(0);
    },
  );

  it("twice in one delivery takes one place", async () => {
    const event = await rush();
    await accepted(await someone(), event);
    const messages = await take(service, "sign-ups");
    expect(await work("sign-ups", [...messages, ...messages])).toEqual([]);
    expect(await held(event)).toBe(1);
  });

  it("hard case 57: that is none comes again, and its batch mates are served", async () => {
    const event = await rush();
    const people = [await accepted(await someone(), event), await accepted(await someone(), event)];
    const [first, second] = (await take(service, "sign-ups")) as [Delivered, Delivered];
    const poison = { ...first, messageId: "poison", body: JSON.stringify({ type: "leyun.nothing" }) };
    const broken = { ...first, messageId: "broken", body: "{" };
    expect(await work("sign-ups", [first, poison, broken, second])).toEqual(["poison", "broken"]);
    expect(await Promise.all(people.map(told))).toEqual(["confirmed", "confirmed"]);
  });

  it("of an event that is no more is done with, and those of others beside it are served", async () => {
    const event = await rush();
    const one = await accepted(await someone(), event);
    const [message] = (await take(service, "sign-ups")) as [Delivered];
    const elsewhere = message.body.replaceAll(event.path.eventId, "evt_01J00000000000000000000000");
    const lost = { ...message, messageId: "lost", body: elsewhere };
    expect(await work("sign-ups", [lost, message])).toEqual([]);
    expect(await told(one)).toBe("confirmed");
  });

  it("comes again when the store is away, and then is served", async () => {
    const event = await rush();
    const one = await accepted(await someone(), event);
    const messages = await take(service, "sign-ups");
    const again = await withFault(
      async (command, _, next) => {
        if (command.startsWith("TransactWrite")) throw sdkError("ServiceUnavailable");
        return next();
      },
      () => work("sign-ups", messages),
    );
    expect(again).toEqual(messages.map(({ messageId }) => messageId));
    expect(await told(one)).toBe("queued");
    expect(await work("sign-ups", messages)).toEqual([]);
    expect(await told(one)).toBe("confirmed");
  });

  it("that was not worked on for fifteen minutes is over, for the worker and for who asks alike", async () => {
    const event = await rush();
    const late = await accepted(await someone(), event);
    service.clock.advance(899);
    expect(await told(late)).toBe("queued");
    service.clock.advance(2);
    expect(await told(late)).toBe("409 ticket-expired");
    await deliver(service, "sign-ups");
    expect(await told(late)).toBe("409 ticket-expired");
    expect(await held(event)).toBe(0);
    const again = await accepted(late.call, event);
    await deliver(service, "sign-ups");
    expect(await told(again)).toBe("confirmed");
  });

  it("is judged by when it was accepted, not by when it is served", async () => {
    service.clock.set(new Date("2026-06-30T23:59:58.000Z"));
    const event = await rush();
    const inTime = await accepted(await someone(), event);
    service.clock.advance(10);
    expect(await refused(signUp(await someone(), event.path, event.groupId))).toBe("409 signup-closed");
    await deliver(service, "sign-ups");
    expect(await told(inTime)).toBe("confirmed");
  });

  it("is judged by the event as it is when it is served, by the worker and who asks alike", async () => {
    const event = await rush();
    const one = await accepted(await someone(), event);
    const statements = [{ statementId: "safety", version: "1", title: "安全", text: "注意安全" }];
    await good(changed(service, event.path, { statements }));
    expect(await told(one)).toBe("422 consent-required");
    await deliver(service, "sign-ups");
    expect(await told(one)).toBe("422 consent-required");
    expect(await held(event)).toBe(0);
  });
});

describe("a ticket", () => {
  it("is for the one registration it was given for, and for who may see that", async () => {
    const event = await rush();
    const [one, other] = [await accepted(await someone(), event), await accepted(await someone(), event)];
    expect(await told({ ...one, ticket: other.ticket })).toBe("403 ticket-invalid");
    expect(await told({ ...one, ticket: `${one.ticket}A` })).toBe("403 ticket-invalid");
    expect(await told({ ...one, ticket: "" })).toBe("403 ticket-invalid");
    expect(await told({ ...one, call: other.call })).toBe("404 not-found");
    await deliver(service, "sign-ups");
    expect(await told({ ...one, call: other.call })).toBe("404 not-found");
  });

  it("of a child's sign-up is asked with by the parent", async () => {
    const event = await rush();
    const call = await someone();
    const { personId } = await child(call);
    const asked = await accepted(call, event, { participantId: personId });
    await deliver(service, "sign-ups");
    const answer = await good(ask(asked));
    expect(answer).toMatchObject({ status: "confirmed", participantId: personId });
  });
});
