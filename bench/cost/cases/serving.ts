import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { good, organiser } from "#test/support/service.ts";
import { aChild, citizens } from "../people.ts";
import { type CostSheet, deliver, sentDuring } from "../sheet.ts";
import { acceptedIn, PLENTY, place, rushEvent, WORKER } from "./rush.ts";

/** One or two in each lane, so that a transaction takes them from many. */
const FEW = 16;

/** What a worker's delivery costs; a worker that knows the event's lanes has served it before. */
export async function servingCases(sheet: CostSheet): Promise<void> {
  const people = await citizens(sheet.service, 100);
  const serve = (name: string, bodies: readonly string[]) =>
    sheet.costsAtOnce(WORKER, name, "200", () => deliver(WORKER, bodies));
  const [first = "", ...fifty] = await acceptedIn(await rushEvent(sheet, PLENTY), people.slice(0, 51));
  await serve("1 sign-up, no lane known", [first]);
  await serve("50 sign-ups", fifty);
  const [one = "", ...others] = await acceptedIn(await rushEvent(sheet, PLENTY), people);
  await deliver(WORKER, [one]);
  await serve("99 sign-ups", others);
  await serve("99 sign-ups, delivered a second time", others);
  await familyCases(sheet, people, serve);
  await changedCases(sheet, people);
  await runningOutCases(sheet, people, serve);
}

type Serve = (name: string, bodies: readonly string[]) => Promise<unknown>;

async function familyCases(sheet: CostSheet, people: readonly Client[], serve: Serve): Promise<void> {
  const parents = people.slice(0, 11);
  const children = await Promise.all(parents.map(aChild));
  const event = await rushEvent(sheet, PLENTY);
  const { bodies } = await sentDuring(async () => {
    for (const [at, me] of parents.entries())
      await good(place(event, me, { participantId: children[at] ?? "" }));
  });
  await deliver(WORKER, bodies.slice(0, 1));
  await serve("10 sign-ups for children", bodies.slice(1));
}

/** Everybody is judged anew, by a worker that knows neither event nor lanes, and by one that knows them as they were. */
async function changedCases(sheet: CostSheet, people: readonly Client[]): Promise<void> {
  const changed = async (before: (bodies: string[]) => Promise<unknown>): Promise<string[]> => {
    const event = await rushEvent(sheet, PLENTY);
    const bodies = await acceptedIn(event, people.slice(0, 11));
    await before(bodies);
    const change = { path: event.path, body: { name: "平望镇古镇健步走" }, ifMatch: 2 };
    await good(organiser(sheet.service)(registrationRoutes.changeEvent, change));
    return bodies.slice(1);
  };
  const unknown = await changed(async () => undefined);
  await sheet.costs(WORKER, "10 sign-ups, the event was changed since", "200", () =>
    deliver(WORKER, unknown),
  );
  const known = await changed((bodies) => deliver(WORKER, bodies.slice(0, 1)));
  await sheet.costsAtOnce(WORKER, "10 sign-ups, the event was changed a moment ago", "200", () =>
    deliver(WORKER, known),
  );
}

async function runningOutCases(sheet: CostSheet, people: readonly Client[], serve: Serve): Promise<void> {
  const asking = people.slice(0, 40);
  const scarce = await acceptedIn(await rushEvent(sheet, FEW), asking);
  await serve("30 sign-ups, the last 16 places, no lane known", scarce.slice(0, 30));
  await serve("10 sign-ups when it is full", scarce.slice(30));
  const waited = await rushEvent(sheet, FEW, { waitlist: true });
  const patient = await acceptedIn(waited, asking, { waitlist: true });
  await serve("30 sign-ups, the last 16 places, the others wait, no lane known", patient.slice(0, 30));
  await serve("9 sign-ups that wait", patient.slice(30, 39));
  await serve("1 sign-up that waits", patient.slice(39));
}
