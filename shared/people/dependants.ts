import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { businessDate } from "#shared/platform/time.ts";
import { type ConsentPurpose, consentTexts } from "./policy.ts";
import { peopleProblems } from "./problems.ts";
import { isMinor, needsGuardianConsent, type Profile } from "./profile.ts";
import type { Invitation, Link, Person } from "./store.ts";

/** Refuses `consent-outdated` unless the text's version in force is the one that was read. */
export function refuseOutdated(purpose: ConsentPurpose, version: string): void {
  const { version: currentVersion } = consentTexts[purpose];
  if (version !== currentVersion)
    throw new Refusal(peopleProblems.consentOutdated, { facts: { currentVersion } });
}

/** Whether this profile may become a guardian's child, with the consent given. */
export function admitChild(
  profile: Pick<Profile, "birthDate">,
  consent: { version: string } | undefined,
  now: Date,
): void {
  const today = businessDate(now);
  if (!isMinor(profile.birthDate, today)) throw new Refusal(peopleProblems.notAChild);
  if (consent) refuseOutdated("guardian-of-minor", consent.version);
  else if (needsGuardianConsent(profile.birthDate, today))
    throw new Refusal(peopleProblems.guardianConsentRequired);
}

/** Whether this person may be a guardian: who is under age has none of the capacity for it (Civil Code, Art. 27). */
export function admitGuardian(guardian: Pick<Person, "birthDate"> | undefined, now: Date): void {
  if (!guardian) throw new Refusal(peopleProblems.profileMissing);
  if (isMinor(guardian.birthDate, businessDate(now))) throw new Refusal(peopleProblems.guardianMustBeAdult);
}

const isGood = (invitation: Invitation | undefined, now: Date): invitation is Invitation =>
  invitation !== undefined && invitation.expiresAt > now.toISOString();

/** Whether an elder's invitation may be used by this person now. */
export function admitInvitation(invitation: Invitation | undefined, guardianId: string, now: Date): string {
  const { elderId } = isGood(invitation, now) ? invitation : {};
  if (elderId === undefined || elderId === guardianId) throw new Refusal(peopleProblems.invitationInvalid);
  return elderId;
}

/** The minor whom a guardian's code is for: made by another guardian, or by the minor in an account of their own. */
export function invitedFor(
  invitation: Invitation | undefined,
  now: Date,
): { childId: string; invitedBy: string } {
  if (!isGood(invitation, now)) throw new Refusal(peopleProblems.invitationInvalid);
  return invitation.childId === undefined
    ? { childId: invitation.elderId, invitedBy: invitation.elderId }
    : invitation;
}

const guardiansOf = (links: readonly Link[]) => links.filter(({ relation }) => relation === "child");

/** Whether one more guardian may be asked for, `max` at most. */
export function refuseMoreGuardians(links: readonly Link[], max: number): void {
  if (guardiansOf(links).length >= max)
    throw new Refusal(peopleProblems.tooManyGuardians, { facts: { max } });
}

/** Whether who invited is the minor, or a guardian still, and who accepts is neither. */
export function admitAnotherGuardian(
  links: readonly Link[],
  { childId, invitedBy, guardianId }: { childId: string; invitedBy: string; guardianId: string },
): void {
  const standing = [childId, ...guardiansOf(links).map((link) => link.guardianId)];
  if (!standing.includes(invitedBy) || standing.includes(guardianId))
    throw new Refusal(peopleProblems.invitationInvalid);
}

/** Whether somebody else remains a child's guardian when this one leaves. */
export const anotherRemains = (links: readonly Link[], leaving: string): boolean =>
  guardiansOf(links).some(({ guardianId }) => guardianId !== leaving);

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
