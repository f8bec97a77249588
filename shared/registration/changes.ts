import type { Holder } from "#shared/allotment/model.ts";
import { type Move, move } from "#shared/allotment/moves.ts";
import { promote } from "#shared/allotment/promote.ts";
import { hurry } from "#shared/notices/hurry.ts";
import type { Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { RequestKey } from "#shared/platform/remember.ts";
import type { RegistrationClaim, RegistrationView } from "./model.ts";
import { confirmedNotice, offeredNotice, recipientOf } from "./notices.ts";
import { offerDeadline } from "./offers.ts";
import { registrationPolicy } from "./policy.ts";
import { registrationProblems } from "./problems.ts";
import { decideCancel, isOver } from "./rules.ts";
import { limitsEnded } from "./standing/guards.ts";
import { kernel, type PublishedEvent, type Registration, registrationOf } from "./store.ts";
import { viewOf } from "./views.ts";

const claimOf = ({ claim }: Holder) => claim as unknown as RegistrationClaim;

/**
 * Offers what is free to those who wait for this event; nothing where nobody may wait, or once it has begun. An offer
 * ends when the event begins at the latest.
 */
export async function offerFreePlaces(event: PublishedEvent): Promise<number> {
  if (!event.waitlist || kernel.now().toISOString() >= event.startsAt) return 0;
  const offered = await promote(kernel, event.allotment, {
    heldUntil: (now) => offerDeadline(now, registrationPolicy.offer.value, event.startsAt),
    record: (holder, offerExpiresAt) => ({ ...claimOf(holder), status: "offered", offerExpiresAt }),
    also: ([first]) => (first ? offeredNotice(event, first) : []),
  });
  await hurry(offered.flatMap((holder) => recipientOf(event, holder)));
  return offered.length;
}

const ending: ReadonlySet<Move> = new Set(["giveBack", "leave", "expire", "withdraw"]);

/** One move of a registration, and what it then says; freed places flow at once to those who wait. */
async function change(
  { registrationId, holder, party }: Registration,
  event: PublishedEvent,
  name: Move,
  key: RequestKey | undefined,
  decide: (claim: RegistrationClaim) => RegistrationClaim,
  also: readonly Part[] = [],
): Promise<{ outcome: string; view: RegistrationView; claim: RegistrationClaim }> {
  const view = (claim: RegistrationClaim) =>
    viewOf({ registrationId, claim, ...(party && { party }) }, kernel.now());
  const moved = await move(kernel, event.allotment, holder, {
    move: name,
    ...(key && { key }),
    also: (moving) => [...also, ...(ending.has(name) ? limitsEnded(event.allotment, moving) : [])],
    record: (standing) => {
      const claim = decide(claimOf(standing));
      return { claim: { ...claim }, answer: { ...view(claim) } };
    },
  });
  if (moved.outcome === "moved" && moved.holder.state === "released") await offerFreePlaces(event);
  const { claim } = registrationOf(event.allotment.number, moved.holder);
  return { outcome: moved.outcome, view: view(claim), claim };
}

/** Who entered withdraws, who waits leaves the queue; who has a place or an offer gives it back. */
const endings = { entered: "withdraw", waiting: "leave" } as const;
const endingOf = ({ holder: { state } }: Registration): Move =>
  state === "entered" || state === "waiting" ? endings[state] : "giveBack";

/** Cancels a registration; a second time changes nothing. Refuses `cancel-closed`. */
export async function cancel(
  registration: Registration,
  event: PublishedEvent,
  key: RequestKey | undefined,
  now: Date,
): Promise<RegistrationView> {
  const decide = (claim: RegistrationClaim) => decideCancel(event, claim, now);
  // One who waited may have been offered a place meanwhile, and the other way about: the second try knows.
  for (const name of [endingOf(registration), "withdraw", "leave", "giveBack"] as const) {
    const { outcome, view } = await change(registration, event, name, key, decide);
    if (outcome === "moved" || isOver(view)) return view;
  }
  return viewOf(registration, now);
}

/** Gives the place of an erased person back, whatever the event's deadline. Who came has been there all the same. */
export async function releaseErased(registration: Registration, event: PublishedEvent, now: Date) {
  if (registration.claim.status === "attended") return;
  const cancelledAt = now.toISOString();
  for (const name of ["withdraw", "leave", "giveBack"] as const)
    await change(registration, event, name, undefined, (claim) => ({
      ...claim,
      status: "cancelled",
      cancelledAt,
    }));
}

/** Takes the place that is kept for the registration. Refuses `no-offer`, `offer-expired`. */
export async function acceptOffer(
  registration: Registration,
  event: PublishedEvent,
  key: RequestKey,
): Promise<RegistrationView> {
  const confirm = ({ offerExpiresAt: _over, ...kept }: RegistrationClaim): RegistrationClaim => ({
    ...kept,
    status: "confirmed",
  });
  const told = confirmedNotice(event, registration.holder);
  const { outcome, view, claim } = await change(registration, event, "accept", key, confirm, told);
  if (outcome === "moved") return view;
  if (outcome === "too-late")
    throw new Refusal(registrationProblems.offerExpired, {
      facts: { expiresAt: claim.offerExpiresAt ?? "" },
    });
  throw new Refusal(registrationProblems.noOffer);
}

/** Gives the kept place to the next in line. Refuses `no-offer`. */
export async function declineOffer(
  registration: Registration,
  event: PublishedEvent,
  key: RequestKey,
  now: Date,
): Promise<RegistrationView> {
  if (registration.holder.state !== "offered") throw new Refusal(registrationProblems.noOffer);
  return cancel(registration, event, key, now);
}

/** Ends an offer whose time has passed; one that was answered meanwhile stays as it is. */
export async function expireOffer(registration: Registration, event: PublishedEvent): Promise<boolean> {
  const { outcome } = await change(registration, event, "expire", undefined, (claim) => ({
    ...claim,
    status: "expired",
  }));
  return outcome === "moved";
}
