import type { SignUpAccepted } from "#events/contracts/signUpAccepted.ts";
import { handOut } from "#shared/allotment/handOut.ts";
import { LaneMemory } from "#shared/allotment/laneMemory.ts";
import { drawable, type Lane, TOTAL } from "#shared/allotment/model.ts";
import { type Outcome, refusedForGood, type TakeRequest } from "#shared/allotment/request.ts";
import { personToActFor } from "#shared/people/acting.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { type RequestKey, remember } from "#shared/platform/remember.ts";
import type { Instant } from "#shared/platform/time.ts";
import { refuseUnlisted } from "./desk/qualifying.ts";
import { readAnswers } from "./eligibility/answerRules.ts";
import { consentsOf } from "./eligibility/consentRules.ts";
import type { Application, QueuedView, RegistrationView } from "./model.ts";
import { proxiedNotices } from "./notices.ts";
import { registrationProblems } from "./problems.ts";
import { admitSignUp } from "./rules.ts";
import { holdersOf, type Remembering, registrationIdOf, requestOf } from "./signUp.ts";
import { fairnessOf, LimitsGuard, refusedByLimits } from "./standing/guards.ts";
import { kernel, type PublishedEvent, places, publishedEvent, publishedEventInRush } from "./store.ts";
import { isTicketOver, signTicket, type Ticket } from "./tickets.ts";

/** How old what is known of a full event may be: a rush must not read one counter for everybody. */
const FULL_AGE_MS = 1_000;
const seen = new Map<string, { zeros: Record<string, Lane>; readAt: number }>();

async function zerosOf({ allotment }: PublishedEvent, maxAgeMs: number): Promise<Record<string, Lane>> {
  const now = kernel.now().getTime();
  const known = seen.get(allotment.number);
  if (known && Math.abs(now - known.readAt) <= maxAgeMs) return known.zeros;
  const zeros = await places.readZeros(allotment);
  seen.set(allotment.number, { zeros, readAt: now });
  return zeros;
}

/** Whether a newcomer finds no place: the other lanes were seen empty, and lane 0 has none for them. */
function isFull(
  { allotment }: PublishedEvent,
  leaves: readonly string[],
  zeros: Record<string, Lane>,
): boolean {
  const empty = (counter: string) => {
    const zero = zeros[counter];
    const alone = zero?.lanes === 1 || zero?.emptied === zero?.layout;
    return zero !== undefined && alone && (zero.places <= 0 || (counter !== TOTAL && zero.waiting > 0));
  };
  const drawn = drawable(allotment, leaves, kernel.now().toISOString());
  return drawn.every(empty) || (allotment.total && empty(TOTAL));
}

/** Lane 0 of every counter as of at most a second ago. */
export const recentZeros = (event: PublishedEvent): Promise<Record<string, Lane>> =>
  zerosOf(event, FULL_AGE_MS);

/**
 * Refuses `event-full` for one who would not wait, without a write.
 * @param zeros read before the holder was
 */
export function refuseWhenFull(
  event: PublishedEvent,
  { leaves, waitlist }: Application,
  zeros: Record<string, Lane>,
): void {
  if (!waitlist && isFull(event, leaves, zeros)) throw new Refusal(registrationProblems.eventFull);
}

/** A sign-up that is queued, as its caller sees it; one that is queued is of one person. */
async function queuedView(registrationId: string, ticket: Ticket): Promise<QueuedView> {
  const { eventId, groupId, participantIds, signedUpAt } = ticket.application;
  return {
    registrationId,
    eventId,
    groupId,
    participantId: participantIds[0] ?? "",
    signedUpAt,
    status: "queued",
    ticket: await signTicket(registrationId, ticket),
  };
}

/** What the queue is told of an admitted sign-up, and what its caller is answered. */
export async function accept(
  event: PublishedEvent,
  application: Application,
  holders: readonly string[],
  { key, alone, told }: { key: RequestKey; alone: boolean; told: readonly string[] },
): Promise<{ message: SignUpAccepted; answer: QueuedView }> {
  const acceptedAt = application.signedUpAt;
  const registrationId = registrationIdOf(event, holders[0] ?? "");
  const tells = told.length > 0 && { tells: [...told] };
  return {
    message: { type: "leyun.signUpAccepted.v1", data: { application, key, alone, acceptedAt, ...tells } },
    answer: await queuedView(registrationId, { application, acceptedAt }),
  };
}

/** An application under the event as it is now; judged again where the event was changed since. */
async function admittedNow(
  event: PublishedEvent,
  application: Application,
  acceptedAt: Instant,
): Promise<Application> {
  if (application.rules === event.version) return application;
  const { participantIds, signedUpBy, groupId, waitlist, declares = [] } = application;
  const now = new Date(acceptedAt);
  const people = await Promise.all(participantIds.map((id) => personToActFor(signedUpBy, id, now)));
  const command = { groupId, waitlist, declares, consents: consentsOf(application.consents) };
  const admitted = admitSignUp(event, people, command, { signedUpBy, attempts: 0, now });
  // An event that takes answers is not queued; one that came to do so meanwhile was not answered.
  readAnswers(event, people, admitted.consents, { answers: {}, answersFor: {} });
  // The entries by which they qualified are checked when the place is taken.
  return { ...admitted, qualifierIds: application.qualifierIds };
}

