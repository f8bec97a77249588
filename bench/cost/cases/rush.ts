import type { Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { registrationPolicy } from "#shared/registration/policy.ts";
import { good, publishedEvent } from "#test/support/service.ts";
import { type CostSheet, sentDuring } from "../sheet.ts";

export type Event = Awaited<ReturnType<typeof publishedEvent>>;

/** What serves accepted sign-ups. */
export const WORKER = "jobs/serveSignUps";

/** Places enough that a lane holds those of one transaction, after one was taken. */
export const PLENTY = 200 * registrationPolicy.rushLanes.value;

/** An event with a rush, of one group. */
export const rushEvent = (
  { service }: CostSheet,
  capacity: number,
  of: Record<string, unknown> = {},
): Promise<Event> =>
  publishedEvent(service, { groups: [{ name: "成人组", capacity }], mode: "queued", ...of });

interface Asked {
  participantId?: string;
  participantIds?: string[];
  waitlist?: boolean;
  queueToken?: string;
}

/** Asks for a place in the event's first group. */
export const place = (
  { path, groupIds }: Event,
  me: Client,
  asked: Asked = {},
  idempotencyKey: string = crypto.randomUUID(),
) => {
  const body = { groupId: groupIds[0] ?? "", ...asked };
  return me(registrationRoutes.signUp, { path, body, idempotencyKey });
};

/** Their sign-ups, one after the other, as messages to the worker. */
export async function acceptedIn(
  event: Event,
  people: readonly Client[],
  asked: Asked = {},
): Promise<string[]> {
  const { bodies } = await sentDuring(async () => {
    for (const me of people) await good(place(event, me, asked));
  });
  return bodies;
}
