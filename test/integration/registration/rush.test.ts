import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { peopleRoutes } from "#shared/people/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { withFault } from "../../support/faults.ts";
import {
  citizen,
  good,
  patiently,
  publishedEvent,
  refused,
  signUp,
  somebody,
  startTestService,
  type TestService,
} from "../../support/service.ts";

let service: TestService;
let people: Awaited<ReturnType<typeof citizen>>[];
beforeAll(async () => {
  service = await startTestService();
  people = [];
  // Made a few at a time: the rush is what is tested, not the making.
  while (people.length < 400)
    people.push(...(await Promise.all(Array.from({ length: 20 }, () => citizen(service)))));
});
afterAll(() => service.stop());

const groups = [
  { name: "六十人组", capacity: 60 },
  { name: "四十人组", capacity: 40 },
];

/** Everybody at once; who presses three times does it with one key. */
async function rush(path: { eventId: string }, groupIds: string[]) {
  return Promise.all(
    people.map(async ({ call }, at) => {
      const idempotencyKey = crypto.randomUUID();
      const press = () => patiently(() => signUp(call, path, groupIds[at % 2] ?? "", { idempotencyKey }));
      return Promise.all(at % 8 === 0 ? [press(), press(), press()] : [press()]);
    }),
  );
}

describe("400 people at once for 60 and 40 places", () => {
  it("exactly 60 and 40 are confirmed, everybody else is told that it is full, and who pressed three times has one answer", async () => {
    const { path, groupIds } = await publishedEvent(service, { groups });
    const answers = await rush(path, groupIds);
    for (const presses of answers) {
      expect(
        new Set(presses.map(({ status, body }) => (status === 201 ? JSON.stringify(body) : status))).size,
      ).toBe(1);
    }
    const firsts = answers.map(([first]) => first);
    const confirmed = firsts.flatMap((answer) => (answer?.ok ? [answer.body] : []));
    expect(confirmed.filter(({ groupId }) => groupId === groupIds[0])).toHaveLength(60);
    expect(confirmed.filter(({ groupId }) => groupId === groupIds[1])).toHaveLength(40);
    expect(new Set(confirmed.map(({ participantId }) => participantId)).size).toBe(100);
    const others = firsts.flatMap((answer) => (answer && !answer.ok ? [answer.body.type] : []));
    expect(others).toEqual(Array(300).fill("/problems/event-full"));
    const availability = await good(service.anyone(registrationRoutes.getAvailability, { path }));
    expect(availability.groups.map(({ held, free }) => [held, free])).toEqual([
      [60, 0],
      [40, 0],
    ]);
    const listed = new Set<string>();
    let cursor: string | undefined;
    const organiser = service.as("organiser-1-org-association", ["organiser"], "org-association");
    do {
      const query = { limit: 37, ...(cursor !== undefined && { cursor }) };
      const page = await good(organiser(registrationRoutes.listEntrants, { path, query }));
      for (const { registrationId } of page.items) listed.add(registrationId);
      cursor = page.nextCursor;
    } while (cursor);
    expect(listed).toEqual(new Set(confirmed.map(({ registrationId }) => registrationId)));
  });

  it("an event that holds fewer than its groups together is exact in the whole too", async () => {
    const { path, groupIds } = await publishedEvent(service, { groups, capacity: 70 });
    const answers = await rush(path, groupIds);
    const confirmed = answers.filter(([first]) => first?.ok);
    expect(confirmed).toHaveLength(70);
    const { groups: seen } = await good(service.anyone(registrationRoutes.getAvailability, { path }));
    expect(seen.map(({ free }) => free)).toEqual([0, 0]);
    expect(seen.reduce((sum, { held }) => sum + held, 0)).toBe(70);
  });

  it("control: without the condition on the places the same rush oversells", async () => {
    const { path, groupIds } = await publishedEvent(service, { groups });
    const answers = await withFault(
      async (command, input, next) => {
        if (command.startsWith("TransactWrite"))
          for (const { Update } of (input["TransactItems"] ?? []) as {
            Update?: { ConditionExpression?: string };
          }[])
            if (Update?.ConditionExpression?.includes("places >= :least"))
              Update.ConditionExpression = Update.ConditionExpression.replace(
                "places >= :least",
                "(places >= :least OR places < :least)",
              );
        return next();
      },
      () => rush(path, groupIds),
    );
    expect(answers.filter(([first]) => first?.ok).length).toBeGreaterThan(100);
  });
});

describe("one person, one place", () => {
  it("one document under three spellings from three accounts has one registration", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const input = somebody();
    const fullWidth = [...input.idNumber].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join("");
    const spellings = [
      input.idNumber.toLowerCase(),
      fullWidth,
      `${input.idNumber.slice(0, 6)} ${input.idNumber.slice(6)}`,
    ];
    const answers = await Promise.all(
      spellings.map(async (idNumber, at) => {
        const call = service.as(`spelling-${at}`, ["citizen"]);
        const saved = await call(peopleRoutes.putMe, { body: { ...input, idNumber } });
        return [saved.status, (await signUp(call, path, groupIds[0] ?? "")).status];
      }),
    );
    expect(answers.sort()).toEqual([
      [200, 201],
      [409, 404],
      [409, 404],
    ]);
    expect((await good(service.anyone(registrationRoutes.getAvailability, { path }))).groups[0]?.held).toBe(
      1,
    );
  });

  it("twenty requests of one person under different keys take one place", async () => {
    const { path, groupIds } = await publishedEvent(service);
    const { call } = await citizen(service);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => signUp(call, path, groupIds[0] ?? "")),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(
      new Set(await Promise.all(answers.filter(({ ok }) => !ok).map((a) => refused(Promise.resolve(a))))),
    ).toEqual(new Set(["409 already-signed-up"]));
    expect((await good(service.anyone(registrationRoutes.getAvailability, { path }))).groups[0]?.held).toBe(
      1,
    );
  });
});