const memories = new Map<string, LaneMemory>();
const ROUNDS = 5;

/**
 * Serves accepted sign-ups of one event together. Answers which could not be settled and must come again; a refusal
 * is settled: who asks judges it from the same facts.
 */
async function serveOf(eventId: string, accepted: readonly SignUpAccepted[]): Promise<SignUpAccepted[]> {
  let left = [...accepted];
  for (let round = 0; round < ROUNDS && left.length > 0; round += 1) {
    const event = await (round === 0 ? publishedEventInRush(eventId) : publishedEvent(eventId));
    const { number } = event.allotment;
    const memory = memories.get(number) ?? new LaneMemory();
    memories.set(number, memory);
    const fair = await fairnessOf(event, { now: kernel.now(), named: true });
    const requests = await Promise.all(
      left.map(async ({ data: { application, key, alone, acceptedAt, tells = [] } }) => {
        if (isTicketOver(acceptedAt, kernel.now())) return undefined;
        try {
          const admitted = await admittedNow(event, application, acceptedAt);
          const holders = await holdersOf(event, application.participantIds);
          const also = (answer: RegistrationView) => [
            remember(key, answer),
            ...proxiedNotices(event, admitted, holders, tells),
          ];
          const remembering: Remembering = alone ? { key } : { also };
          return requestOf(event, admitted, holders, remembering, acceptedAt, fair);
        } catch (error) {
          if (error instanceof Refusal) return undefined;
          throw error;
        }
      }),
    );
    const asked = requests.flatMap((request, at) => (request ? [{ request, message: left[at] }] : []));
    const outcomes = await handOut(
      kernel,
      event.allotment,
      asked.map(({ request }) => request),
      { memory },
    );
    const again = (wanted: Outcome["outcome"]) =>
      asked.flatMap(({ message }, at) => (outcomes[at]?.outcome === wanted && message ? [message] : []));
    left = again("rules-changed");
    const unsettled = [...again("unsettled"), ...(await refusedAnew(asked, outcomes))];
    if (unsettled.length > 0) return [...left, ...unsettled];
  }
  return left;
}

/**
 * Keeps for who asks that the limits of their persons refused some; answers those whose limits moved meanwhile, which
 * come again.
 */
async function refusedAnew(
  asked: readonly { request: TakeRequest; message: SignUpAccepted | undefined }[],
  outcomes: readonly Outcome[],
): Promise<SignUpAccepted[]> {
  const judged = await Promise.all(
    asked.map(async ({ request, message }, at) => {
      const outcome = outcomes[at];
      const [guard] = request.guards ?? [];
      if (outcome?.outcome !== "refused" || !(outcome.error instanceof Refusal)) return [];
      if (!message || !(guard instanceof LimitsGuard)) return [];
      return (await guard.noteRefused(outcome.error)) ? [] : [message];
    }),
  );
  return judged.flat();
}

/** Serves accepted sign-ups, those of each event together; answers which must come again. */
export async function serveAccepted(accepted: readonly SignUpAccepted[]): Promise<Set<SignUpAccepted>> {
  const byEvent = Map.groupBy(accepted, ({ data }) => data.application.eventId);
  const unsettled = await Promise.all(
    [...byEvent].map(async ([eventId, messages]) => {
      try {
        return await serveOf(eventId, messages);
      } catch (error) {
        // The event is gone: nobody can be served, and who asks is told so.
        return error instanceof Refusal ? [] : messages;
      }
    }),
  );
  return new Set(unsettled.flat());
}

/**
 * How a queued sign-up stands of which nothing is stored: still queued, or refused for a reason that worker and
 * asker judge alike. Refuses `event-full`, `ticket-expired`, or what the event's present rules refuse.
 * @param stored asks once more whether it was served: what is full now may be so because it was
 */
export async function standingOfQueued(
  event: PublishedEvent,
  registrationId: string,
  ticket: Ticket,
  stored: () => Promise<RegistrationView | undefined>,
): Promise<RegistrationView | QueuedView> {
  const { application, acceptedAt } = ticket;
  const zeros = await zerosOf(event, 0);
  const told = (counter: string) => {
    const zero = zeros[counter];
    return zero !== undefined && refusedForGood({ acceptedAt, joins: application.waitlist }, zero);
  };
  const limitsRefused = async () => {
    const { signedUpAt, participantIds } = application;
    if (!event.fairness) return undefined;
    return refusedByLimits({ personId: participantIds[0] ?? "", registrationId, signedUpAt });
  };
  const refusal =
    application.leaves.every(told) || told(TOTAL)
      ? new Refusal(registrationProblems.eventFull)
      : isTicketOver(acceptedAt, kernel.now())
        ? new Refusal(registrationProblems.ticketExpired)
        : ((await limitsRefused()) ??
          (await admittedNow(event, application, acceptedAt)
            .then(() => refuseUnlisted(event, application))
            .catch((error: unknown) => error)));
  if (refusal) {
    const served = await stored();
    if (served) return served;
    throw refusal;
  }
  return queuedView(registrationId, ticket);
}
