import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { databaseProxy, ServiceProcess } from "../../support/process.ts";
import { eventInput, good, somebody } from "../../support/service.ts";

/** In full, each write is cut off both before it reaches the database and after; by default one of the two. */
const FULL = process.env["LEYUN_FULL"] === "1";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "leyun-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Asks again until there is an answer, as a patient client does; a service that is gone is started again. */
async function patiently<T>(service: ServiceProcess, ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    await service.start();
    try {
      return await ask();
    } catch (error) {
      if (tries > 20 || !(error instanceof TypeError)) throw error;
      await wait(20);
    }
  }
}

const start = new Date(Date.now() + 30 * 86_400_000);
const at = (days: number) => new Date(start.getTime() + days * 86_400_000).toISOString();
const times = { startsAt: at(0), endsAt: at(1), signUpOpensAt: at(-60), signUpClosesAt: at(-5) };

/** A citizen's and an organiser's whole way, each step under a key of its own that a repetition uses again. */
async function walk(
  service: ServiceProcess,
  run: number,
): Promise<{ me: Client; organiser: Client; eventId: string }> {
  const signedIn = async (claims: object) => {
    const request = { method: "POST", body: JSON.stringify(claims) };
    const answer = await patiently(service, () => fetch(`${service.url}/local/tokens`, request));
    const { accessToken } = (await answer.json()) as { accessToken: string };
    return createClient({ baseUrl: service.url, token: accessToken });
  };
  const me = await signedIn({ sub: `citizen-${run}`, roles: ["citizen"] });
  const organiser = await signedIn({ sub: `organiser-${run}`, roles: ["organiser"], org: `org-${run}` });
  const key = (step: string) => `${step}-${run}`;
  const profile = somebody();
  const { phone: _, ...child } = somebody({ birthDate: "2016-01-01" });
  const guardianConsent = { version: consentTexts["guardian-of-minor"].version, given: true as const };
  const step = <T>(ask: () => Promise<T>) => patiently(service, ask);

  await step(() => good(me(peopleRoutes.putMe, { body: profile })));
  const kid = await step(() =>
    good(
      me(peopleRoutes.addDependant, {
        body: { relation: "child", ...child, guardianConsent },
        idempotencyKey: key("child"),
      }),
    ),
  );
  const { eventId } = await step(() =>
    good(
      organiser(registrationRoutes.createEvent, { body: eventInput(times), idempotencyKey: key("create") }),
    ),
  );
  const path = { eventId };
  const event = await step(() =>
    good(organiser(registrationRoutes.publishEvent, { path, idempotencyKey: key("publish") })),
  );
  const groupId = event.groups[0]?.groupId ?? "";
  const mine = await step(() =>
    good(me(registrationRoutes.signUp, { path, body: { groupId }, idempotencyKey: key("mine") })),
  );
  await step(() =>
    good(
      me(registrationRoutes.signUp, {
        path,
        body: { groupId, participantId: kid.personId },
        idempotencyKey: key("kid"),
      }),
    ),
  );
  await step(() =>
    good(
      me(registrationRoutes.cancelRegistration, {
        path: { registrationId: mine.registrationId },
        idempotencyKey: key("cancel"),
      }),
    ),
  );
  return { me, organiser, eventId };
}

describe("kill -9 of the gateway", () => {
  it(`between any two writes loses nothing and doubles nothing (${FULL ? "full" : "half"} size)`, async () => {
    let service: ServiceProcess;
    let writes = 0;
    let fatal: { write: number; after: boolean } | undefined;
    const proxy = await databaseProxy(process.env["DYNAMODB_ENDPOINT"] ?? "", async (hand) => {
      writes += 1;
      if (fatal?.write !== writes) return hand();
      const { after } = fatal;
      fatal = undefined;
      if (after) await hand();
      await service.kill();
      throw new Error("the gateway is gone");
    });
    const prefix = `killed-${crypto.randomUUID().slice(0, 8)}`;
    service = await ServiceProcess.create(["--data", dir, "--prefix", prefix], {
      DYNAMODB_ENDPOINT: proxy.endpoint,
    });
    let kills = 0;
    for (let run = 1, write = 1, done = false; !done; run += 1) {
      const after = FULL ? run % 2 === 0 : run % 4 < 2;
      writes = 0;
      fatal = { write, after };
      const { me, organiser, eventId } = await walk(service, run);
      done = fatal !== undefined;
      // What is looked at afterwards leaves a line in the audit log, and nobody is killed at that.
      fatal = undefined;
      kills += done ? 0 : 1;
      if (!FULL || after) write += 1;

      const path = { eventId };
      const { items: events } = await good(
        organiser(registrationRoutes.listOrganiserEvents, { path: { orgId: `org-${run}` }, query: {} }),
      );
      expect(events.map((event) => event.eventId)).toEqual([eventId]);
      const { items } = await good(me(registrationRoutes.listMyRegistrations, { query: {} }));
      expect(items.map(({ status }) => status).sort()).toEqual(["cancelled", "confirmed"]);
      expect((await good(me(peopleRoutes.listDependants, {}))).items).toHaveLength(1);
      const { groups } = await good(me(registrationRoutes.getAvailability, { path }));
      expect(groups.map(({ held, free }) => [held, free])).toEqual([[1, 9]]);
      const { items: entrants } = await good(organiser(registrationRoutes.listEntrants, { path, query: {} }));
      expect(entrants).toHaveLength(2);
    }
    console.log(`killed ${kills} times`);
    expect(kills).toBeGreaterThan(FULL ? 14 : 7);
    await service.kill("SIGTERM");
    await proxy.stop();
  }, 600_000);

  it("with its own database in a folder finds everything again", async () => {
    const data = join(dir, "own");
    const service = await ServiceProcess.create(["--data", data], { DYNAMODB_ENDPOINT: "" });
    const { me } = await walk(service, 1_000);
    const before = await good(me(registrationRoutes.listMyRegistrations, { query: {} }));
    await service.kill();
    await service.start();
    expect(await good(me(registrationRoutes.listMyRegistrations, { query: {} }))).toEqual(before);
    expect((await good(me(peopleRoutes.getMe, {}))).name).toMatch(/^测试/);
    await service.kill("SIGTERM");
  });
});
