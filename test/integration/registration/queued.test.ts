import { setTimeout as wait } from "node:timers/promises";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { Crowd } from "../../support/crowd.ts";
import { databaseProxy, WorkerProcess } from "../../support/process.ts";
import {
  citizen,
  good,
  organiser,
  publishedEvent,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { availability } from "../../support/waiting.ts";

const FULL = process.env["LEYUN_FULL"] === "1";
const PLACES = FULL ? 500 : 50;
const PEOPLE = FULL ? 3_000 : 300;
/** Over so many seconds they come: a batch of the queue is then a small part of them, and order means something. */
const SECONDS = FULL ? 45 : 15;
/** After so long the messages of a worker that is gone come again. */
const VISIBILITY_SECONDS = 2;
/** So many requests are under way at once; the machine carries both the crowd and the service. */
const AT_ONCE = 60;
/** At which of its writes a worker is killed, before the database has it or before the worker learns that it has. */
const KILLS = [
  { write: FULL ? 3 : 1, after: false },
  { write: FULL ? 2 : 1, after: true },
];

type Person = Awaited<ReturnType<typeof citizen>>;

let service: TestService;
const people: Person[] = [];
beforeAll(async () => {
  service = await startTestService({ visibilitySeconds: VISIBILITY_SECONDS });
  service.clock.set(new Date());
  while (people.length < PEOPLE)
    people.push(...(await Promise.all(Array.from({ length: 20 }, () => citizen(service)))));
}, 600_000);
afterAll(() => service.stop());

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
/** An event for which more people are expected than it has places, open now. */
const awaited = () =>
  publishedEvent(service, {
    startsAt: inDays(30),
    endsAt: inDays(31),
    signUpOpensAt: inDays(-1),
    signUpClosesAt: inDays(20),
    groups: [{ name: "成人组", capacity: PLACES }],
    expectedDemand: PEOPLE,
  });

/** A worker that is killed at its writes, as {@link KILLS} says, and started again each time. */
async function mortalWorker() {
  const left = [...KILLS];
  let writes = 0;
  let deaths = 0;
  const restarts: Promise<void>[] = [];
  const proxy = await databaseProxy(service.parts.dynamoEndpoint, async (hand) => {
    writes += 1;
    const [fatal] = left;
    if (fatal?.write !== writes) return hand();
    left.shift();
    writes = 0;
    if (fatal.after) await hand();
    await worker.kill();
    deaths += 1;
    restarts.push(worker.start());
    throw new Error("the worker is gone");
  });
  const worker = new WorkerProcess(["sign-ups"], { AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint });
  await worker.start();
  return {
    deaths: () => deaths,
    stop: async () => {
      await Promise.all(restarts);
      await worker.kill("SIGTERM");
      await proxy.stop();
    },
  };
}

/** Sees how many messages are with workers, until it is told to stop; answers the most there were. */
function watchFlight(): () => Promise<number> {
  const sqs = new SQSClient({});
  const stopped = new AbortController();
  const asked = new GetQueueAttributesCommand({
    QueueUrl: service.parts.queueUrl("sign-ups"),
    AttributeNames: ["ApproximateNumberOfMessagesNotVisible"],
  });
  const watch = async () => {
    let most = 0;
    while (!stopped.signal.aborted) {
      const { Attributes = {} } = await sqs.send(asked);
      most = Math.max(most, Number(Attributes["ApproximateNumberOfMessagesNotVisible"]));
      await wait(50);
    }
    sqs.destroy();
    return most;
  };
  const watching = watch();
  return () => {
    stopped.abort();
    return watching;
  };
}

async function entrants(path: { eventId: string }): Promise<string[]> {
  const listed: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: 100, ...(cursor !== undefined && { cursor }) };
    const page = await good(organiser(service)(registrationRoutes.listEntrants, { path, query }));
    listed.push(...page.items.map(({ registrationId }) => registrationId));
    cursor = page.nextCursor;
  } while (cursor);
  return listed;
}

describe(`queued, ${PLACES} places, ${PEOPLE} people, 5 % pressing twice, the worker killed twice meanwhile`, () => {
  it(`is exact, fair and without a 5xx (${FULL ? "full" : "a tenth of the full"} size)`, async () => {
    const { event, path, groupIds } = await awaited();
    expect(event.mode).toBe("queued");
    const worker = await mortalWorker();
    const mostInFlight = watchFlight();
    const crowd = new Crowd(AT_ONCE);
    const results = await Promise.all(
      people.map(async ({ call }, at) => {
        await wait((at / PEOPLE) * SECONDS * 1_000);
        const idempotencyKey = crypto.randomUUID();
        const press = () => signUp(call, path, groupIds[0] ?? "", { idempotencyKey });
        const times = at % 20 === 0 ? 2 : 1;
        return Promise.all(Array.from({ length: times }, () => crowd.settle(call, press)));
      }),
    );
    const inFlight = await mostInFlight();
    await worker.stop();
    expect(worker.deaths()).toBe(KILLS.length);

    const told = results.map((presses) => [...new Set(presses.map((press) => press.told))]);
    expect(told.filter((answers) => answers.length !== 1)).toEqual([]);
    expect([...crowd.statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    const confirmed = results.filter(([first]) => first?.told === "confirmed");
    expect(confirmed).toHaveLength(PLACES);
    expect(results.filter(([first]) => first?.told === "event-full")).toHaveLength(PEOPLE - PLACES);
    expect(await availability(service, path)).toMatchObject([
      { capacity: PLACES, held: PLACES, confirmed: PLACES, free: 0, waitlisted: 0 },
    ]);
    const ids = confirmed.map(([first]) => first?.registrationId ?? "");
    expect((await entrants(path)).toSorted()).toEqual(ids.toSorted());

    const inTurn = results
      .map((presses) => ({
        at: presses.map(({ askedAt }) => askedAt).sort()[0] ?? "",
        told: presses[0]?.told,
      }))
      .toSorted((a, b) => (a.at < b.at ? -1 : 1));
    const firstRefused = inTurn.findIndex((one) => one.told === "event-full");
    const lastConfirmed = inTurn.findLastIndex((one) => one.told === "confirmed");
    console.log(
      `the last place went to number ${lastConfirmed + 1}, the first refusal to number ${firstRefused + 1}; ` +
        `${inFlight} messages were in flight at most`,
    );
    // What a killed worker had in hand comes back when its time is over, behind all who came meanwhile.
    const overtaking = KILLS.length * VISIBILITY_SECONDS * (PEOPLE / SECONDS);
    expect(lastConfirmed - firstRefused).toBeLessThanOrEqual(inFlight + overtaking);
  }, 600_000);
});
