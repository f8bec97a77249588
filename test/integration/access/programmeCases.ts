import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { draftOf, evidence, publish, seriesOf } from "../../support/programme.ts";
import { eventInput, good, organiser, type TestService } from "../../support/service.ts";
import { pdf, uploaded } from "../../support/uploads.ts";
import type { Case, Whose } from "./cases.ts";

const ULID = "01J00000000000000000000000";
const absentEvent = { eventId: `evt_${ULID}` };
const itemId = "medical";

/** Seconds that a short activity lasts. */
const SHORT = 60;

/** The cases of series, checklists, check-in, reports of holding and figures. */
export function programmeCases(service: TestService): Readonly<Record<string, Case>> {
  const nothing = async () => ({});
  const series = async (owner: Client, whose: Whose) => ({
    seriesId: whose === "absent" ? `ser_${ULID}` : (await seriesOf(owner)).seriesId,
  });
  const draft = async (owner: Client, whose: Whose) =>
    whose === "absent"
      ? absentEvent
      : { eventId: (await good(draftOf(owner, { checklist: [{ itemId, title: "医疗" }] }))).eventId };
  /** An activity that began an hour ago and ends so many seconds from now. */
  const today = async (owner: Client, whose: Whose, seconds: number) => {
    if (whose === "absent") return absentEvent;
    const from = (of: number) => new Date(service.clock.now().getTime() + of * 1_000).toISOString();
    const times = { startsAt: from(-3_600), endsAt: from(seconds) };
    const { groups: _none, signUpOpensAt: _o, signUpClosesAt: _c, ...said } = eventInput(times);
    const body = { ...said, kind: "activity", dropIn: true } as const;
    const { eventId } = await good(owner(registrationRoutes.createEvent, { body }));
    await good(publish(owner, eventId));
    return { eventId };
  };
  const holding = async (owner: Client, whose: Whose) => {
    const path = await today(owner, whose, SHORT);
    const uploadIds = whose === "absent" ? [`upl_${ULID}`] : [await evidence(owner)];
    if (whose !== "absent") service.clock.advance(2 * SHORT);
    const heldOn = new Date(service.clock.now().getTime() + 8 * 3_600_000 - 600_000)
      .toISOString()
      .slice(0, 10);
    return { path, body: { heldOn, participants: 5, uploadIds, summary: "顺利举办" } };
  };
  const reported = async (owner: Client, whose: Whose) => {
    const report = await holding(owner, whose);
    if (whose !== "absent") await good(owner(programmeRoutes.reportHolding, report));
    return report.path;
  };
  /** An official looks at what some organiser did. */
  const somebodys = (whose: Whose) => reported(organiser(service, "org-reporting"), whose);
  return {
    getSeries: {
      owned: false,
      make: async (_, whose) => ({ path: await series(organiser(service), whose) }),
    },
    listEventTemplates: { owned: false, make: nothing },
    getProgrammeStatistics: { owned: false, make: nothing },
    createSeries: {
      owned: false,
      make: async () => ({ body: { name: "路跑联赛", kind: "series", season: "2026" } }),
    },
    changeSeries: {
      owned: true,
      make: async (owner, whose) => ({
        path: await series(owner, whose),
        body: { season: "2027" },
        ifMatch: 1,
      }),
    },
    listOrganiserSeries: {
      owned: true,
      make: async (owner, whose) =>
        whose === "absent"
          ? { path: { orgId: "org-nowhere" } }
          : { path: { orgId: (await seriesOf(owner)).organiserId } },
    },
    cloneEvent: {
      owned: true,
      make: async (owner, whose) => ({
        path: await draft(owner, whose),
        body: { startsAt: "2026-08-10T00:00:00.000Z" },
      }),
    },
    tickChecklistItem: {
      owned: true,
      make: async (owner, whose) => ({
        path: { ...(await draft(owner, whose)), itemId },
        body: { done: true },
        ifMatch: 1,
      }),
    },
    getChecklistFile: {
      owned: true,
      make: async (owner, whose) => {
        const path = { ...(await draft(owner, whose)), itemId };
        if (whose === "absent") return { path };
        const { uploadId } = await uploaded(owner, pdf(), { purpose: "checklist-paper" });
        const body = { done: true, uploadId };
        await good(owner(programmeRoutes.tickChecklistItem, { path, body, ifMatch: 1 }));
        return { path };
      },
    },
    checkIn: {
      owned: true,
      make: async (owner, whose) => ({ path: await today(owner, whose, 600), body: { count: 3 } }),
    },
    reportHolding: { owned: true, make: holding },
    getHolding: { owned: true, make: async (owner, whose) => ({ path: await reported(owner, whose) }) },
    listHoldings: {
      owned: false,
      make: async () => {
        await somebodys("own");
        return {};
      },
    },
    confirmHolding: {
      owned: false,
      make: async (_, whose) => ({ path: await somebodys(whose), ifMatch: 1 }),
    },
  };
}
