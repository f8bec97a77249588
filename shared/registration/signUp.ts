import { type Standing, servedBefore } from "#shared/allotment/decide.ts";
import { type Allotment, type Holder, holderId, holderKey } from "#shared/allotment/model.ts";
import { giveBack, type Taken, take } from "#shared/allotment/take.ts";
import type { Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { RequestKey } from "#shared/platform/remember.ts";
import type { RegistrationClaim, RegistrationView, SportEvent } from "./model.ts";
import { registrationProblems } from "./problems.ts";
import { decideCancel } from "./rules.ts";
import { places, type Registration, viewOf } from "./store.ts";

/** Where a person's place in an event stands or would stand, as it was read before anything is decided. */
export interface Seat {
  allotment: Allotment;
  registrationId: string;
  holder: string;
  standing: Standing;
}

export async function seatOf(allotment: Allotment, participantId: string, groupId: string): Promise<Seat> {
  const holder = await holderKey(allotment, participantId);
  // A group the event does not have is refused by the rules; its lane is not asked for.
  const leaf = allotment.leaves.includes(groupId) ? groupId : (allotment.leaves[0] ?? groupId);
  const standing = await places.readStanding(allotment, holder, leaf);
  return { allotment, holder, standing, registrationId: holderId("reg", allotment, holder) };
}

/** What the same request was answered before; refuses `idempotency-key-reused`. */
export function answeredBefore(holder: Holder | undefined, key: RequestKey): RegistrationView | undefined {
  const before = servedBefore(holder, key);
  if (before?.outcome === "key-reused") throw new Refusal(problems.idempotencyKeyReused);
  return before?.outcome === "served" ? (before.served.answer as unknown as RegistrationView) : undefined;
}

/**
 * Takes the place for a decided registration. `key` is remembered with the holder when the participant asks for
 * themself; what another asks is remembered by `also`, an item of its own.
 * Refuses `already-signed-up`, `event-full`, `not-found` when the event closed meanwhile; answers `rules-changed`
 * when the event was changed after it was read, so that the caller decides again.
 */
export async function takePlace(
  seat: Seat,
  event: SportEvent,
  claim: RegistrationClaim,
  remembering: { key: RequestKey | undefined; also: readonly Part[] },
): Promise<RegistrationView | "rules-changed"> {
  const { allotment, registrationId, holder, standing } = seat;
  const answer = viewOf({ registrationId, claim });
  const taking = {
    holder,
    leaf: claim.groupId,
    rules: event.version,
    owner: claim.participantId,
    ownerSort: `${claim.signedUpAt}#${event.eventId}`,
    claim: { ...claim },
    answer: { ...answer },
    also: remembering.also,
    ...(remembering.key && { key: remembering.key }),
  };
  return meaningOf(await take(dynamo, places, allotment, taking, standing), registrationId, answer);
}

function meaningOf(taken: Taken, registrationId: string, answer: RegistrationView) {
  switch (taken.outcome) {
    case "taken":
      return answer;
    case "served":
      return taken.served.answer as unknown as RegistrationView;
    case "rules-changed":
      return taken.outcome;
    case "key-reused":
      throw new Refusal(problems.idempotencyKeyReused);
    case "held":
      throw new Refusal(registrationProblems.alreadySignedUp, { facts: { registrationId } });
    case "full":
      throw new Refusal(registrationProblems.eventFull);
    case "closed":
      throw new Refusal(problems.notFound);
  }
}

/** Cancels a registration and gives its place back; a second time changes nothing. Refuses `cancel-closed`. */
export const cancel = (
  registration: Registration,
  event: SportEvent,
  key: RequestKey | undefined,
  now: Date,
): Promise<RegistrationView> => giveUp(registration, event, key, (claim) => decideCancel(event, claim, now));

/** Gives the place of an erased person back, whatever the event's deadline. */
export const releaseErased = (
  registration: Registration,
  event: SportEvent,
  now: Date,
): Promise<RegistrationView> =>
  giveUp(registration, event, undefined, (claim) => ({
    ...claim,
    status: "cancelled",
    cancelledAt: now.toISOString(),
  }));

async function giveUp(
  { registrationId, holder }: Registration,
  { allotment }: SportEvent,
  key: RequestKey | undefined,
  decide: (claim: RegistrationClaim) => RegistrationClaim,
): Promise<RegistrationView> {
  if (!allotment) throw new Refusal(problems.notFound);
  const view = (claim: RegistrationClaim) => viewOf({ registrationId, claim });
  const claimOf = (standing: Holder) => standing.claim as unknown as RegistrationClaim;
  const given = await giveBack(dynamo, places, allotment, holder, {
    ...(key && { key }),
    change: (standing) => {
      const claim = decide(claimOf(standing));
      return { claim: { ...claim }, answer: { ...view(claim) } };
    },
  });
  return view(claimOf(given.holder));
}
