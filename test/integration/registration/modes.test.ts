import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pollQueues } from "#local/pollers/queues.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { Crowd } from "../../support/crowd.ts";
import { withFault } from "../../support/faults.ts";
import {
  citizen,
  good,
  publishedEvent,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability, changed } from "../../support/waiting.ts";

const PLACES = 60;
const PEOPLE = 140;
const SECONDS = 6;

let service: TestService;
let people: Awaited<ReturnType<typeof citizen>>[];
let stopWorking: () => Promise<void>;
beforeAll(async () => {
  service = await startTestService();
  people = [];
  while (people.length < PEOPLE)
    people.push(...(await Promise.all(Array.from({ length: 20 }, () => citizen(service)))));
  stopWorking = pollQueues(service.parts.queueUrl, ["sign-ups"]);
});
afterAll(async () => {
  await stopWorking();
  await service.stop();
});

it.each(["direct", "queued"] as const)(
  "an event that is switched between direct and queued and back, %s at first, while people sign up, gives each place once",
  async (first) => {
    const groups = [{ name: "成人组", capacity: PLACES }];
    const { path, groupIds } = await publishedEvent(service, { groups, mode: first });
    const crowd = new Crowd(30);
    const coming = Promise.all(
      people.map(async ({ call }, at) => {
        await wait((at / PEOPLE) * SECONDS * 1_000);
        const idempotencyKey = crypto.randomUUID();
        return crowd.settle(call, () => signUp(call, path, groupIds[0] ?? "", { idempotencyKey }));
      }),
    );
    const switches: number[] = [];
    const modes = first === "direct" ? (["queued", "direct"] as const) : (["direct", "queued"] as const);
    for (let at = 0; at < 10; at += 1) {
      await wait(300);
      switches.push((await changed(service, path, { mode: modes[at % 2] ?? first })).status);
      await wait(200);
      // Until now a function may still have known the event as it was.
      service.clock.advance(6);
    }
    const settled = await coming;
    expect(new Set(switches)).toEqual(new Set([200]));
    // Some were served at once, and some in turn.
    expect(crowd.statuses.get(201)).toBeGreaterThan(0);
    expect(crowd.statuses.get(202)).toBeGreaterThan(0);
    expect([...crowd.statuses.keys()].filter((status) => status >= 500)).toEqual([]);

    const confirmed = settled.filter(({ told }) => told === "confirmed");
    expect(confirmed).toHaveLength(PLACES);
    expect(new Set(confirmed.map(({ registrationId }) => registrationId)).size).toBe(PLACES);
    expect(settled.filter(({ told }) => told === "event-full")).toHaveLength(PEOPLE - PLACES);
    expect(await availability(service, path)).toMatchObject([
      { capacity: PLACES, held: PLACES, confirmed: PLACES, free: 0, waitlisted: 0 },
    ]);
    const registrations = await Promise.all(
      people.map(
        async ({ call }) => (await good(call(registrationRoutes.listMyRegistrations, { query: {} }))).items,
      ),
    );
    const here = registrations.map((items) => items.filter(({ eventId }) => eventId === path.eventId).length);
    expect(here.filter((count) => count === 1)).toHaveLength(PLACES);
    expect(here.filter((count) => count > 1)).toEqual([]);
  },
);

it("an event is switched also when a place is taken between the reading of its places and the write", async () => {
  const groups = [{ name: "成人组", capacity: PLACES }];
  const { path, groupIds } = await publishedEvent(service, { groups });
  const { call } = await citizen(service);
  let taken: number | undefined;
  const answer = await withFault(
    async (command, _, next) => {
      if (command.startsWith("TransactWrite") && taken === undefined) {
        taken = 0;
        taken = (await signUp(call, path, groupIds[0] ?? "")).status;
      }
      return next();
    },
    () => changed(service, path, { mode: "queued" }),
  );
  expect([taken, answer.status]).toEqual([201, 200]);
  expect(await availability(service, path)).toMatchObject([{ held: 1, free: PLACES - 1 }]);
});
