import { generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { peopleRoutes } from "#shared/people/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import {
  citizen,
  eventInput,
  good,
  ORGANISER,
  organiser,
  publishedEvent,
  refused,
  signUp,
  somebody,
  startTestService,
  type TestService,
} from "../../support/service.ts";

let service: TestService;
let token: string;
beforeAll(async () => {
  service = await startTestService();
  token = await service.issuer.token({
    sub: "raw",
    roles: ["citizen", "organiser"],
    org: ORGANISER.org,
    expiresInSeconds: 86_400,
  });
});
afterAll(() => service.stop());

/** A request as bytes, and the problem it meets. */
async function raw(
  method: string,
  path: string,
  of: { body?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(service.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      "idempotency-key": crypto.randomUUID(),
      ...(of.body !== undefined && { "content-type": "application/json" }),
      ...of.headers,
    },
    ...(of.body !== undefined && { body: of.body }),
  });
  const text = await response.text();
  const { type = "", ...rest } = text.startsWith("{") ? JSON.parse(text) : {};
  return {
    said: `${response.status} ${String(type).replace("/problems/", "")}`.trim(),
    headers: response.headers,
    rest,
    text,
  };
}

const event = (change: object = {}) => JSON.stringify({ ...eventInput(), ...change });

describe("what is wrong with a request is told before anything is done", () => {
  it("hard case 1: malformed JSON and duplicate names", async () => {
    expect((await raw("POST", "/v1/events", { body: "{" })).said).toBe("400 malformed-json");
    const twice = event().replace("{", '{"name":"x",');
    expect((await raw("POST", "/v1/events", { body: twice })).said).toBe("400 malformed-json");
  });

  it("hard case 2: another content type", async () => {
    const { said } = await raw("POST", "/v1/events", {
      body: event(),
      headers: { "content-type": "text/plain" },
    });
    expect(said).toBe("415 unsupported-media-type");
  });

  it("hard case 3: too large, too deep", async () => {
    expect((await raw("POST", "/v1/events", { body: event({ name: "x".repeat(300_000) }) })).said).toBe(
      "413 payload-too-large",
    );
    const deep = event({ name: JSON.parse("[".repeat(30) + "]".repeat(30)) });
    expect((await raw("POST", "/v1/events", { body: deep })).said).toBe("400 malformed-json");
  });

  it("hard case 4: a field the operation does not know, in body and address", async () => {
    const { said, rest } = await raw("POST", "/v1/events", { body: event({ role: "admin" }) });
    expect(said).toBe("400 unknown-field");
    expect(rest.errors).toEqual([{ pointer: "/role", message: "无法识别的字段" }]);
    expect((await raw("GET", "/v1/events?balance=1")).said).toBe("400 unknown-field");
    const group = event({ groups: [{ name: "a", capacity: 1, balance: 5 }] });
    expect((await raw("POST", "/v1/events", { body: group })).rest.errors[0].pointer).toBe(
      "/groups/0/balance",
    );
  });

  it("hard case 5: strings that are not what they look like, in body, address and path", async () => {
    expect((await raw("POST", "/v1/events", { body: event({ name: "a\u202Eb" }) })).said).toBe(
      "400 invalid-string",
    );
    expect((await raw("POST", "/v1/events", { body: '{"__proto__":{}}' })).said).toBe("400 invalid-string");
    expect((await raw("GET", "/v1/events?q=%00")).said).toBe("400 invalid-string");
    expect((await raw("GET", "/v1/events/%E2%80%AE")).said).toBe("400 invalid-string");
  });

  it("hard case 6: another method is told which methods there are", async () => {
    const { said, headers } = await raw("DELETE", "/v1/events");
    expect(said).toBe("405 method-not-allowed");
    expect(headers.get("allow")?.split(", ").sort()).toEqual(["GET", "POST"]);
    expect((await raw("GET", "/v1/nothing")).said).toBe("404 not-found");
  });

  it("hard case 7: a cursor altered, of another list or another tenant", async () => {
    await publishedEvent(service, { name: "第一届测试" });
    await publishedEvent(service, { name: "第二届测试" });
    const mine = `/v1/organisers/${ORGANISER.org}/events?limit=1`;
    const { nextCursor } = JSON.parse((await raw("GET", mine)).text) as { nextCursor: string };
    expect((await raw("GET", `${mine}&cursor=${nextCursor}`)).said).toBe("200");
    const altered = nextCursor.replace(/^./, (first) => (first === "e" ? "f" : "e"));
    for (const cursor of [altered, "x", `${nextCursor}x`, ".", "e30."])
      expect((await raw("GET", `${mine}&cursor=${encodeURIComponent(cursor)}`)).said).toBe(
        "400 invalid-cursor",
      );
    expect((await raw("GET", `/v1/events?limit=1&cursor=${nextCursor}`)).said).toBe("400 invalid-cursor");
    const other = organiser(service, "org-other");
    const path = { orgId: "org-other" };
    expect(
      await refused(other(registrationRoutes.listOrganiserEvents, { path, query: { cursor: nextCursor } })),
    ).toBe("400 invalid-cursor");
  });

  it("hard case 8: a limit of 0, -1, 1e9 or no number", async () => {
    for (const limit of ["0", "-1", "1e9", "abc", "1.5", ""])
      expect((await raw("GET", `/v1/events?limit=${limit}`)).said).toBe("400 invalid-parameter");
  });

  it("hard case 9: too many tries at a document are slowed down, with a time to come back", async () => {
    const call = service.as("guesser", ["citizen"]);
    const guess = () => call(peopleRoutes.putMe, { body: { ...somebody(), idNumber: "320599199003070011" } });
    const answers = await Promise.all(Array.from({ length: 35 }, guess));
    const slow = answers.filter(({ status }) => status === 429);
    expect(slow).toHaveLength(5);
    expect(Number(slow[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    service.clock.advance(3600);
    expect(await refused(guess())).toBe("422 invalid-identity-number");
  });

  it("hard case 10: a store that throttles or is away is 503 with a time to come back, and a replay finds the effect or makes it", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const { call } = await citizen(service);
    const idempotencyKey = crypto.randomUUID();
    const again = () => signUp(call, path, groupIds[0] ?? "", { idempotencyKey });
    for (const error of [sdkError("ThrottlingException"), sdkError("Error", { code: "ECONNREFUSED" })]) {
      const away = await withFault(async (command, _, next) => {
        if (command === "TransactWriteItemsCommand" || command === "TransactWriteCommand") throw error;
        return next();
      }, again);
      expect([away.status, (away.body as { type: string }).type]).toEqual([
        503,
        "/problems/temporarily-unavailable",
      ]);
      expect(Number(away.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await good(again())).status).toBe("confirmed");
  });
});

describe("who calls", () => {
  const claims = () => {
    const now = Math.floor(service.clock.now().getTime() / 1000);
    return {
      iss: service.url,
      aud: "leyun",
      sub: "x",
      roles: ["citizen"],
      iat: now,
      nbf: now,
      exp: now + 60,
    };
  };
  const answer = async (authorization: string | undefined) => {
    const response = await fetch(`${service.url}/v1/me`, { headers: authorization ? { authorization } : {} });
    return [response.status, await response.json()];
  };
  const refusal = [401, { message: "Unauthorized" }];

  it("hard case 11: no token, an expired one, one of the future", async () => {
    const { token: sign } = service.issuer;
    const good = { sub: "x", roles: ["citizen" as const] };
    expect(await answer(undefined)).toEqual(refusal);
    expect(await answer("Bearer ")).toEqual(refusal);
    expect(await answer(`Bearer ${await sign({ ...good, expiresInSeconds: -1 })}`)).toEqual(refusal);
    const notBefore = new Date(service.clock.now().getTime() + 60_000);
    expect(await answer(`Bearer ${await sign({ ...good, notBefore })}`)).toEqual(refusal);
    expect((await answer(`Bearer ${await sign(good)}`))[0]).toBe(404);
  });

  it("hard case 12: alg none, HS256, another issuer, audience or key", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const hs = new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "x" }).sign(Buffer.alloc(32));
    const foreign = new SignJWT(claims())
      .setProtectedHeader({ alg: "RS256", kid: "unknown" })
      .sign(privateKey);
    for (const forged of [new UnsecuredJWT(claims()).encode(), await hs, await foreign])
      expect(await answer(`Bearer ${forged}`)).toEqual(refusal);
  });

  it("an unauthenticated call that reaches a handler all the same is refused there", async () => {
    const { handler } = await import("#functions/people/citizen.ts");
    const event = {
      routeKey: "GET /v1/me",
      rawPath: "/v1/me",
      headers: {},
      requestContext: { requestId: "1", http: {} },
    } as unknown as Parameters<typeof handler>[0];
    const result = await handler(event, {} as Parameters<typeof handler>[1]);
    expect(result.statusCode).toBe(401);
    expect(JSON.parse(result.body ?? "").type).toBe("/problems/unauthenticated");
  });
});

