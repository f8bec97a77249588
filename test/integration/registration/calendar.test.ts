import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "#shared/client.ts";
import { feedReference, planCalendarLink } from "#shared/people/calendarLink/store.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { findPerson } from "#shared/people/store.ts";
import { Contended } from "#shared/platform/database.ts";
import { client, dynamo } from "#shared/platform/dynamo.ts";
import { calendarRoutes } from "#shared/registration/calendar/contract.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { fetched, linked, subscribed } from "../../support/calendars.ts";
import { child } from "../../support/family.ts";
import {
  citizen,
  eventInput,
  good,
  organiser,
  publishedEvent,
  refused,
  signUp,
  startTestService,
  type TestService,
} from "../../support/service.ts";
import { accept, cancel, changed, fullEvent, join } from "../../support/waiting.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const icsOf = (eventId: string) => `${service.url}/v1/events/${eventId}/calendar.ics`;
const problemOf = async (answer: Response) =>
  `${answer.status} ${String(((await answer.json()) as { type: string }).type).replace("/problems/", "")}`;

describe("an event's calendar entry", () => {
  it("is text that any calendar program opens, for anybody", async () => {
    const { event } = await publishedEvent(service, { description: "第一行\n第二行，逗号, 分号;" });
    const answer = await fetched(icsOf(event.eventId));
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/calendar; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cache-control": "public, max-age=300",
      "content-disposition": `inline; filename="${event.eventId}.ics"`,
      vary: "accept-language",
    });
    const { name, entries } = await subscribed(icsOf(event.eventId));
    expect(name).toBe(event.name);
    expect(entries).toEqual([
      {
        uid: `${event.eventId}@leyun`,
        sequence: event.version,
        status: "CONFIRMED",
        startsAt: event.startsAt,
        endsAt: event.endsAt,
        summary: event.name,
        location: "平望镇 平望文体活动中心",
        description: expect.stringContaining("\n第一行\n第二行，逗号, 分号;"),
      },
    ]);
    expect(
      await good(service.anyone(calendarRoutes.getEventCalendar, { path: { eventId: event.eventId } })),
    ).toMatch(/^BEGIN:VCALENDAR\r\n/);
  });

  it("follows the event under the same UID with a higher SEQUENCE", async () => {
    const { event, path } = await publishedEvent(service);
    await good(
      changed(service, path, { startsAt: "2026-07-11T00:00:00.000Z", endsAt: "2026-07-11T09:00:00.000Z" }),
    );
    const [entry] = (await subscribed(icsOf(event.eventId))).entries;
    expect(entry).toMatchObject({
      uid: `${event.eventId}@leyun`,
      sequence: event.version + 1,
      startsAt: "2026-07-11T00:00:00.000Z",
    });
  });

  it("is not there for a draft, nor for an event that is none", async () => {
    const draft = await good(organiser(service)(registrationRoutes.createEvent, { body: eventInput() }));
    expect(await problemOf(await fetched(icsOf(draft.eventId)))).toBe("404 not-found");
    expect(await problemOf(await fetched(icsOf("evt_01J00000000000000000000000")))).toBe("404 not-found");
  });

  it("is not sent again to who has it, in this language, until it changes", async () => {
    const { event, path } = await publishedEvent(service);
    const first = await fetched(icsOf(event.eventId));
    const etag = first.headers.get("etag") ?? "";
    service.clock.advance(60);
    const again = await fetched(icsOf(event.eventId), { "if-none-match": `"other", ${etag}` });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    expect(again.headers.get("cache-control")).toBe("public, max-age=300");
    const english = { "if-none-match": etag, "accept-language": "en" };
    expect((await fetched(icsOf(event.eventId), english)).status).toBe(200);
    await good(changed(service, path, { name: "改名" }));
    expect((await fetched(icsOf(event.eventId), { "if-none-match": etag })).status).toBe(200);
  });
});

