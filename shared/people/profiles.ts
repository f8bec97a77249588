import type { Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { newId } from "#shared/platform/ids.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import {
  type BankAccount,
  newPersonKey,
  openFields,
  openPersonKey,
  type PersonalFields,
  sealFields,
} from "./personalData.ts";
import { peopleProblems } from "./problems.ts";
import { maskAccount, maskIdNumber, maskName, maskPhone, type Profile } from "./profile.ts";
import { banForNewPerson } from "./standing/store.ts";
import {
  accountOf,
  blindIndexes,
  findKey,
  findPerson,
  type Person,
  planPerson,
  planProfileChange,
} from "./store.ts";
import { identityVerifier, type Verification } from "./verification.ts";

async function verify(profile: Profile): Promise<Verification> {
  const said = await identityVerifier().confirm(profile);
  if (said === "mismatch") throw new Refusal(peopleProblems.identityNotConfirmed);
  return said;
}

/** What is encrypted of a profile. */
export const personalOf = ({ name, idNumber, phone }: Profile): PersonalFields => ({
  name,
  idNumber,
  ...(phone !== undefined && { phone }),
});

/** What is shown of a profile's name and phone. */
export const masked = ({ name, phone }: Pick<Profile, "name" | "phone">) => ({
  nameMasked: maskName(name),
  ...(phone !== undefined && { phoneMasked: maskPhone(phone) }),
});

/**
 * A new person, the parts that make it and its key. `sub` is the account; a child has none, nor has who is signed up
 * at a desk.
 */
export async function planNewPerson(
  profile: Profile,
  sub: string | undefined,
  now: Date,
  madeBy?: "desk",
): Promise<{ person: Person; parts: Part[]; key: Uint8Array }> {
  const verification = await verify(profile);
  const personId = newId("per");
  const { key, ...stored } = await newPersonKey(personId, now);
  const { ban, parts } = await banForNewPerson(profile, personId, now);
  const person: Person = {
    personId,
    state: "active",
    version: 1,
    idType: profile.idType,
    birthDate: profile.birthDate,
    sex: profile.sex,
    ...masked(profile),
    idNumberMasked: maskIdNumber(profile.idNumber),
    verification,
    personal: await sealFields(key, personId, personalOf(profile)),
    ...(sub !== undefined && { account: await accountOf(sub) }),
    identities: await blindIndexes(profile),
    ...(madeBy && { madeBy }),
    createdAt: now.toISOString(),
    ...(ban && { ban }),
  };
  return { person, parts: [...planPerson(person, stored), ...parts], key };
}

/** Opens a person's encrypted fields; a person whose key is gone is erased. */
export async function openPerson(person: Person): Promise<{ fields: PersonalFields; key: Uint8Array }> {
  const stored = await findKey(person.personId);
  if (!stored) throw new Refusal(peopleProblems.profileMissing);
  const key = await openPersonKey(person.personId, stored);
  return { fields: await openFields(key, person.personId, person.personal), key };
}

/**
 * Corrects name and phone. The same content again changes nothing and needs no version, so that a first call whose
 * answer was lost can be repeated. The document itself is changed at a desk only: it decides who may hold a place.
 */
export async function correctPerson(
  standing: Person,
  written: Profile,
  version: number | undefined,
): Promise<{ person: Person; name: string }> {
  const { fields, key } = await openPerson(standing);
  const sameDocument = standing.idType === written.idType && fields.idNumber === written.idNumber;
  if (!sameDocument || standing.birthDate !== written.birthDate || standing.sex !== written.sex)
    throw new Refusal(peopleProblems.identityLocked);
  if (fields.name === written.name && fields.phone === written.phone)
    return { person: standing, name: fields.name };
  if (version === undefined) throw new Refusal(problems.preconditionRequired);
  if (version !== standing.version) throw new Refusal(problems.versionMismatch);
  // An account is in the name it was given under.
  const { refundAccount } = fields.name === written.name ? fields : {};
  const { wechatOpenId } = fields;
  const change = {
    ...masked(written),
    verification: fields.name === written.name ? standing.verification : await verify(written),
    ...(refundAccount && { refundAccountMasked: maskAccount(refundAccount.accountNumber) }),
    personal: await sealFields(key, standing.personId, {
      ...personalOf(written),
      ...(refundAccount && { refundAccount }),
      ...(wechatOpenId !== undefined && { wechatOpenId }),
    }),
  };
  await dynamo.commit([planProfileChange(standing, change)]);
  return { person: await standingPerson(standing.personId), name: written.name };
}

/** The person as it stands now. Refuses `profile-missing`. */
export async function standingPerson(personId: string): Promise<Person> {
  const person = await findPerson(personId, true);
  if (!person) throw new Refusal(peopleProblems.profileMissing);
  return person;
}

/**
 * Keeps where money is given back to a person. It is an account in their own name, which the bank checks when it pays;
 * so the name must have been verified. Refuses `identity-not-verified`.
 */
export async function keepRefundAccount(standing: Person, account: BankAccount): Promise<Person> {
  if (standing.verification !== "verified") throw new Refusal(peopleProblems.identityNotVerified);
  const { fields, key } = await openPerson(standing);
  const { nameMasked, phoneMasked, verification } = standing;
  const change = {
    nameMasked,
    ...(phoneMasked !== undefined && { phoneMasked }),
    verification,
    refundAccountMasked: maskAccount(account.accountNumber),
    personal: await sealFields(key, standing.personId, { ...fields, refundAccount: account }),
  };
  await dynamo.commit([planProfileChange(standing, change)]);
  return standingPerson(standing.personId);
}
