import { type Holder, holderId } from "#shared/allotment/model.ts";
import type { Guard } from "#shared/allotment/request.ts";
import type { Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import type { Refusal } from "#shared/platform/problem.ts";
import type { Instant } from "#shared/platform/time.ts";
import { fairness } from "#shared/policies/definitions/fairness.ts";
import { policy } from "#shared/policies/reading.ts";
import type { RegistrationClaim, SportEvent } from "../model.ts";
import { type LimitRules, type Limits, refusalToldBefore, withEntry, withRefused } from "./limits.ts";
import { findLimits, limitsKey, limitsOf, planLimits, planLimitsEnd } from "./store.ts";

/** By what a sign-up for an event is held against its persons' others. */
export interface Fair {
  rules: LimitRules;
  now: Date;
  /** Whether who asks acts for the persons, and is told of their other events. */
  named: boolean;
}

/** The limits under which one signs up for an event; none where it keeps none, and nothing is read for it. */
export const fairnessOf = async (
  { fairness: kept }: Pick<SportEvent, "fairness">,
  { now, named }: Pick<Fair, "now" | "named">,
): Promise<Fair | undefined> =>
  kept ? { rules: (await policy(fairness.limits)).value, now, named } : undefined;

/** Whether an event whose organiser says nothing of it keeps the limits: where the rule in force refuses. */
export const fairByDefault = async (): Promise<boolean> =>
  (await policy(fairness.limits)).enforcement === "refuse";

interface Counted {
  personId: string;
  registrationId: string;
  signedUpAt: Instant;
}

/** A person's limits in the write of a sign-up. */
export class LimitsGuard implements Guard {
  readonly key: Guard["key"];
  readonly #of: Counted;
  readonly #event: SportEvent;
  readonly #fair: Fair;
  /** The limits by which it was judged last. */
  seen: Limits | undefined;

  constructor(event: SportEvent, of: Counted, fair: Fair) {
    this.key = limitsKey(of.personId);
    this.#event = event;
    this.#of = of;
    this.#fair = fair;
  }

  plan(standing: Parameters<Guard["plan"]>[0]): Part {
    this.seen = limitsOf(standing);
    const { personId, registrationId, signedUpAt } = this.#of;
    const told = refusalToldBefore(this.seen, registrationId, signedUpAt);
    if (told) throw told;
    const { eventId, name, startsAt, endsAt } = this.#event;
    const entry = { eventId, event: name, startsAt, endsAt, signedUpAt };
    return planLimits(personId, this.seen, withEntry(this.seen, registrationId, entry, this.#fair));
  }

  /**
   * Keeps that a queued sign-up was refused, for who asks with its ticket; it then gets nothing, also when it is handed
   * over twice. False when the limits moved since it was judged: it is to be judged again.
   */
  async noteRefused(refusal: Refusal): Promise<boolean> {
    const { personId, registrationId, signedUpAt } = this.#of;
    if (!this.seen || refusalToldBefore(this.seen, registrationId, signedUpAt)) return true;
    const next = withRefused(this.seen, registrationId, { refusal, signedUpAt, now: this.#fair.now });
    return (await dynamo.attempt([planLimits(personId, this.seen, next)])).size === 0;
  }
}

/** Refuses at once what the limits would refuse, before it is queued; the write decides all the same. */
export async function refuseBeyondLimits(event: SportEvent, of: Counted, fair: Fair): Promise<void> {
  const { eventId, name, startsAt, endsAt } = event;
  const entry = { eventId, event: name, startsAt, endsAt, signedUpAt: of.signedUpAt };
  withEntry(await findLimits(of.personId), of.registrationId, entry, fair);
}

/** Why a queued sign-up was refused by the limits, if it was; for who asks with its ticket. */
export async function refusedByLimits(of: Counted): Promise<Refusal | undefined> {
  return refusalToldBefore(await findLimits(of.personId), of.registrationId, of.signedUpAt);
}

/** That the limits count these registrations no longer, in the write that ends them. */
export const limitsEnded = (allotment: { number: string }, ending: readonly Holder[]): Part[] =>
  ending.flatMap(({ holder, claim }) => {
    const { limited, participantId } = claim as unknown as RegistrationClaim;
    return limited ? [planLimitsEnd(participantId, holderId("reg", allotment, holder))] : [];
  });