describe("the calendar of a person", () => {
  it("shows their registrations and their dependants', as they stand, by masked names alone", async () => {
    const { call, input } = await citizen(service, { name: "欧阳小明" });
    const { personId } = await child(call, { name: "欧阳子涵" });
    const sure = await publishedEvent(service, { name: "确定的赛" });
    const group = sure.groupIds[0] ?? "";
    const mine = await good(signUp(call, sure.path, group));
    const childs = await good(signUp(call, sure.path, group, { participantId: personId }));
    const full = await fullEvent(service, 1, { name: "候补的赛", startsAt: "2026-07-09T00:00:00.000Z" });
    const waiting = await join(call, full);
    const given = await publishedEvent(service, { name: "取消的赛" });
    await good(cancel({ call, ...(await good(signUp(call, given.path, given.groupIds[0] ?? ""))) }));

    const { url, feedToken } = await linked(call);
    expect(url).toBe(`${service.url}/v1/calendars/${feedToken}`);
    const { entries } = await subscribed(url);
    expect(entries.map(({ uid, status, summary }) => [uid, status, summary])).toEqual([
      [`${waiting.registrationId}@leyun`, "TENTATIVE", "候补的赛（候补）"],
      [`${mine.registrationId}@leyun`, "CONFIRMED", "确定的赛（已确认）"],
      [`${childs.registrationId}@leyun`, "CONFIRMED", "确定的赛（欧*** 已确认）"],
    ]);
    const text = await (await fetched(url)).text();
    for (const secret of [input.name, "子涵", input.idNumber, input.phone, personId])
      expect(text).not.toContain(secret);
  });

  it("follows a registration: an offer, its acceptance, and its end", async () => {
    const { call } = await citizen(service);
    const { url } = await linked(call);
    const full = await fullEvent(service, 1, { name: "热门的赛" });
    const waiting = await join(call, full);
    const seen = [await subscribed(url)];
    for (const holder of full.holders) await good(cancel(holder));
    seen.push(await subscribed(url));
    await good(accept(waiting));
    seen.push(await subscribed(url));
    await good(cancel(waiting));
    seen.push(await subscribed(url));
    expect(seen.map(({ entries }) => entries.map(({ summary }) => summary))).toEqual([
      ["热门的赛（候补）"],
      ["热门的赛（候补名额待接受）"],
      ["热门的赛（已确认）"],
      [],
    ]);
    const sequences = seen.flatMap(({ entries }) => entries.map(({ sequence }) => sequence));
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    expect(new Set(sequences).size).toBe(3);
  });

  it("shows nothing of an elder any more who took the right to act back", async () => {
    const [elder, relative] = [await citizen(service), await citizen(service)];
    const { invitationCode } = await good(elder.call(peopleRoutes.inviteProxy, {}));
    await good(relative.call(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }));
    const { path, groupIds } = await publishedEvent(service);
    await good(signUp(elder.call, path, groupIds[0] ?? ""));
    const { url } = await linked(relative.call);
    expect((await subscribed(url)).entries).toHaveLength(1);
    await good(elder.call(peopleRoutes.removeProxy, { path: { personId: relative.personId } }));
    expect((await subscribed(url)).entries).toEqual([]);
  });

  it("is private, and not sent again to who has it", async () => {
    const { call } = await citizen(service);
    const { url } = await linked(call);
    const first = await fetched(url);
    expect(first.headers.get("cache-control")).toBe("private, max-age=300");
    expect(first.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    const etag = first.headers.get("etag") ?? "";
    expect((await fetched(url, { "if-none-match": etag })).status).toBe(304);
    const { path, groupIds } = await publishedEvent(service);
    await good(signUp(call, path, groupIds[0] ?? ""));
    expect((await fetched(url, { "if-none-match": etag })).status).toBe(200);
  });
});

