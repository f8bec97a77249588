import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { citizen, eventInput, good, type TestService } from "../../support/service.ts";
import type { Case, Whose } from "./cases.ts";

const ID = "01J00000000000000000000000";
const DAY_SECONDS = 86_400;

/** The cases of what is decided after sign-up: draws and applications. */
export function decisionCases(service: TestService): Readonly<Record<string, Case>> {
  /** A published event of the owner. */
  async function published(owner: Client, of: Record<string, unknown>) {
    const { eventId } = await good(owner(registrationRoutes.createEvent, { body: eventInput(of) }));
    const event = await good(owner(registrationRoutes.publishEvent, { path: { eventId } }));
    return { path: { eventId }, groupId: event.groups[0]?.groupId ?? "" };
  }
  const drawn = async (owner: Client, whose: Whose, of: Record<string, unknown> = {}) =>
    whose === "absent" ? { path: { eventId: `evt_${ID}` } } : published(owner, { allocation: "draw", ...of });

  /** One that was drawn by the owner: who draws again is answered. */
  async function made(owner: Client, whose: Whose) {
    const now = service.clock.now();
    const day = (days: number) => new Date(now.getTime() + days * DAY_SECONDS * 1_000).toISOString();
    const beacon = { source: "sports-lottery", game: "大乐透", issue: "26001", drawsOn: day(2).slice(0, 10) };
    const { path } = await drawn(owner, whose, { signUpClosesAt: day(0.001), draw: { beacon } });
    const body = { beacon: "01 02 03" };
    if (whose === "absent") return { path, body };
    service.clock.set(new Date(day(3)));
    await good(owner(drawRoutes.makeDraw, { path, body }));
    service.clock.set(now);
    return { path, body };
  }

  /** Somebody's application for an event of the owner. */
  async function applied(owner: Client, whose: Whose) {
    if (whose === "absent") return { path: { eventId: `evt_${ID}`, registrationId: `reg_${ID}` } };
    const { path, groupId } = await published(owner, { allocation: "approval" });
    const { call } = await citizen(service);
    const { registrationId } = await good(call(registrationRoutes.signUp, { path, body: { groupId } }));
    return { path: { ...path, registrationId } };
  }

  return {
    getDraw: {
      owned: false,
      make: async (_, whose) => {
        const organiser = service.as("draws", ["organiser"], "org-draws");
        return { path: (await drawn(organiser, whose)).path };
      },
    },
    commitDraw: { owned: true, make: async (owner, whose) => ({ path: (await drawn(owner, whose)).path }) },
    makeDraw: { owned: true, make: made },
    getEntrant: { owned: true, make: applied },
    approveRegistration: { owned: true, make: applied },
    rejectRegistration: {
      owned: true,
      make: async (owner, whose) => ({ ...(await applied(owner, whose)), body: { reason: "not-qualified" } }),
    },
  };
}
