import { registrationRoutes } from "#shared/registration/contract.ts";
import { eventInput, good, organiser, publishedEvent } from "#test/support/service.ts";
import { aChild, aCitizen, citizens } from "../people.ts";
import type { CostSheet } from "../sheet.ts";
import { registered } from "./changes.ts";

/** More events than a page holds, of a sport and a town that no other case has. */
const EVENTS = 25;
const shown = { sport: "毽球", town: "桃源镇", name: "桃源镇毽球赛", venue: "桃源文体中心" };

export async function listCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const { call: me } = await aCitizen(service);
  const child = await aChild(me);
  const call = organiser(service);
  for (let made = 0; made < EVENTS; made += 1) {
    const event = await publishedEvent(service, shown);
    if (made < 3) await registered(event, me, false, made === 2 ? child : undefined);
  }
  const find = (query: Record<string, string>) => () =>
    service.anyone(registrationRoutes.listEvents, { query });
  const { sport, town } = shown;
  const first = await good(
    sheet.costs("listEvents", "a page of 20 by sport and town", "200", find({ sport, town })),
  );
  await sheet.costs(
    "listEvents",
    "the next page, of 5",
    "200",
    find({ sport, town, cursor: first.nextCursor ?? "" }),
  );
  await sheet.costs("listEvents", "a page of 20 by words", "200", find({ q: "毽球赛" }));
  await sheet.costs(
    "listEvents",
    "none of 25 answers the whole question",
    "200",
    find({ sport, level: "quality" }),
  );
  await sheet.costs("listEvents", "nothing found", "200", find({ sport: "冰壶" }));

  const mine = () => me(registrationRoutes.listMyRegistrations, { query: {} });
  await sheet.costs("listMyRegistrations", "two of one's own, one of a child", "200", mine);
  const { call: newcomer } = await aCitizen(service);
  await sheet.costs("listMyRegistrations", "none", "200", () =>
    newcomer(registrationRoutes.listMyRegistrations, { query: {} }),
  );
  const { items } = await good(mine());
  const { registrationId = "" } = items[0] ?? {};
  await sheet.costs("getRegistration", "one's own", "200", () =>
    me(registrationRoutes.getRegistration, { path: { registrationId }, query: {} }),
  );
  await sheet.costs("getRegistration", "somebody else's", "404 not-found", () =>
    newcomer(registrationRoutes.getRegistration, { path: { registrationId }, query: {} }),
  );

  const orgId = "org-lists";
  const by = organiser(service, orgId);
  for (let made = 0; made < EVENTS; made += 1)
    await good(by(registrationRoutes.createEvent, { body: eventInput(shown) }));
  await sheet.costs("listOrganiserEvents", "a page of 20", "200", () =>
    by(registrationRoutes.listOrganiserEvents, { path: { orgId }, query: {} }),
  );
  const event = await publishedEvent(service, { groups: [{ name: "成人组", capacity: 50 }] });
  for (const entrant of await citizens(service, EVENTS)) await registered(event, entrant);
  await sheet.costs("listEntrants", "a page of 20", "200", () =>
    call(registrationRoutes.listEntrants, { path: event.path, query: {} }),
  );
}
