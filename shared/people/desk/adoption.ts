import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import { sealFields } from "../personalData.ts";
import { peopleProblems } from "../problems.ts";
import { needsGuardianConsent, type Profile } from "../profile.ts";
import { masked, openPerson, personalOf, planNewPerson, standingPerson } from "../profiles.ts";
import { findPerson, type Person } from "../store.ts";
import { personIdOfDocument, planAdoption } from "./store.ts";

/**
 * Whether an account whose owner states this document may have this person: one that a desk made and no account has.
 * Only by a verified identity, or whoever types a stranger's document would have what the stranger signed up for; and
 * nobody under 14 (PIPL Art. 31), whose guardian acts for them.
 */
export function mayAdopt(
  person: Pick<Person, "madeBy" | "account" | "birthDate" | "sex"> | undefined,
  written: Pick<Person, "verification" | "birthDate" | "sex">,
  now: Date,
): boolean {
  return (
    written.verification === "verified" &&
    person?.madeBy === "desk" &&
    person.account === undefined &&
    person.birthDate === written.birthDate &&
    person.sex === written.sex &&
    !needsGuardianConsent(person.birthDate, businessDate(now))
  );
}

/** The person of the document for this account, as its owner states it; `undefined` where it may not be had. */
async function adopt(written: Profile, made: Person, now: Date): Promise<Person | undefined> {
  const personId = await personIdOfDocument(made.identities);
  const standing = personId === undefined ? undefined : await findPerson(personId, true);
  if (!standing || !made.account || !mayAdopt(standing, made, now)) return undefined;
  const { fields, key } = await openPerson(standing);
  const personal = await sealFields(key, standing.personId, { ...fields, ...personalOf(written) });
  const change = { ...masked(written), verification: made.verification, personal };
  await dynamo.commit(planAdoption(standing, made.account, change));
  return standingPerson(standing.personId);
}

/**
 * The account's person: a new one, or the one that a desk made when its owner had no account, with everything it was
 * signed up for. Refuses `identity-in-use` for any other document that is known, `identity-not-confirmed`.
 */
export async function createPerson(
  profile: Profile,
  { sub }: { sub: string },
  now: Date,
): Promise<{ person: Person; name: string }> {
  const { person, parts } = await planNewPerson(profile, sub, now);
  try {
    await dynamo.commit(parts);
    return { person, name: profile.name };
  } catch (error) {
    const inUse = error instanceof Refusal && error.problem === peopleProblems.identityInUse;
    const adopted = inUse ? await adopt(profile, person, now) : undefined;
    if (!adopted) throw error;
    return { person: adopted, name: profile.name };
  }
}
