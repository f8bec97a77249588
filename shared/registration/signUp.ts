import { handOut } from "#shared/allotment/handOut.ts";
import { LaneMemory } from "#shared/allotment/laneMemory.ts";
import { countersOf, type Holder, holderId, holderKey } from "#shared/allotment/model.ts";
import { type Member, type Outcome, refusedByHolders, type TakeRequest } from "#shared/allotment/request.ts";
import type { Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { RequestKey } from "#shared/platform/remember.ts";
import type { Instant } from "#shared/platform/time.ts";
import { planQualified } from "./desk/store.ts";
import { type Application, poolLeaf, type RegistrationView } from "./model.ts";
import { registrationProblems } from "./problems.ts";
import { claimFor, statusOf } from "./rules.ts";
import { type Fair, fairnessOf, LimitsGuard } from "./standing/guards.ts";
import { kernel, type PublishedEvent, places, registrationOf } from "./store.ts";
import { viewOf } from "./views.ts";

/** Where some people's places in an event stand, as read before anything is decided. */
export interface Seats {
  /** Hex keys of the holders, in the order of the people. */
  holders: string[];
  standing: ReadonlyMap<string, Holder | undefined>;
  memory: LaneMemory;
}

export const registrationIdOf = ({ allotment }: PublishedEvent, holder: string) =>
  holderId("reg", allotment, holder);

export const holdersOf = ({ allotment }: PublishedEvent, participantIds: readonly string[]) =>
  Promise.all(participantIds.map((participantId) => holderKey(allotment, participantId)));

/**
 * The counters of a group and then the holders, so that whoever has the last place is seen to have it; where sign-ups
 * are queued the holders alone (no group), since one item cannot be read by everybody in a rush. A group the event has not has no counters.
 */
export async function readSeats(
  event: PublishedEvent,
  participantIds: readonly string[],
  groupId: string | undefined,
): Promise<Seats> {
  const { allotment } = event;
  const holders = await holdersOf(event, participantIds);
  const group = event.groups.find((known) => known.groupId === groupId);
  const leaves = group ? [group.groupId, ...group.pools.map((_, at) => poolLeaf(group.groupId, at))] : [];
  const counters = [...new Set(leaves.flatMap((leaf) => countersOf(allotment, leaf)))];
  const lanes = counters.map((counter) => ({ counter, lane: 0 }));
  const memory = new LaneMemory();
  const now = kernel.now().getTime();
  const zeros = await places.read(allotment, { lanes });
  for (const [at, counter] of counters.entries()) memory.learn(counter, 0, zeros.lanes[at], now);
  const read = await places.read(allotment, { holders });
  return { holders, standing: new Map(holders.map((holder, at) => [holder, read.holders[at]])), memory };
}

/** Refuses `already-signed-up`; answers how often they signed up before, the most of any of them. */
export function refuseHeld(event: PublishedEvent, { holders, standing }: Seats): { attempts: number } {
  const before = holders.flatMap((holder) => standing.get(holder) ?? []);
  const held = before.find(({ state }) => state !== "released");
  if (held) throw alreadySignedUp(event, held);
  return { attempts: Math.max(0, ...before.map(({ attempt }) => attempt)) };
}

const alreadySignedUp = (event: PublishedEvent, { holder }: Holder): Refusal =>
  new Refusal(registrationProblems.alreadySignedUp, {
    facts: { registrationId: registrationIdOf(event, holder) },
  });

/** What the same request was answered before; refuses `idempotency-key-reused`. */
export function answeredBefore(holder: Holder | undefined, key: RequestKey): RegistrationView | undefined {
  const member = { holder: holder?.holder ?? "", owner: "", ownerSort: "" };
  const before = refusedByHolders({ members: [member], key }, () => holder);
  if (before?.outcome === "key-reused") throw new Refusal(problems.idempotencyKeyReused);
  return before?.outcome === "served" ? (before.served.answer as unknown as RegistrationView) : undefined;
}

/** How a request is remembered: with the holder when the participant asks alone for themself, else by `also`. */
export interface Remembering {
  key?: RequestKey;
  also?: (answer: RegistrationView) => Part[];
}

/** What an application asks of the allotment. */
export function requestOf(
  event: PublishedEvent,
  application: Application,
  holders: readonly string[],
  { key, also }: Remembering,
  acceptedAt?: Instant,
  fair?: Fair,
): TakeRequest {
  const { participantIds, signedUpAt, leaves, rules, waitlist, settledBy, qualifierIds = [] } = application;
  const members = participantIds.map(
    (owner, at): Member => ({
      holder: holders[at] ?? "",
      owner,
      ownerSort: `${signedUpAt}#${event.eventId}`,
    }),
  );
  const party = members.map(({ holder }) => registrationIdOf(event, holder));
  const answerFor = (member: Member, status: RegistrationView["status"]): RegistrationView => {
    const claim = claimFor(application, member.owner, status);
    const registrationId = registrationIdOf(event, member.holder);
    return viewOf({ registrationId, claim, ...(party.length > 1 && { party }) }, new Date(signedUpAt));
  };
  const [first] = members;
  const listed = qualifierIds.map((id) => planQualified(event, id));
  return {
    members: members as [Member, ...Member[]],
    leaves: leaves as [string, ...string[]],
    rules,
    joins: waitlist,
    ...(fair && {
      guards: members.map(({ owner: personId, holder }) => {
        const registrationId = registrationIdOf(event, holder);
        return new LimitsGuard(event, { personId, registrationId, signedUpAt }, fair);
      }),
    }),
    ...(settledBy !== "place" && { enters: true }),
    ...(key && { key }),
    ...(acceptedAt !== undefined && { acceptedAt }),
    ...((also || listed.length > 0) &&
      first && {
        also: (state) => [...listed, ...(also?.(answerFor(first, statusOf(application, state))) ?? [])],
      }),
    record: ({ member, state }) => ({
      claim: {
        ...claimFor(application, member.owner, statusOf(application, state)),
        ...(fair && { limited: true }),
      },
      answer: { ...answerFor(member, statusOf(application, state)) },
    }),
  };
}

/**
 * What an outcome is for who asked: the registration, or `rules-changed` when the event was changed after it was
 * read, so that the caller decides again. Refuses `already-signed-up`, `event-full`, `not-found` when the event
 * closed meanwhile.
 */
export function meaningOf(
  outcome: Outcome,
  event: PublishedEvent,
  now: Date,
): RegistrationView | "rules-changed" {
  switch (outcome.outcome) {
    case "taken":
    case "entered":
    case "waiting": {
      const [first] = outcome.holders;
      return viewOf(registrationOf(event.allotment.number, first as Holder), now);
    }
    case "served":
      return outcome.served.answer as unknown as RegistrationView;
    case "rules-changed":
      return outcome.outcome;
    case "key-reused":
      throw new Refusal(problems.idempotencyKeyReused);
    case "held":
      throw alreadySignedUp(event, outcome.holder);
    case "full":
      throw new Refusal(registrationProblems.eventFull);
    case "closed":
      throw new Refusal(problems.notFound);
    case "refused":
    case "unsettled":
      throw outcome.error;
  }
}

/** Takes the places of one application, at once. */
export async function serveAtOnce(
  event: PublishedEvent,
  application: Application,
  { holders, standing, memory }: Seats,
  remembering: Remembering,
): Promise<RegistrationView | "rules-changed"> {
  const named = application.onBehalf === undefined;
  const fair = await fairnessOf(event, { now: kernel.now(), named });
  const request = requestOf(event, application, holders, remembering, undefined, fair);
  const [outcome] = await handOut(kernel, event.allotment, [request], { memory, holders: standing });
  return meaningOf(outcome as Outcome, event, kernel.now());
}
