import type { CallInput, CallOutput, Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { citizen, good, organiser, publishedEvent, signUp, type TestService } from "./service.ts";

type RegistrationRead = Extract<CallOutput<typeof registrationRoutes.getRegistration>, { ok: true }>["body"];

/** Who holds a place, or waits for one. */
export interface Holder {
  call: Client;
  registrationId: string;
}

/** A registration as it can be read now. */
export const standing = ({ call, registrationId }: Holder): Promise<RegistrationRead> =>
  good(call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} }));

export const cancel = ({ call, registrationId }: Holder) =>
  call(registrationRoutes.cancelRegistration, { path: { registrationId } });

/** Takes the place that is kept. */
export const accept = ({ call, registrationId }: Holder, idempotencyKey?: string) =>
  call(registrationRoutes.acceptOffer, {
    path: { registrationId },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });

export const decline = ({ call, registrationId }: Holder) =>
  call(registrationRoutes.declineOffer, { path: { registrationId } });

/** How many places of each group are taken, free and waited for. */
export const availability = async (service: TestService, path: { eventId: string }) =>
  (await good(service.anyone(registrationRoutes.getAvailability, { path }))).groups;

/** The organiser changes an event as it stands. */
export async function changed(
  service: TestService,
  path: { eventId: string },
  body: CallInput<typeof registrationRoutes.changeEvent>["body"],
) {
  const { version } = await good(service.anyone(registrationRoutes.getEvent, { path }));
  return organiser(service)(registrationRoutes.changeEvent, { path, body, ifMatch: version });
}

/** An event with as many places as there are holders, and a waiting list. */
export async function fullEvent(service: TestService, capacity = 1, of: Record<string, unknown> = {}) {
  const groups = [{ name: "成人组", capacity }];
  const event = await publishedEvent(service, { groups, waitlist: true, ...of });
  const groupId = event.groupIds[0] ?? "";
  const holders: Holder[] = [];
  while (holders.length < capacity) {
    const { call } = await citizen(service);
    holders.push({ call, ...(await good(signUp(call, event.path, groupId))) });
  }
  return { ...event, groupId, holders };
}

/** Somebody, or several people together, who wait for an event that is full. */
export const join = async (
  call: Client,
  { path, groupId }: { path: { eventId: string }; groupId: string },
  participantIds?: string[],
): Promise<Holder> => {
  const together = participantIds && { participantIds };
  const { registrationId } = await good(signUp(call, path, groupId, { waitlist: true, ...together }));
  return { call, registrationId };
};

/** So many people who wait for an event, one after the other. */
export async function queueFor(
  service: TestService,
  event: { path: { eventId: string }; groupId: string },
  count: number,
): Promise<Holder[]> {
  const waiting: Holder[] = [];
  while (waiting.length < count) waiting.push(await join((await citizen(service)).call, event));
  return waiting;
}

/** An event whose one place was given back and is offered to somebody who waited for it. */
export async function offeredTo(service: TestService, waiter: Client) {
  const event = await fullEvent(service);
  const offered = await join(waiter, event);
  for (const holder of event.holders) await good(cancel(holder));
  return { ...event, offered };
}
