import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { businessDate } from "#shared/platform/time.ts";
import { type ConsentPurpose, consentTexts } from "./policy.ts";
import { peopleProblems } from "./problems.ts";
import { isMinor, needsGuardianConsent, type Profile } from "./profile.ts";
import type { Link, Person } from "./store.ts";

/** Refuses `consent-outdated` unless the text's version in force is the one that was read. */
export function refuseOutdated(purpose: ConsentPurpose, version: string): void {
  const { version: currentVersion } = consentTexts[purpose];
  if (version !== currentVersion)
    throw new Refusal(peopleProblems.consentOutdated, { facts: { currentVersion } });
}

/** Whether this profile may become a guardian's child, with the consent given. */
export function admitChild(profile: Profile, consent: { version: string } | undefined, now: Date): void {
  const today = businessDate(now);
  if (!isMinor(profile.birthDate, today)) throw new Refusal(peopleProblems.notAChild);
  if (consent) refuseOutdated("guardian-of-minor", consent.version);
  else if (needsGuardianConsent(profile.birthDate, today))
    throw new Refusal(peopleProblems.guardianConsentRequired);
}

/** Whether an elder's invitation may be used by this person now. */
export function admitInvitation(
  invitation: { elderId: string; expiresAt: string } | undefined,
  guardianId: string,
  now: Date,
): string {
  const good = invitation && invitation.expiresAt > now.toISOString() && invitation.elderId !== guardianId;
  if (!good) throw new Refusal(peopleProblems.invitationInvalid);
  return invitation.elderId;
}

/**
 * Who may be signed up by the caller, and read: oneself; a child until it is of age, under 14 only with the
 * guardian's separate consent in force (PIPL Art. 31); an elder who asked. Anybody else does not exist for the caller.
 */
export function refuseToActFor(
  participant: Person | undefined,
  link: Link | undefined,
  callerId: string,
  now: Date,
): asserts participant is Person {
  const today = businessDate(now);
  if (!participant) throw new Refusal(problems.notFound);
  const self = participant.personId === callerId;
  const child = link?.relation === "child" && isMinor(participant.birthDate, today);
  if (!self && !child && link?.relation !== "elder") throw new Refusal(problems.notFound);
  if (!link?.consentId && needsGuardianConsent(participant.birthDate, today))
    throw new Refusal(peopleProblems.guardianConsentRequired);
}

/** What an elder reads to a relative: ten characters without those that look alike. */
export const invitationCodeOf = (bytes: Uint8Array): string =>
  [...bytes.subarray(0, 10)].map((byte) => "23456789ABCDEFGHJKMNPQRSTVWXYZ"[byte % 30]).join("");

export const normaliseInvitationCode = (written: string): string =>
  written
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "");
