import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { bornFor, invented, type Profile, settled } from "./people.ts";
import { freshName, type WalkedService } from "./service.ts";
import { type BodyOf, granted, type Walk } from "./walk.ts";

/** Somebody who signs in, with a profile. */
export interface Someone {
  call: Client;
  profile: Profile;
}

/** What the chapters of a day share. */
export interface Scene {
  service: WalkedService;
  walk: Walk;
  /** The organiser whose events are entered. */
  organiser: Client;
  orgId: string;
  /** An organiser of another organisation. */
  stranger: Client;
  /** The citizen whose day it is. */
  me: Client;
  year: number;
  /** Somebody else, beside the steps. */
  someone(name: string): Promise<Someone>;
}

export async function sceneOf(service: WalkedService, walk: Walk): Promise<Scene> {
  const run = freshName();
  const orgId = `org-walk-${run}`;
  const year = (await service.now()).getUTCFullYear();
  let others = 0;
  return {
    service,
    walk,
    organiser: service.as(`walk-organiser-${run}`, ["organiser"], orgId),
    orgId,
    stranger: service.as(`walk-stranger-${run}`, ["organiser"], `org-stranger-${run}`),
    me: service.as(`walk-me-${run}`, ["citizen"]),
    year,
    async someone(name) {
      others += 1;
      const call = service.as(`walk-${run}-${others}`, ["citizen"]);
      return { call, profile: await settled(call, invented(name, bornFor(35, year))) };
    },
  };
}

type SignUp = Partial<Parameters<typeof signUpInput>[1]>;

export const signUpInput = (
  { path, groupId }: { path: { eventId: string }; groupId: string },
  { idempotencyKey, ...more }: { idempotencyKey?: string; [field: string]: unknown } = {},
) => ({
  path,
  body: { groupId, ...more },
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});

/** Signs up beside the steps. */
export const entered = (
  { call }: Pick<Someone, "call">,
  event: Parameters<typeof signUpInput>[0],
  more: SignUp = {},
): Promise<BodyOf<typeof registrationRoutes.signUp>> =>
  granted(call(registrationRoutes.signUp, signUpInput(event, more)));

/** A registration as it stands. */
export const read = (call: Client, registrationId: string) =>
  granted(call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} }));

/** How it stands, in a word. */
export const statusOf = async (call: Client, registrationId: string): Promise<string> =>
  (await read(call, registrationId)).status;
