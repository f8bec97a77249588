import { schedules } from "#events/schedules.ts";
import { invoke } from "#local/functions.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { good, publishedEvent } from "#test/support/service.ts";
import { aCitizen } from "../people.ts";
import { type CostSheet, deliver } from "../sheet.ts";
import { queueOfTwo, registered } from "./changes.ts";

/** The message by which a schedule starts a job. */
export const tick = (job: string): string =>
  JSON.stringify(schedules.find((schedule) => schedule.job === job)?.payload);

/** Before anybody else makes events: what the sweep reads grows with those that one may wait for. */
export async function sweepCases(sheet: CostSheet): Promise<void> {
  const sweep = () => deliver("jobs/offerPlaces", [tick("offerPlaces")]);
  await sheet.costs("jobs/offerPlaces", "no event to wait for", "200", sweep);
  const queue = await queueOfTwo(sheet);
  await sheet.costs("jobs/offerPlaces", "1 event, nothing free", "200", sweep);
  await good(queue.holder(registrationRoutes.cancelRegistration, { path: queue.held }));
  await sheet.costs("jobs/offerPlaces", "1 event, an offer that is not due", "200", sweep);
  sheet.later(86_400);
  await sheet.costs("jobs/offerPlaces", "1 event, an offer has lapsed, the next gets it", "200", sweep);
}

export async function erasureCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const sweep = () => deliver("jobs/releaseErased", [tick("releaseErased")]);
  // Whoever was erased in other cases.
  await sweep();
  const { call: me, personId } = await aCitizen(service);
  for (let made = 0; made < 2; made += 1) await registered(await publishedEvent(service), me);
  await good(me(peopleRoutes.eraseMe, {}));
  const dynamodb = { Keys: { pk: { S: "ERASURES" }, sk: { S: personId } }, SequenceNumber: "1" };
  const image = { ...dynamodb.Keys, erasedAt: { S: sheet.now.toISOString() } };
  const record = { eventID: "1", eventName: "INSERT", dynamodb: { ...dynamodb, NewImage: image } };
  await sheet.costs("streams/people", "a person was erased", "200", async () => {
    await invoke("streams/people", { Records: [record] });
    return { ok: true, status: 200 };
  });
  await sheet.costs("jobs/releaseErased", "a person with two places", "200", sweep);
  await sheet.costs("jobs/releaseErased", "nobody was erased", "200", sweep);
}
