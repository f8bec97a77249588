import type { CallInput, CallOutput, Client } from "#shared/client.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { citizen, good, organiser, publishedEvent, signUp, type TestService } from "./service.ts";

type RegistrationRead = Extract<CallOutput<typeof registrationRoutes.getRegistration>, { ok: true }>["body"];

/** A registration as it can be read now. */
export const standing = (call: Client, registrationId: string): Promise<RegistrationRead> =>
  good(call(registrationRoutes.getRegistration, { path: { registrationId }, query: {} }));

export const cancel = (call: Client, registrationId: string) =>
  call(registrationRoutes.cancelRegistration, { path: { registrationId } });

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
  const holders: { call: Client; registrationId: string }[] = [];
  while (holders.length < capacity) {
    const { call } = await citizen(service);
    holders.push({ call, ...(await good(signUp(call, event.path, groupId))) });
  }
  return { ...event, groupId, holders };
}

/** What somebody is answered who waits. */
export const join = (call: Client, path: { eventId: string }, groupId: string) =>
  good(signUp(call, path, groupId, { waitlist: true }));

/** An event whose one place was given back and is offered to somebody who waited for it. */
export async function offeredTo(service: TestService, waiter: Client) {
  const { path, groupId, holders } = await fullEvent(service);
  const { registrationId } = await join(waiter, path, groupId);
  for (const holder of holders) await good(cancel(holder.call, holder.registrationId));
  return { path, groupId, registrationId };
}
