import { runJob } from "#local/localRoutes.ts";
import type { Holder } from "#shared/allotment/model.ts";
import type { Client } from "#shared/client.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { daysAfter } from "#shared/platform/time.ts";
import type { RegistrationClaim } from "#shared/registration/model.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { findRegistration, places } from "#shared/registration/store.ts";
import { citizen, good, publishedEvent, signUp, type TestService } from "./service.ts";

/** Somebody of the bureau, who signed in with a second factor. */
export const bureau = (service: TestService, sub = "bureau-1") =>
  service.as(sub, ["admin"], undefined, ["pwd", "mfa"]);

/** Puts whoever a registration is for on the ban list; the answer as it came. */
export const banned = (
  by: Client,
  registrationId: string,
  of: Record<string, unknown> = {},
  idempotencyKey?: string,
) =>
  by(standingRoutes.createBan, {
    body: {
      registrationId,
      cause: "bib-transfer",
      term: { years: 1 },
      reason: "号码布由他人佩戴完赛",
      ...of,
    },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

export const lift = (by: Client, banId: string) =>
  by(standingRoutes.liftBan, { path: { banId }, body: { reason: "查明系误认" } });

/** Somebody signs up for an event of their own. */
export async function registered(service: TestService, call: Client, of: Record<string, unknown> = {}) {
  const event = await publishedEvent(service, of);
  const groupId = event.groupIds[0] ?? "";
  return { ...event, ...(await good(signUp(call, event.path, groupId))) };
}

/** Checks somebody in, as check-in does. */
export async function attend(registrationId: string): Promise<void> {
  const { registration, event } = (await findRegistration(registrationId)) ?? {};
  if (!registration || !event) throw new Error("nobody to check in");
  const was: Holder = registration.holder;
  const claim = { ...(was.claim as unknown as RegistrationClaim), status: "attended" };
  const next = { ...was, version: was.version + 1, claim };
  await dynamo.commit([places.planHolder(event.allotment, was, next)]);
}

export const statusOf = async (registrationId: string): Promise<string | undefined> =>
  (await findRegistration(registrationId))?.registration.claim.status;

/** An event of one day to which others come; the clock stands while one can sign up for it. */
export async function eventOn(service: TestService, day: string, of: Record<string, unknown> = {}) {
  service.clock.set(new Date(`${daysAfter(day, -2)}T04:00:00.000Z`));
  const event = await publishedEvent(service, {
    name: `健步走${day}`,
    startsAt: `${day}T00:00:00.000Z`,
    endsAt: `${day}T09:00:00.000Z`,
    signUpOpensAt: "2026-01-01T00:00:00.000Z",
    signUpClosesAt: `${daysAfter(day, -1)}T00:00:00.000Z`,
    ...of,
  });
  const groupId = event.groupIds[0] ?? "";
  const other = await good(signUp((await citizen(service)).call, event.path, groupId));
  return { ...event, groupId, other: other.registrationId };
}

/** It is one in the morning in Shanghai. */
export const oneOClock = (service: TestService, day: string): void =>
  service.clock.set(new Date(`${day}T01:00:00+08:00`));

export async function markNoShows(): Promise<void> {
  if (!(await runJob("markNoShows"))) throw new Error("the sweep of no-shows failed");
}

/** Somebody signs up for an event of each day, for themself or another, and does not come; others do. */
export async function misses(
  service: TestService,
  call: Client,
  days: readonly string[],
  participantId?: string,
): Promise<string[]> {
  const missed: string[] = [];
  for (const day of days) {
    const event = await eventOn(service, day);
    const more = participantId === undefined ? {} : { participantId };
    missed.push((await good(signUp(call, event.path, event.groupId, more))).registrationId);
    await attend(event.other);
    oneOClock(service, daysAfter(day, 1));
    await markNoShows();
  }
  return missed;
}

export const penaltiesOf = async (call: Client) =>
  (await good(call(standingRoutes.listMyPenalties, {}))).items;

export const appeal = (
  call: Client,
  penaltyId: string,
  of: { reason?: string; uploadId?: string } = {},
  idempotencyKey?: string,
) =>
  call(standingRoutes.appealPenalty, {
    path: { penaltyId },
    body: { reason: "当天突发急病，有病历", ...of },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

export const decideAppeal = (by: Client, appealId: string, outcome: "upheld" | "lifted") =>
  by(standingRoutes.decideAppeal, { path: { appealId }, body: { outcome, reason: "核实情况" } });
