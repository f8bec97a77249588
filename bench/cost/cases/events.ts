import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { eventInput, good, organiser, publishedEvent } from "#test/support/service.ts";
import { aCitizen } from "../people.ts";
import type { CostSheet } from "../sheet.ts";
import { queueOfTwo, registered } from "./changes.ts";
import type { Event } from "./rush.ts";

export async function organiserCases(sheet: CostSheet): Promise<void> {
  const call = organiser(sheet.service);
  const created = { body: eventInput(), idempotencyKey: crypto.randomUUID() };
  const draft = await good(
    sheet.costs("createEvent", "one group", "201", () => call(registrationRoutes.createEvent, created)),
  );
  await sheet.costs("createEvent", "one group, repeated", "201", () =>
    call(registrationRoutes.createEvent, created),
  );
  const backwards = eventInput({ endsAt: "2026-07-09T00:00:00.000Z" });
  await sheet.costs("createEvent", "ends before it starts", "422 invalid-event", () =>
    call(registrationRoutes.createEvent, { body: backwards }),
  );
  const path = { eventId: draft.eventId };
  const changing = (body: Record<string, unknown>, ifMatch: number) => () =>
    call(registrationRoutes.changeEvent, { path, body, ifMatch });
  await sheet.costs("changeEvent", "a draft's name", "200", changing({ name: "平望镇古镇健步走" }, 1));
  await sheet.costs("changeEvent", "an old version", "412 version-mismatch", changing({ name: "健步走" }, 1));
  const published = { path, idempotencyKey: crypto.randomUUID() };
  const publish = () => call(registrationRoutes.publishEvent, published);
  await sheet.costs("publishEvent", "one group", "200", publish);
  await sheet.costs("publishEvent", "one group, repeated", "200", publish);
  await sheet.costs(
    "changeEvent",
    "a published event's name",
    "200",
    changing({ name: "平望镇运河健步走" }, 3),
  );
  await layoutCases(sheet, call);
}

/** The event's groups, each with so many places. */
const groupsOf = ({ event }: Event, capacity: number) =>
  event.groups.map(({ groupId, name }) => ({ groupId, name, capacity }));

async function layoutCases(sheet: CostSheet, call: Client): Promise<void> {
  const groups = ["甲组", "乙组", "丙组"].map((name) => ({ name, capacity: 800 }));
  const rush = await good(
    sheet.costs("createEvent", "three groups, a rush", "201", () =>
      call(registrationRoutes.createEvent, { body: eventInput({ groups, mode: "queued", capacity: 2000 }) }),
    ),
  );
  const { version } = await good(
    sheet.costs("publishEvent", "three groups, a rush", "200", () =>
      call(registrationRoutes.publishEvent, { path: { eventId: rush.eventId } }),
    ),
  );
  await sheet.costs("changeEvent", "more places, a rush", "200", () =>
    call(registrationRoutes.changeEvent, {
      path: { eventId: rush.eventId },
      body: { capacity: 2100 },
      ifMatch: version,
    }),
  );
  const queue = await queueOfTwo(sheet);
  await sheet.costs("changeEvent", "two more places, offered to who waits", "200", () =>
    call(registrationRoutes.changeEvent, {
      path: queue.event.path,
      body: { groups: groupsOf(queue.event, 3) },
      ifMatch: 2,
    }),
  );
  const { call: me } = await aCitizen(sheet.service);
  const taken = await publishedEvent(sheet.service, { groups: [{ name: "成人组", capacity: 2 }] });
  await registered(taken, me);
  await registered(taken, (await aCitizen(sheet.service)).call);
  await sheet.costs("changeEvent", "fewer places than are taken", "409 capacity-below-confirmed", () =>
    call(registrationRoutes.changeEvent, {
      path: taken.path,
      body: { groups: groupsOf(taken, 1) },
      ifMatch: 2,
    }),
  );
  await sheet.costs("changeEvent", "from direct to queued", "200", () =>
    call(registrationRoutes.changeEvent, { path: taken.path, body: { mode: "queued" }, ifMatch: 2 }),
  );
}

export async function availabilityCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const groups = [{ name: "成人组", capacity: 200 }];
  const direct = await publishedEvent(service, { groups });
  const rush = await publishedEvent(service, { groups, mode: "queued" });
  const free = (path: { eventId: string }) => () =>
    service.anyone(registrationRoutes.getAvailability, { path });
  await sheet.costs("getAvailability", "1 lane", "200", free(direct.path));
  await sheet.costs("getAvailability", "in a rush", "200", free(rush.path));
  const many = ["甲组", "乙组", "丙组"].map((name) => ({ name, capacity: 200 }));
  const grouped = await publishedEvent(service, { groups: many, mode: "queued", capacity: 500 });
  await sheet.costs("getAvailability", "in a rush, three groups and the whole", "200", free(grouped.path));
  await sheet.costs("getEvent", "published", "200", () =>
    service.anyone(registrationRoutes.getEvent, { path: direct.path }),
  );
  const { call: me } = await aCitizen(service);
  const token =
    ({ path }: typeof direct) =>
    () =>
      me(registrationRoutes.createQueueToken, { path });
  await sheet.costs("createQueueToken", "a direct event", "200", token(direct));
  await sheet.costs("createQueueToken", "a rush, event not known", "200", token(rush));
  await sheet.costsAtOnce("createQueueToken", "a rush, event known", "200", token(rush));
}
