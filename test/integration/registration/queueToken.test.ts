import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { deliver } from "../../support/queues.ts";
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
import { availability } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());
beforeEach(() => service.clock.set(NOON));

const someone = async (): Promise<Client> => (await citizen(service)).call;

/** An event for which one must have a token. */
async function guarded(of: Record<string, unknown> = {}) {
  const { path, groupIds } = await publishedEvent(service, { requiresQueueToken: true, ...of });
  return { path, groupId: groupIds[0] ?? "" };
}

const tokenFor = (call: Client, path: { eventId: string }) =>
  good(call(registrationRoutes.createQueueToken, { path }));

/** Whether SHA-256 of nonce and solution begins with so many zero bits, written out. */
function begins(nonce: string, solution: string, bits: number): boolean {
  const digest = createHash("sha256").update(`${nonce}${solution}`).digest();
  const text = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return text.startsWith("0".repeat(bits));
}

interface Challenge {
  nonce: string;
  bits: number;
}
const none: Challenge = { nonce: "", bits: 0 };

/** Tries one number after the other, as a page does. */
function search({ nonce, bits }: Challenge = none): string {
  for (let tried = 0; ; tried += 1) if (begins(nonce, String(tried), bits)) return String(tried);
}

/** What is wrong by one bit. */
function almost({ nonce, bits }: Challenge = none): string {
  for (let tried = 0; ; tried += 1)
    if (begins(nonce, String(tried), bits - 1) && !begins(nonce, String(tried), bits)) return String(tried);
}

/** A token with the solution of its challenge. */
async function admission(call: Client, path: { eventId: string }) {
  const { queueToken, challenge } = await tokenFor(call, path);
  return { queueToken, solution: search(challenge) };
}

describe("hard case 29: a queue token", () => {
  const invalid = "403 queue-token-invalid";

  it("with the solution of its challenge admits", async () => {
    const { path, groupId } = await guarded();
    const call = await someone();
    const { challenge } = await tokenFor(call, path);
    expect(challenge).toMatchObject({ bits: 16 });
    const answer = await good(signUp(call, path, groupId, await admission(call, path)));
    expect(answer.status).toBe("confirmed");
  });

  it("admits to the queue of a rush", async () => {
    const { path, groupId } = await guarded({ mode: "queued" });
    const call = await someone();
    expect(await refused(signUp(call, path, groupId))).toBe(invalid);
    expect((await good(signUp(call, path, groupId, await admission(call, path)))).status).toBe("queued");
    await deliver(service, "sign-ups");
    expect(await availability(service, path)).toMatchObject([{ held: 1 }]);
  });

  it("is asked for where the event asks for one, and only there", async () => {
    const { path, groupId } = await guarded();
    expect(await refused(signUp(await someone(), path, groupId))).toBe(invalid);
    const open = await publishedEvent(service);
    const call = await someone();
    expect(await tokenFor(call, open.path)).not.toHaveProperty("challenge");
    expect((await good(signUp(call, open.path, open.groupIds[0] ?? ""))).status).toBe("confirmed");
  });

  it("that is forged is refused, also where none is asked for", async () => {
    const { path, groupId } = await guarded();
    const open = await publishedEvent(service);
    const call = await someone();
    const { queueToken, solution } = await admission(call, path);
    const [body = "", mac = ""] = queueToken.split(".");
    const read = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const { challenge: _none, ...easier } = { challenge: undefined, ...read };
    const longer = { ...read, expiresAt: "2036-01-01T00:00:00.000Z" };
    const rewritten = [easier, longer].map(
      (of) => `${Buffer.from(JSON.stringify(of)).toString("base64url")}.${mac}`,
    );
    const altered = `${body}.${mac.startsWith("A") ? "B" : "A"}${mac.slice(1)}`;
    for (const forged of [...rewritten, altered, body, `${body}.`, "", "x.y", queueToken.slice(0, -1)]) {
      const asked = { queueToken: forged, solution };
      expect(await refused(signUp(call, path, groupId, asked))).toBe(invalid);
      expect(await refused(signUp(call, open.path, open.groupIds[0] ?? "", asked))).toBe(invalid);
    }
  });

  it("of another person is refused", async () => {
    const { path, groupId } = await guarded();
    const stolen = await admission(await someone(), path);
    expect(await refused(signUp(await someone(), path, groupId, stolen))).toBe(invalid);
  });

  it("of another event is refused", async () => {
    const call = await someone();
    const { path, groupId } = await guarded();
    const other = await admission(call, (await guarded()).path);
    expect(await refused(signUp(call, path, groupId, other))).toBe(invalid);
  });

  it("used again by its person takes no second place", async () => {
    const { path, groupId } = await guarded();
    const call = await someone();
    const admitted = await admission(call, path);
    await good(signUp(call, path, groupId, admitted));
    expect(await refused(signUp(call, path, groupId, admitted))).toBe("409 already-signed-up");
    expect(await availability(service, path)).toMatchObject([{ held: 1 }]);
  });

  it("given before the opening admits from the opening on and for ten minutes", async () => {
    const signUpOpensAt = "2026-06-11T00:00:00.000Z";
    const { path, groupId } = await guarded({ signUpOpensAt });
    const people = [await someone(), await someone(), await someone()] as const;
    const [early, first, late] = people;
    const given = await Promise.all(people.map((call) => admission(call, path)));
    expect(await tokenFor(early, path)).toMatchObject({
      notBefore: signUpOpensAt,
      expiresAt: "2026-06-11T00:10:00.000Z",
    });
    service.clock.set(new Date("2026-06-10T23:59:58.000Z"));
    expect(await refused(signUp(early, path, groupId, given[0]))).toBe(invalid);
    service.clock.set(new Date(signUpOpensAt));
    expect((await good(signUp(first, path, groupId, given[1]))).status).toBe("confirmed");
    service.clock.set(new Date("2026-06-11T00:09:58.000Z"));
    expect((await good(signUp(late, path, groupId, given[2]))).status).toBe("confirmed");
    service.clock.set(new Date("2026-06-11T00:10:00.000Z"));
    expect(await refused(signUp(early, path, groupId, given[0]))).toBe(invalid);
  });

  it("given while sign-up is open is over after ten minutes", async () => {
    const { path, groupId } = await guarded();
    const call = await someone();
    const admitted = await admission(call, path);
    service.clock.advance(600);
    expect(await refused(signUp(call, path, groupId, admitted))).toBe(invalid);
  });

  it("with a wrong solution, or none, fails its challenge", async () => {
    const { path, groupId } = await guarded();
    const call = await someone();
    const { queueToken, challenge } = await tokenFor(call, path);
    const solution = almost(challenge);
    expect(await refused(signUp(call, path, groupId, { queueToken, solution }))).toBe("422 challenge-failed");
    expect(await refused(signUp(call, path, groupId, { queueToken }))).toBe("422 challenge-failed");
    expect(await availability(service, path)).toMatchObject([{ held: 0 }]);
  });

  it("is given to who signs in, until sign-up closes, twenty times a minute", async () => {
    const { path } = await guarded();
    const call = await someone();
    for (let given = 0; given < 20; given += 1) await tokenFor(call, path);
    expect(await refused(call(registrationRoutes.createQueueToken, { path }))).toBe("429 rate-limited");
    service.clock.set(new Date("2026-07-01T00:00:00.000Z"));
    expect(await refused(call(registrationRoutes.createQueueToken, { path }))).toBe("409 signup-closed");
  });
});
