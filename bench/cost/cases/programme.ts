import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { bureau, checkIn, confirm, draftOf, evidence, publish } from "#test/support/programme.ts";
import { eventInput, good, organiser, signUp } from "#test/support/service.ts";
import { pdf, uploaded } from "#test/support/uploads.ts";
import { aCitizen } from "../people.ts";
import { type CostSheet, deliver } from "../sheet.ts";
import { tick } from "./jobs.ts";

const later = { startsAt: "2026-08-10T00:00:00.000Z", endsAt: "2026-08-10T09:00:00.000Z" };

/** Series and their rounds, an event made again, a checklist. */
async function beforeCases(sheet: CostSheet, call: Client): Promise<void> {
  const { service } = sheet;
  const body = { name: "吴江区路跑联赛", kind: "series", season: "2026", entry: "whole" } as const;
  const { seriesId } = await good(
    sheet.costs("createSeries", "one entry for all rounds", "201", () =>
      call(programmeRoutes.createSeries, { body }),
    ),
  );
  const path = { seriesId };
  const round = (of: Record<string, unknown> = {}) => draftOf(call, { seriesId, ...of });
  const first = await good(sheet.costs("createEvent", "the round that takes the entries", "201", round));
  const second = await good(
    sheet.costs("createEvent", "a later round of the series", "201", () => round(later)),
  );
  for (const { eventId } of [first, second]) await good(publish(call, eventId));
  await sheet.costs("getSeries", "2 rounds", "200", () =>
    service.anyone(programmeRoutes.getSeries, { path }),
  );
  await sheet.costs("changeSeries", "its season", "200", () =>
    call(programmeRoutes.changeSeries, { path, body: { season: "2027" }, ifMatch: 2 }),
  );
  const orgId = "org-association";
  await sheet.costs("listOrganiserSeries", "one", "200", () =>
    call(programmeRoutes.listOrganiserSeries, { path: { orgId }, query: {} }),
  );
  await sheet.costs("listEventTemplates", "all", "200", () =>
    service.anyone(programmeRoutes.listEventTemplates, {}),
  );
  const { call: me } = await aCitizen(service);
  await sheet.costs("signUp", "a round without entries of its own", "409 enter-elsewhere", () =>
    signUp(me, { eventId: second.eventId }, second.groups[0]?.groupId ?? ""),
  );
  await sheet.costs("cloneEvent", "one group", "201", () =>
    call(programmeRoutes.cloneEvent, {
      path: { eventId: first.eventId },
      body: { startsAt: later.startsAt, seriesId: null },
    }),
  );
  await checklistCases(sheet, call);
}

async function checklistCases(sheet: CostSheet, call: Client): Promise<void> {
  const checklist = [{ itemId: "medical", title: "医疗保障方案" }];
  const { eventId } = await good(draftOf(call, { checklist }));
  const path = { eventId, itemId: "medical" };
  await sheet.costs("publishEvent", "an item of its checklist is open", "409 checklist-open", () =>
    publish(call, eventId),
  );
  const { uploadId } = await uploaded(call, pdf(), { purpose: "checklist-paper" });
  const ticking = (ifMatch: number, body: Record<string, unknown>) => () =>
    call(programmeRoutes.tickChecklistItem, { path, body: { done: true, ...body }, ifMatch });
  await sheet.costs("tickChecklistItem", "a draft's, with a file", "200", ticking(1, { uploadId }));
  await sheet.costs("getChecklistFile", "a link", "200", () =>
    call(programmeRoutes.getChecklistFile, { path }),
  );
  await good(publish(call, eventId));
  await sheet.costs("tickChecklistItem", "a published event's", "200", ticking(3, {}));
}

/** An event of these hours that lasts so many seconds from now. */
async function today(sheet: CostSheet, call: Client, seconds: number, of: Record<string, unknown>) {
  const from = (after: number) => new Date(sheet.now.getTime() + after * 1_000).toISOString();
  const endsAt = from(seconds);
  const said = eventInput({ startsAt: from(-600), endsAt, signUpClosesAt: endsAt, ...of });
  const { eventId } = await good(call(registrationRoutes.createEvent, { body: said }));
  return good(publish(call, eventId));
}

/** Who came, and the evidence that an event was held. */
async function onTheDayCases(sheet: CostSheet, call: Client): Promise<void> {
  const { service } = sheet;
  const race = await today(sheet, call, 3_600, {});
  const walk = await today(sheet, call, 3_600, { kind: "activity", dropIn: true, groups: [] });
  const { call: me } = await aCitizen(service);
  const { registrationId } = await good(signUp(me, race, race.groups[0]?.groupId ?? ""));
  await sheet.costs("signUp", "an activity without sign-up", "409 no-sign-up", () =>
    signUp(me, walk, race.groups[0]?.groupId ?? ""),
  );
  const registered = () => checkIn(call, race, { registrationId });
  await sheet.costs("checkIn", "a registration", "201", registered);
  await sheet.costs("checkIn", "a registration, again", "201", registered);
  await sheet.costs("checkIn", "people without one", "201", () => checkIn(call, walk, { count: 30 }));
  const uploadIds = [await evidence(call)];
  sheet.later(3_600);
  const path = { eventId: walk.eventId };
  const heldOn = walk.startsAt.slice(0, 10);
  const body = { heldOn, participants: 30, uploadIds, summary: "顺利举办" };
  await sheet.costs("reportHolding", "one file", "201", () =>
    call(programmeRoutes.reportHolding, { path, body }),
  );
  await sheet.costs("getHolding", "one's own", "200", () => call(programmeRoutes.getHolding, { path }));
  const admin = bureau(service);
  await sheet.costs("listHoldings", "one", "200", () => admin(programmeRoutes.listHoldings, { query: {} }));
  await sheet.costs("confirmHolding", "as it was read", "200", () => confirm(admin, path));
}

/** Before many events are made: what the count reads grows with those that are published. */
export async function programmeCases(sheet: CostSheet): Promise<void> {
  const call = organiser(sheet.service);
  await beforeCases(sheet, call);
  await onTheDayCases(sheet, call);
  const counting = () => deliver("jobs/countEvents", [tick("countEvents")]);
  await sheet.costs("jobs/countEvents", "few events", "200", counting);
  const year = { query: { year: "2026" } };
  await sheet.costs("getProgrammeStatistics", "few events", "200", () =>
    sheet.service.anyone(programmeRoutes.getProgrammeStatistics, year),
  );
}