describe("the address of a calendar", () => {
  const open = async (url: string) => (await fetched(url)).status;
  const ended = (call: Client) => good(call(calendarRoutes.endCalendarLink, {}));

  it("is the same for the same request, and nobody else's", async () => {
    const [me, other] = [await citizen(service), await citizen(service)];
    const first = await linked(me.call, "calendar-key");
    expect(first.feedToken).toMatch(/^[\w-]{43}$/);
    service.clock.advance(60);
    expect(await linked(me.call, "calendar-key")).toEqual(first);
    expect((await linked(other.call, "calendar-key")).feedToken).not.toBe(first.feedToken);
    expect((await linked(me.call, "another-key")).feedToken).not.toBe(first.feedToken);
  });

  it("ends with the next one, also when it is asked for again under its old key", async () => {
    const { call } = await citizen(service);
    const first = await linked(call, "first-key");
    const second = await linked(call);
    expect([await open(first.url), await open(second.url)]).toEqual([404, 200]);
    await linked(call, "first-key");
    expect([await open(first.url), await open(second.url)]).toEqual([404, 200]);
  });

  it("of several that are made at once one is left, and nothing else is stored", async () => {
    const { call, personId } = await citizen(service);
    const made = await Promise.all([1, 2, 3].map(() => call(calendarRoutes.createCalendarLink, {})));
    const links = made.flatMap((answer) => (answer.ok ? [answer.body] : []));
    for (const { ok, status, headers } of made)
      if (!ok) expect([status, headers.get("retry-after")]).toEqual([409, "1"]);
    const statuses = await Promise.all(links.map(({ url }) => open(url)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await leading(personId)).toHaveLength(1);
  });

  it("ends when its person says so, twice without a difference", async () => {
    const { call, personId } = await citizen(service);
    const { url } = await linked(call);
    await ended(call);
    await ended(call);
    expect(await open(url)).toBe(404);
    expect(await leading(personId)).toEqual([]);
    expect(await open((await linked(call)).url)).toBe(200);
  });

  it("ends with its person, and leaves nothing behind", async () => {
    const { call, personId } = await citizen(service);
    const { url } = await linked(call);
    await good(call(peopleRoutes.eraseMe, {}));
    expect(await open(url)).toBe(404);
    expect(await leading(personId)).toEqual([]);
  });

  it("is the one that the person's own item names, and an erased person gets none", async () => {
    const { call, personId } = await citizen(service);
    const { feedToken, url } = await linked(call);
    await ended(call);
    // What a request left behind that came beside another.
    const left = { pk: `CALENDAR#${await feedReference(feedToken)}`, sk: "CALENDAR", personId };
    await dynamo.writeHints("people", [left], []);
    expect(await open(url)).toBe(404);
    const person = await findPerson(personId, true);
    if (!person) throw new Error("nobody");
    await good(call(peopleRoutes.eraseMe, {}));
    const link = { reference: "x", createdAt: "2026-06-10T04:00:00.000Z" };
    await expect(dynamo.commit(planCalendarLink(person, link))).rejects.toThrow(Contended);
  });

  it("is told among a person's own data, without the token", async () => {
    const { call } = await citizen(service);
    expect(await good(call(peopleRoutes.getMyData, { query: {} }))).not.toHaveProperty("calendarLink");
    const { createdAt } = await linked(call);
    expect((await good(call(peopleRoutes.getMyData, { query: {} }))).calendarLink).toEqual({ createdAt });
  });

  it("does not change the profile's version", async () => {
    const { call, input } = await citizen(service);
    await linked(call);
    const body = { ...input, phone: "13900001111" };
    expect(await good(call(peopleRoutes.putMe, { body, ifMatch: 1 }))).toMatchObject({
      phoneMasked: "139****1111",
    });
    expect(await open((await linked(call)).url)).toBe(200);
  });

  it("is needed: an unknown one, or one that is none, opens nothing", async () => {
    const { feedToken } = await linked((await citizen(service)).call);
    const other = `${feedToken.slice(0, -1)}${feedToken.endsWith("A") ? "B" : "A"}`;
    for (const token of [other, "A".repeat(43), "x", "..", feedToken.slice(1)])
      expect(await open(`${service.url}/v1/calendars/${token}`)).toBe(404);
  });

  it("can be read sixty times an hour, and others' go on", async () => {
    const [mine, other] = [
      await linked((await citizen(service)).call),
      await linked((await citizen(service)).call),
    ];
    for (let read = 0; read < 60; read += 1) expect(await open(mine.url)).toBe(200);
    const refusal = await fetched(mine.url);
    expect(Number(refusal.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await problemOf(refusal)).toBe("429 rate-limited");
    expect(await open(other.url)).toBe(200);
    service.clock.advance(3_600);
    expect(await open(mine.url)).toBe(200);
  });

  it("needs a profile", async () => {
    const nobody = service.as("calendar-nobody", ["citizen"]);
    expect(await refused(nobody(calendarRoutes.createCalendarLink, {}))).toBe("404 profile-missing");
    expect(await refused(nobody(calendarRoutes.endCalendarLink, {}))).toBe("404 profile-missing");
  });

  it("is stored nowhere, in no table", async () => {
    const { call } = await citizen(service);
    const { feedToken } = await linked(call);
    for (const TableName of Object.values(service.parts.tableNames)) {
      const { Items = [] } = await client.send(new ScanCommand({ TableName }));
      expect(JSON.stringify(Items), TableName).not.toContain(feedToken);
    }
  });
});

/** The items by which addresses lead to a person. */
async function leading(personId: string): Promise<unknown[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: service.parts.tableNames.people }));
  return Items.filter((item) => String(item["pk"]).startsWith("CALENDAR#") && item["personId"] === personId);
}
