import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart } from "#shared/audit/log.ts";
import { type AtDesk, personAtDesk } from "#shared/people/desk/person.ts";
import type { Profile } from "#shared/people/profile.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import { desk as policies } from "#shared/policies/definitions/desk.ts";
import { policy } from "#shared/policies/reading.ts";
import { deskProblems } from "./problems.ts";
import { countMismatch, mismatchesOf } from "./store.ts";

/** One of the staff who signs people up, and what they are held to on the day. */
export interface Staff {
  caller: Caller;
  /** Pseudonym. */
  actor: string;
  /** In Asia/Shanghai. */
  day: string;
  /** Sign-ups on the day; any number where the rule does not refuse. */
  atMost: number | undefined;
  mismatchesAtMost: number;
  now: Date;
}

export async function staffOf(caller: Caller, now: Date): Promise<Staff> {
  const [actor, { value, enforcement }] = await Promise.all([actorOf(caller), policy(policies.limits)]);
  const { perStaffAndDay, mismatchesPerStaffAndDay: mismatchesAtMost } = value;
  const atMost = enforcement === "refuse" ? perStaffAndDay : undefined;
  return { caller, actor, day: businessDate(now), atMost, mismatchesAtMost, now };
}

/**
 * The person whose document staff read, if what they wrote is theirs; `gone` when the person was erased meanwhile.
 * Whoever tried names out would learn whose a document is: each that differs is counted and in the audit log, and after
 * some nothing is compared on that day. Refuses `identity-mismatch`, `desk-limit-reached`.
 */
export async function identified(profile: Profile, eventId: string, staff: Staff): Promise<AtDesk | "gone"> {
  const { caller, actor, day, mismatchesAtMost: limit, now } = staff;
  if ((await mismatchesOf(actor, day)) >= limit)
    throw new Refusal(deskProblems.deskLimitReached, { facts: { limit } });
  const found = await personAtDesk(profile, now);
  if (found !== "mismatch") return found;
  const of = { actor, action: "signUpOnBehalf.identityMismatch", subject: eventId };
  await countMismatch(actor, day);
  await dynamo.commit([auditPart(auditEntry(caller, of, now))]);
  throw new Refusal(deskProblems.identityMismatch);
}