describe("one request, one effect", () => {
  it("hard case 15: a POST without a key", async () => {
    const { said } = await raw("POST", "/v1/events", { body: event(), headers: { "idempotency-key": "" } });
    expect(said).toBe("400 idempotency-key-required");
  });

  it("hard case 16: the same key with another body, in both places where keys are kept", async () => {
    const call = organiser(service);
    const idempotencyKey = crypto.randomUUID();
    await good(call(registrationRoutes.createEvent, { body: eventInput(), idempotencyKey }));
    const other = call(registrationRoutes.createEvent, {
      body: eventInput({ name: "别的名字" }),
      idempotencyKey,
    });
    expect(await refused(other)).toBe("422 idempotency-key-reused");

    const groups = [
      { name: "甲", capacity: 5 },
      { name: "乙", capacity: 5 },
    ];
    const { path, groupIds } = await publishedEvent(service, { groups });
    const { call: me } = await citizen(service);
    await good(signUp(me, path, groupIds[0] ?? "", { idempotencyKey }));
    expect(await refused(signUp(me, path, groupIds[1] ?? "", { idempotencyKey }))).toBe(
      "422 idempotency-key-reused",
    );
  });

  it("hard case 17: the same key a hundred times at once has one effect and one answer", async () => {
    const call = organiser(service, "org-parallel");
    const idempotencyKey = crypto.randomUUID();
    const create = () => call(registrationRoutes.createEvent, { body: eventInput(), idempotencyKey });
    const answers = await Promise.all(Array.from({ length: 100 }, create));
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    const { items } = await good(
      call(registrationRoutes.listOrganiserEvents, { path: { orgId: "org-parallel" }, query: {} }),
    );
    expect(items).toHaveLength(1);
  });

  it("hard case 17: a conflict that outlasts the retries is told to come back", async () => {
    const conflict = sdkError("TransactionCanceledException", {
      CancellationReasons: [{ Code: "TransactionConflict" }],
    });
    const { TransactionCanceledException } = await import("@aws-sdk/client-dynamodb");
    Object.setPrototypeOf(conflict, TransactionCanceledException.prototype);
    const call = organiser(service);
    const busy = await withFault(
      async (command, _, next) => {
        if (command.startsWith("TransactWrite")) throw conflict;
        return next();
      },
      () => call(registrationRoutes.createEvent, { body: eventInput() }),
    );
    expect([busy.status, (busy.body as { type: string }).type]).toEqual([
      409,
      "/problems/request-in-progress",
    ]);
    expect(busy.headers.get("retry-after")).toBe("1");
  });

  it("hard case 18: an answer lost on its way from the store is found again, by the service and by the caller", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const { call } = await citizen(service);
    const idempotencyKey = crypto.randomUUID();
    let lost = 0;
    const first = await withFault(
      async (command, _, next) => {
        const result = await next();
        if (!command.startsWith("TransactWrite") || lost > 0) return result;
        lost += 1;
        throw sdkError("Error", { code: "ECONNRESET" });
      },
      () => good(signUp(call, path, groupIds[0] ?? "", { idempotencyKey })),
    );
    expect(lost).toBe(1);
    expect(await good(signUp(call, path, groupIds[0] ?? "", { idempotencyKey }))).toEqual(first);
    const { groups } = await good(service.anyone(registrationRoutes.getAvailability, { path }));
    expect(groups[0]?.held).toBe(1);
  });

  it("hard case 19: the same key of another caller is another request", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const [a, b] = [await citizen(service), await citizen(service)];
    const idempotencyKey = "the-same";
    const one = await good(signUp(a.call, path, groupIds[0] ?? "", { idempotencyKey }));
    const two = await good(signUp(b.call, path, groupIds[0] ?? "", { idempotencyKey }));
    expect(one.registrationId).not.toBe(two.registrationId);
  });

  it("hard case 62: a refusal is not remembered: judged anew when a place came free", async () => {
    const { path, groupIds } = await publishedEvent(service, { groups: [{ name: "一", capacity: 1 }] });
    const [a, b] = [await citizen(service), await citizen(service)];
    const held = await good(signUp(a.call, path, groupIds[0] ?? ""));
    const idempotencyKey = crypto.randomUUID();
    expect(await refused(signUp(b.call, path, groupIds[0] ?? "", { idempotencyKey }))).toBe("409 event-full");
    await good(
      a.call(registrationRoutes.cancelRegistration, { path: { registrationId: held.registrationId } }),
    );
    expect((await good(signUp(b.call, path, groupIds[0] ?? "", { idempotencyKey }))).status).toBe(
      "confirmed",
    );
  });
});

