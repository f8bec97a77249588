import type { Part } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { RequestKey } from "#shared/platform/remember.ts";
import { reference } from "#shared/platform/secrets.ts";
import { businessDate, type Instant } from "#shared/platform/time.ts";
import { people } from "#shared/policies/definitions/people.ts";
import { policy } from "#shared/policies/reading.ts";
import {
  admitAnotherGuardian,
  admitChild,
  admitGuardian,
  admitInvitation,
  anotherRemains,
  invitationCodeOf,
  invitedFor,
  normaliseInvitationCode,
  refuseMoreGuardians,
} from "./dependants.ts";
import { peopleProblems } from "./problems.ts";
import { isMinor, type ProfileInput, readProfile } from "./profile.ts";
import { planNewPerson } from "./profiles.ts";
import {
  type Consent,
  findInvitation,
  findLink,
  findPerson,
  invitationPseudonym,
  type Link,
  listGuardians,
  type Person,
  planConsent,
  planErasure,
  planInvitationUse,
  planLink,
  planSameGuardians,
  planUnlink,
} from "./store.ts";

interface Planned {
  parts: Part[];
  dependantId: string;
}

const limits = async () => (await policy(people.family)).value;

/** A guardian's separate consent, as it is given with the link. */
function consentWith(
  link: Omit<Link, "consentId">,
  given: { version: string } | undefined,
): { link: Link; consent: Part[] } {
  if (!given) return { link, consent: [] };
  const consent: Consent = {
    consentId: newId("con"),
    personId: link.dependantId,
    purpose: "guardian-of-minor",
    version: given.version,
    givenBy: link.guardianId,
    givenAt: link.since,
  };
  return { link: { ...link, consentId: consent.consentId }, consent: planConsent(consent) };
}

/** A child as a person of its own, the link to its guardian and the guardian's consent. */
export async function planChild(
  guardianId: string,
  written: ProfileInput & { guardianConsent?: { version: string } | undefined },
  now: Date,
): Promise<Planned> {
  const profile = readProfile(written, businessDate(now));
  admitChild(profile, written.guardianConsent, now);
  admitGuardian(await findPerson(guardianId, true), now);
  const [{ person, parts }, { dependants }] = await Promise.all([
    planNewPerson(profile, undefined, now),
    limits(),
  ]);
  const dependantId = person.personId;
  const { link, consent } = consentWith(
    { guardianId, dependantId, relation: "child", since: now.toISOString() },
    written.guardianConsent,
  );
  return { parts: [...parts, ...planLink(link, dependants), ...consent], dependantId };
}

/** The link to an elder whose invitation code the caller holds. */
export async function planElder(guardianId: string, code: string, now: Date): Promise<Planned> {
  const pseudonym = await invitationPseudonym(normaliseInvitationCode(code));
  const dependantId = admitInvitation(await findInvitation(pseudonym), guardianId, now);
  if (!(await findPerson(dependantId, true))) throw new Refusal(peopleProblems.invitationInvalid);
  const link: Link = { guardianId, dependantId, relation: "elder", since: now.toISOString() };
  const { dependants } = await limits();
  return { parts: [planInvitationUse(pseudonym), ...planLink(link, dependants)], dependantId };
}

/**
 * The link of a guardian to a child whose other guardian, or who in an account of its own, made the code that the
 * caller holds. Under 14 each guardian acts under
 * a consent of their own. Refuses `version-mismatch` when the child's guardians change in that moment.
 */
export async function planSharedChild(
  guardianId: string,
  {
    invitationCode,
    guardianConsent,
  }: { invitationCode: string; guardianConsent?: { version: string } | undefined },
  now: Date,
): Promise<Planned> {
  const pseudonym = await invitationPseudonym(normaliseInvitationCode(invitationCode));
  const { childId, invitedBy } = invitedFor(await findInvitation(pseudonym), now);
  const [child, guardian, { dependants, guardians }] = await Promise.all([
    findPerson(childId, true),
    findPerson(guardianId, true),
    limits(),
  ]);
  if (!child) throw new Refusal(peopleProblems.invitationInvalid);
  // After the child: who joins or leaves from here on moves its version.
  const links = await listGuardians(childId);
  admitAnotherGuardian(links, { childId, invitedBy, guardianId });
  refuseMoreGuardians(links, guardians);
  admitGuardian(guardian, now);
  admitChild(child, guardianConsent, now);
  const { link, consent } = consentWith(
    { guardianId, dependantId: childId, relation: "child", since: now.toISOString() },
    guardianConsent,
  );
  const joining = [planInvitationUse(pseudonym), planSameGuardians(child), ...planLink(link, dependants)];
  return { parts: [...joining, ...consent], dependantId: childId };
}

/** The code follows from the request's key, so that a replay shows it again without its being stored. */
export const invitationCodeFor = async (key: RequestKey): Promise<string> =>
  invitationCodeOf(await reference("invitation", "code", key.id));

/** Until when an invitation made now is good. */
export async function invitationEnds(now: Date): Promise<Instant> {
  const { hours } = (await policy(people.invitation)).value;
  return new Date(now.getTime() + hours * 3_600_000).toISOString();
}

/** The caller's child, with everybody's links to it. Refuses `not-found`. */
export async function ownChild(
  guardianId: string,
  childId: string,
): Promise<{ child: Person; links: Link[] }> {
  const [link, child] = await Promise.all([findLink(guardianId, childId), findPerson(childId, true)]);
  if (link?.relation !== "child" || !child) throw new Refusal(problems.notFound);
  return { child, links: await listGuardians(childId) };
}

/** Whether the caller may ask another guardian to act for this child too. Refuses `not-found`, `not-a-child`. */
export async function refuseInviting(guardianId: string, childId: string, now: Date): Promise<void> {
  const { child, links } = await ownChild(guardianId, childId);
  if (!isMinor(child.birthDate, businessDate(now))) throw new Refusal(peopleProblems.notAChild);
  refuseMoreGuardians(links, (await limits()).guardians);
}

/**
 * What becomes of a child whose guardian leaves: where there is another one, or an account of its own, nothing; else
 * it is erased. The guardian's
 * own link is not part of it. Refuses `version-mismatch` when the child's guardians change in that moment.
 */
export async function planLeftChild(
  guardianId: string,
  childId: string,
  now: Date,
): Promise<{ parts: Part[]; erased: Person | undefined }> {
  const child = await findPerson(childId, true);
  if (!child) return { parts: [], erased: undefined };
  if (child.account !== undefined || anotherRemains(await listGuardians(childId), guardianId))
    return { parts: [planSameGuardians(child)], erased: undefined };
  return { parts: planErasure(child, now.toISOString()), erased: child };
}

/** That the caller acts for this person no longer. */
export const planEnd = (guardianId: string, dependantId: string): Part[] =>
  planUnlink({ guardianId, dependantId }, true);

const ROUNDS = 4;

/** Plans and writes again while those who act for a child change beside it. */
export async function settled<T>(attempt: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round += 1) {
    try {
      return await attempt();
    } catch (error) {
      const changed = error instanceof Refusal && error.problem === problems.versionMismatch;
      if (!changed || round >= ROUNDS) throw error;
    }
  }
}
