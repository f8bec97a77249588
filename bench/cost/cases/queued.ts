import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { good } from "#test/support/service.ts";
import { aChild, aCitizen, citizens } from "../people.ts";
import { type CostSheet, deliver, sentDuring } from "../sheet.ts";
import { acceptedIn, PLENTY, place, rushEvent, WORKER } from "./rush.ts";

export async function queuedCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const [first, second, third, fourth] = (await citizens(service, 4)) as [Client, Client, Client, Client];
  const event = await rushEvent(sheet, PLENTY);
  await sheet.costs("signUp", "queued, nothing known", "202", () => place(event, first));
  await sheet.costsAtOnce("signUp", "queued, event and counters known", "202", () => place(event, second));
  const participantId = await aChild(third);
  await sheet.costsAtOnce("signUp", "queued, for a child", "202", () =>
    place(event, third, { participantId }),
  );
  const key = crypto.randomUUID();
  const again = () => place(event, third, {}, key);
  const { bodies } = await sentDuring(() => good(again()));
  await sheet.costsAtOnce("signUp", "queued, repeated before it is served", "202", again);
  await deliver(WORKER, bodies);
  await sheet.costsAtOnce("signUp", "queued, repeated after it is served", "201", again);

  const parent = await aCitizen(service);
  const participantIds = [parent.personId, await aChild(parent.call), await aChild(parent.call)];
  // A party is served at once, with its counters read like anybody's.
  await sheet.costs("signUp", "in a rush, three places, all or none", "201", () =>
    place(event, parent.call, { participantIds }),
  );
  const waited = await rushEvent(sheet, PLENTY, { waitlist: true });
  await good(place(waited, first));
  await sheet.costsAtOnce("signUp", "queued, would wait", "202", () =>
    place(waited, second, { waitlist: true }),
  );

  const small = await rushEvent(sheet, 1);
  await deliver(WORKER, await acceptedIn(small, [first, second]));
  const asking = () => place(small, fourth);
  await sheet.costs("signUp", "in a rush, full, nothing known", "409 event-full", asking);
  await sheet.costsAtOnce("signUp", "in a rush, full, event and counters known", "409 event-full", asking);
}

export async function ticketCases(sheet: CostSheet): Promise<void> {
  const people = await citizens(sheet.service, 2);
  const [first, second] = people as [Client, Client];
  const event = await rushEvent(sheet, 1);
  const asked = await sentDuring(async () => {
    const answers = [];
    for (const me of people) answers.push(await good(place(event, me)));
    return answers.flatMap((answer) => (answer.status === "queued" ? [answer] : []));
  });
  const standing = (me: Client, at: number) => () => {
    const { registrationId = "", ticket = "" } = asked.result[at] ?? {};
    return me(registrationRoutes.getRegistration, { path: { registrationId }, query: { ticket } });
  };
  await sheet.costs("getRegistration", "by a ticket, still queued", "200", standing(first, 0));
  await deliver(WORKER, asked.bodies);
  await sheet.costs("getRegistration", "by a ticket, served", "200", standing(first, 0));
  await sheet.costs("getRegistration", "by a ticket, full", "409 event-full", standing(second, 1));
}
