import type { Part } from "#shared/platform/database.ts";
import { newId } from "#shared/platform/ids.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import { admitChild, admitInvitation, normaliseInvitationCode } from "./dependants.ts";
import { peopleProblems } from "./problems.ts";
import { type ProfileInput, readProfile } from "./profile.ts";
import { planNewPerson } from "./profiles.ts";
import {
  type Consent,
  findInvitation,
  findPerson,
  invitationPseudonym,
  type Link,
  planConsent,
  planInvitationUse,
  planLink,
} from "./store.ts";

interface Planned {
  parts: Part[];
  dependantId: string;
}

/** A child as a person of its own, the link to its guardian and the guardian's consent. */
export async function planChild(
  guardianId: string,
  written: ProfileInput & { guardianConsent?: { version: string } | undefined },
  now: Date,
): Promise<Planned> {
  const profile = readProfile(written, businessDate(now));
  admitChild(profile, written.guardianConsent, now);
  const { person, parts } = await planNewPerson(profile, undefined, now);
  const at = now.toISOString();
  const consent: Consent | undefined = written.guardianConsent && {
    consentId: newId("con"),
    personId: person.personId,
    purpose: "guardian-of-minor",
    version: written.guardianConsent.version,
    givenBy: guardianId,
    givenAt: at,
  };
  const link: Link = {
    guardianId,
    dependantId: person.personId,
    relation: "child",
    since: at,
    ...(consent && { consentId: consent.consentId }),
  };
  return {
    parts: [...parts, ...planLink(link), ...(consent ? planConsent(consent) : [])],
    dependantId: person.personId,
  };
}

/** The link to an elder whose invitation code the caller holds. */
export async function planElder(guardianId: string, code: string, now: Date): Promise<Planned> {
  const pseudonym = await invitationPseudonym(normaliseInvitationCode(code));
  const dependantId = admitInvitation(await findInvitation(pseudonym), guardianId, now);
  if (!(await findPerson(dependantId, true))) throw new Refusal(peopleProblems.invitationInvalid);
  const link: Link = { guardianId, dependantId, relation: "elder", since: now.toISOString() };
  return { parts: [planInvitationUse(pseudonym), ...planLink(link)], dependantId };
}
