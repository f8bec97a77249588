import { mayActFor } from "#shared/people/acting.ts";
import { callersPersonId } from "#shared/people/store.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { pseudonymOf } from "./draw/secrets.ts";
import type { QueuedView, RegistrationView } from "./model.ts";
import { standingOfQueued } from "./queued.ts";
import {
  findRegistration,
  lookUpRegistration,
  type PublishedEvent,
  places,
  type Registration,
} from "./store.ts";
import { readTicket, type Ticket } from "./tickets.ts";
import { signedView, viewOf } from "./views.ts";

/** A registration of the caller or of somebody the caller acts for; any other does not exist for them. */
export async function ownRegistration(
  caller: Caller,
  registrationId: string,
): Promise<{ registration: Registration; event: PublishedEvent }> {
  const callerId = await callersPersonId(caller.sub);
  const found = await findRegistration(registrationId);
  if (!found || !(await mayActFor(callerId, found.registration.claim.participantId)))
    throw new Refusal(problems.notFound);
  return found;
}

/** What the registration says, with its place in the queue where it waits. */
async function shown(
  registration: Registration,
  event: PublishedEvent,
  now: Date,
): Promise<RegistrationView> {
  const { holder } = registration;
  const view = {
    ...viewOf(registration, now),
    ...signedView(registration),
    cancelUntil: event.cancelUntil,
    ...(event.allocation === "draw" && {
      drawPseudonym: await pseudonymOf(event.eventId, holder.party?.[0] ?? holder.holder),
    }),
  };
  if (holder.state !== "waiting") return view;
  // The first of a party stands in the queue for all of them.
  const [first = holder.holder] = holder.party ?? [];
  const queued = first === holder.holder ? holder : await places.findHolder(event.allotment, first);
  if (queued?.pendingSort === undefined) return view;
  return { ...view, position: await places.positionOf(event.allotment, queued) };
}

/** Whether what is stored is older than the sign-up that the ticket is for. */
const isBefore = ({ holder, claim }: Registration, { acceptedAt }: Ticket): boolean =>
  holder.state === "released" && claim.signedUpAt < acceptedAt;

/** A registration, or how a queued sign-up stands by its ticket; see {@link standingOfQueued} for refusals. */
export async function readRegistration(
  caller: Caller,
  registrationId: string,
  ticket: string | undefined,
  now: Date,
): Promise<RegistrationView | QueuedView> {
  if (ticket === undefined) {
    const { registration, event } = await ownRegistration(caller, registrationId);
    return shown(registration, event, now);
  }
  const [callerId, queued, found] = await Promise.all([
    callersPersonId(caller.sub),
    readTicket(registrationId, ticket),
    lookUpRegistration(registrationId),
  ]);
  if (!found || !(await mayActFor(callerId, queued.application.participantIds[0] ?? "")))
    throw new Refusal(problems.notFound);
  const { event } = found;
  const stored = async ({ registration }: { registration?: Registration }) =>
    registration && !isBefore(registration, queued) ? shown(registration, event, now) : undefined;
  return (
    (await stored(found)) ??
    standingOfQueued(event, registrationId, queued, async () =>
      stored((await lookUpRegistration(registrationId)) ?? {}),
    )
  );
}
