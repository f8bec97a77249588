import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { citizen, eventInput, good, organiser, publishedEvent, signUp, type TestService } from "./service.ts";
import { pdf, uploaded } from "./uploads.ts";

/** A series of the tests' organiser. */
export const seriesOf = (call: Client, of: Record<string, unknown> = {}) =>
  good(
    call(programmeRoutes.createSeries, {
      body: { name: "吴江区男子篮球联赛", kind: "league" as const, season: "2026", ...of },
    }),
  );

export const readSeries = (service: TestService, seriesId: string) =>
  good(service.anyone(programmeRoutes.getSeries, { path: { seriesId } }));

/** A draft that says its own words beside the tests' usual ones. */
export const draftOf = (call: Client, of: Record<string, unknown> = {}) =>
  call(registrationRoutes.createEvent, { body: eventInput(of) });

export const publish = (call: Client, eventId: string) =>
  call(registrationRoutes.publishEvent, { path: { eventId } });

/** The tests' event begins on 10 July at eight in Shanghai and ends at five. */
export const ON_THE_DAY = new Date("2026-07-10T01:00:00.000Z");
export const THE_DAY_AFTER = new Date("2026-07-11T01:00:00.000Z");

/** A published activity to which one may come as one is. */
export async function dropIn(service: TestService, of: Record<string, unknown> = {}, org?: string) {
  const call = organiser(service, org);
  const { groups: _none, ...said } = eventInput({ kind: "activity", dropIn: true, name: "健步走", ...of });
  const { eventId } = await good(call(registrationRoutes.createEvent, { body: said }));
  return { event: await good(publish(call, eventId)), path: { eventId } };
}

export const checkIn = (
  call: Client,
  path: { eventId: string },
  body: Record<string, unknown>,
  idempotencyKey?: string,
) =>
  call(programmeRoutes.checkIn, {
    path,
    body,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

/** An event with these people signed up, by birth date. */
export async function entered(
  service: TestService,
  people: readonly NonNullable<Parameters<typeof citizen>[1]>[],
  of: Record<string, unknown> = {},
) {
  const event = await publishedEvent(service, of);
  const holders: (Awaited<ReturnType<typeof citizen>> & { registrationId: string })[] = [];
  for (const person of people) {
    const who = await citizen(service, person);
    const { registrationId } = await good(signUp(who.call, event.path, event.groupIds[0] ?? ""));
    holders.push({ ...who, registrationId });
  }
  return { ...event, holders };
}

/** Evidence that an event was held, given by its organiser. */
export const evidence = async (call: Client): Promise<string> =>
  (await uploaded(call, pdf("合影"), { purpose: "holding-evidence", fileName: "合影.pdf" })).uploadId;

/** Reports an event of the tests' day as held. */
export const report = async (call: Client, path: { eventId: string }, of: Record<string, unknown> = {}) =>
  call(programmeRoutes.reportHolding, {
    path,
    body: {
      heldOn: "2026-07-10",
      participants: 120,
      uploadIds: of["uploadIds"] === undefined ? [await evidence(call)] : [],
      summary: "活动顺利举办。",
      ...of,
    },
  });

export const bureau = (service: TestService, sub = "bureau-1") =>
  service.as(sub, ["admin"], undefined, ["pwd", "mfa"]);

export const confirm = (call: Client, path: { eventId: string }, version = 1) =>
  call(programmeRoutes.confirmHolding, { path, ifMatch: version });

export const statistics = (service: TestService, query: Record<string, string> = {}) =>
  good(
    service.anyone(programmeRoutes.getProgrammeStatistics, {
      query: query as { year?: string; town?: string; sport?: string },
    }),
  );