describe("edits", () => {
  it("hard case 31: name the version they are based on", async () => {
    const call = organiser(service);
    const draft = await good(call(registrationRoutes.createEvent, { body: eventInput() }));
    const path = { eventId: draft.eventId };
    const change = (ifMatch?: number) =>
      call(registrationRoutes.changeEvent, {
        path,
        body: { name: "改名" },
        ...(ifMatch !== undefined && { ifMatch }),
      });
    expect(await refused(change())).toBe("428 precondition-required");
    expect(await refused(change(7))).toBe("412 version-mismatch");
    const changed = await change(1);
    expect(changed.headers.get("etag")).toBe('"2"');
    expect(await refused(change(1))).toBe("412 version-mismatch");
  });
});

it("a problem speaks Chinese, and English to who asks for it, and carries the trace of the answer", async () => {
  const zh = await raw("GET", "/v1/events/evt_01J00000000000000000000000", {
    headers: { "x-correlation-id": "trace-12345" },
  });
  expect(zh.rest.title).toBe("找不到您要的内容");
  expect([zh.rest.traceId, zh.headers.get("x-correlation-id")]).toEqual(["trace-12345", "trace-12345"]);
  const en = await raw("GET", "/v1/events/evt_01J00000000000000000000000", {
    headers: { "accept-language": "en-GB,zh;q=0.5" },
  });
  expect(en.rest.title).toBe("There is nothing here");
  expect(en.headers.get("content-language")).toBe("en");
});
