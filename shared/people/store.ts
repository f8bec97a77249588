import type { Item, Key, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { hmac, reference, secret } from "#shared/platform/secrets.ts";
import type { IdentityDocument, IdType, Sex } from "./identityDocument.ts";
import type { WrappedKey } from "./personalData.ts";
import type { ConsentPurpose } from "./policy.ts";
import { peopleProblems } from "./problems.ts";
import type { PersonsBan, PersonsPause } from "./standing/model.ts";
import type { Verification } from "./verification.ts";

/** What the service may know of a person without opening the encrypted fields. */
export interface Person {
  personId: string;
  state: "active" | "erased";
  /** Rises with every change; the profile's ETag. */
  version: number;
  idType: IdType;
  birthDate: string;
  sex: Sex;
  nameMasked: string;
  idNumberMasked: string;
  phoneMasked?: string;
  verification: Verification;
  refundAccountMasked?: string;
  /** Encrypted name, number, phone, account and openid. */
  personal: Uint8Array;
  /** Pseudonym of the account; a child has none, nor has who was signed up at a desk. */
  account?: string;
  /** Blind indexes of the document, one per live key version. */
  identities: readonly string[];
  /** Made by staff at a desk for somebody who had no account then; the only persons that an account may adopt. */
  madeBy?: "desk";
  createdAt: string;
  /** By what the address of the person's calendar is known; the address itself is stored nowhere. */
  calendarLink?: { reference: string; createdAt: string };
  /** The ban that lasts longest, and the longest pause after no-shows: what ends a sign-up must cost it no read. */
  ban?: PersonsBan;
  pause?: PersonsPause;
}

/** That one person acts for another. */
export interface Link {
  guardianId: string;
  dependantId: string;
  relation: "child" | "elder";
  since: string;
  /** The guardian's consent in force; a child under 14 is signed up for nothing without it. */
  consentId?: string;
}

export interface Consent {
  consentId: string;
  personId: string;
  purpose: ConsentPurpose;
  version: string;
  givenBy: string;
  givenAt: string;
  withdrawnAt?: string;
}

const table = "people";
export const personKey = (personId: string): Key => ({ pk: `PERSON#${personId}`, sk: "PROFILE" });
export const accountKey = (account: string): Key => ({ pk: `ACCOUNT#${account}`, sk: "ACCOUNT" });
export const identityKey = (identity: string): Key => ({ pk: `IDENTITY#${identity}`, sk: "IDENTITY" });
const dependantKey = (guardianId: string, dependantId: string): Key => ({
  pk: `PERSON#${guardianId}`,
  sk: `DEPENDANT#${dependantId}`,
});
const guardianKey = (guardianId: string, dependantId: string): Key => ({
  pk: `PERSON#${dependantId}`,
  sk: `GUARDIAN#${guardianId}`,
});
const consentKey = (personId: string, consentId: string): Key => ({
  pk: `PERSON#${personId}`,
  sk: `CONSENT#${consentId}`,
});
/** Leads from a calendar's address to its person. */
export const calendarLinkKey = (stored: string): Key => ({ pk: `CALENDAR#${stored}`, sk: "CALENDAR" });
const invitationKey = (code: string): Key => ({ pk: `INVITATION#${code}`, sk: "INVITATION" });

const bare = <T>(item: Item | undefined): T | undefined => {
  if (!item) return undefined;
  const { pk: _pk, sk: _sk, ...rest } = item;
  return rest as T;
};

/** Pseudonym of an issuer's subject. */
export const accountOf = async (sub: string): Promise<string> =>
  (await reference("account", sub)).toString("base64url");

/** Key versions under which document numbers are indexed; while a new one is filled, both are listed. */
const BLIND_INDEX_VERSIONS = ["1"];

/** Full HMAC-SHA-256 of a document under every live key version: equal documents, equal indexes, and no way back. */
export async function blindIndexes({
  idType,
  idNumber,
}: Pick<IdentityDocument, "idType" | "idNumber">): Promise<string[]> {
  const key = await secret("identity");
  return BLIND_INDEX_VERSIONS.map(
    (version) => `${version}#${hmac(key, [version, idType, idNumber]).toString("base64url")}`,
  );
}

export async function personIdOfAccount(sub: string, consistent = false): Promise<string | undefined> {
  const key = accountKey(await accountOf(sub));
  const item = await dynamo.get({ table, key, consistent });
  return item?.["personId"] as string | undefined;
}

/** The caller's person id. Refuses `profile-missing`. */
export async function callersPersonId(sub: string): Promise<string> {
  const personId = (await personIdOfAccount(sub)) ?? (await personIdOfAccount(sub, true));
  if (!personId) throw new Refusal(peopleProblems.profileMissing);
  return personId;
}

/** A person that is not erased. */
export async function findPerson(personId: string, consistent = false): Promise<Person | undefined> {
  const person = bare<Person>(await dynamo.get({ table, key: personKey(personId), consistent }));
  return person?.state === "active" ? person : undefined;
}

/** The caller's person, as it stands. Refuses `profile-missing`. */
export async function callersPerson(sub: string): Promise<Person> {
  const person = await findPerson(await callersPersonId(sub), true);
  if (!person) throw new Refusal(peopleProblems.profileMissing);
  return person;
}

/** At most 100, in the order asked; erased persons are `undefined`. */
export async function findPersons(personIds: readonly string[]): Promise<(Person | undefined)[]> {
  const items = await dynamo.getMany(personIds.map((id) => ({ table, key: personKey(id) })));
  return items.map((item) => (item?.["state"] === "active" ? bare<Person>(item) : undefined));
}

export async function findKey(personId: string): Promise<WrappedKey | undefined> {
  const key = { pk: `PERSON#${personId}`, sk: "KEY" };
  return bare<WrappedKey>(await dynamo.get({ table: "person-keys", key, consistent: true }));
}

export async function findLink(guardianId: string, dependantId: string): Promise<Link | undefined> {
  return bare<Link>(
    await dynamo.get({ table, key: dependantKey(guardianId, dependantId), consistent: true }),
  );
}

/** What lies with a person under a prefix of the sort key. */
export async function listUnder<T>(personId: string, prefix: string): Promise<T[]> {
  const partition = `PERSON#${personId}`;
  const found: T[] = [];
  let after: Item | undefined;
  do {
    const range = {
      table,
      partition,
      from: `${prefix}#`,
      to: `${prefix}#~`,
      limit: 100,
      consistent: true,
    } as const;
    const page = await dynamo.query({ ...range, ...(after && { after }) });
    found.push(...page.items.map((item) => bare<T>(item) as T));
    after = page.next;
  } while (after);
  return found;
}

export const listDependants = (guardianId: string) => listUnder<Link>(guardianId, "DEPENDANT");
export const listGuardians = (dependantId: string) => listUnder<Link>(dependantId, "GUARDIAN");
export const listConsents = (personId: string) => listUnder<Consent>(personId, "CONSENT");

/** A consent the person gave, for themself or a dependant. */
export async function findGivenConsent(givenBy: string, consentId: string): Promise<Consent | undefined> {
  const dependants = (await listDependants(givenBy)).map(({ dependantId }) => dependantId);
  const reads = [givenBy, ...dependants].map(
    (id) => ({ table, key: consentKey(id, consentId), consistent: true }) as const,
  );
  const given = (await dynamo.getMany(reads)).find((item) => item?.["givenBy"] === givenBy);
  return bare<Consent>(given);
}

/** The account made its person in another request meanwhile. */
export class AccountTaken extends Error {}

/** A new person with key, uniqueness of the document and, for who has one, the account. */
export function planPerson(person: Person, key: WrappedKey): Part[] {
  const { personId } = person;
  const absent = "attribute_not_exists(pk)";
  const account: Part[] = person.account
    ? [
        {
          table,
          write: { Put: { Item: { ...accountKey(person.account), personId }, ConditionExpression: absent } },
          refused: () => new AccountTaken(),
        },
      ]
    : [];
  const identities = person.identities.map(
    (identity): Part => ({
      table,
      write: { Put: { Item: { ...identityKey(identity), personId }, ConditionExpression: absent } },
      refused: () => new Refusal(peopleProblems.identityInUse),
    }),
  );
  return [
    ...account,
    ...identities,
    {
      table: "person-keys",
      write: { Put: { Item: { pk: `PERSON#${personId}`, sk: "KEY", ...key }, ConditionExpression: absent } },
    },
    { table, write: { Put: { Item: { ...personKey(personId), ...person }, ConditionExpression: absent } } },
  ];
}

/** The fields of a profile that its owner may change; refuses `version-mismatch`. */
export const planProfileChange = (
  { personId, version }: Person,
  change: Pick<Person, "nameMasked" | "phoneMasked" | "verification" | "refundAccountMasked" | "personal">,
): Part => ({
  table,
  write: {
    Update: {
      Key: personKey(personId),
      UpdateExpression:
        "SET nameMasked = :n, phoneMasked = :p, verification = :v, refundAccountMasked = :r, personal = :d, version = :next",
      ConditionExpression: "version = :version",
      ExpressionAttributeValues: {
        ":n": change.nameMasked,
        ":p": change.phoneMasked ?? null,
        ":v": change.verification,
        ":r": change.refundAccountMasked ?? null,
        ":d": change.personal,
        ":version": version,
        ":next": version + 1,
      },
    },
  },
  refused: () => new Refusal(problems.versionMismatch),
});

/** That the guardian acts for one more, `max` at most; refuses `too-many-dependants`. */
export function planLink(link: Link, max: number): Part[] {
  return [
    {
      table,
      write: {
        Update: {
          Key: personKey(link.guardianId),
          UpdateExpression: "ADD dependants :one",
          ConditionExpression: "#state = :active AND (attribute_not_exists(dependants) OR dependants < :max)",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: { ":one": 1, ":max": max, ":active": "active" },
        },
      },
      refused: () => new Refusal(peopleProblems.tooManyDependants, { facts: { max } }),
    },
    {
      table,
      write: {
        Put: {
          Item: { ...dependantKey(link.guardianId, link.dependantId), ...link },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
      refused: () => new Refusal(peopleProblems.invitationInvalid),
    },
    { table, write: { Put: { Item: { ...guardianKey(link.guardianId, link.dependantId), ...link } } } },
  ];
}

/** That the guardian acts for this person no longer. `counted`: the guardian remains and counts one less. */
export function planUnlink(link: Pick<Link, "guardianId" | "dependantId">, counted: boolean): Part[] {
  const { guardianId, dependantId } = link;
  const exists = "attribute_exists(pk)";
  const refused = () => new Refusal(problems.notFound);
  const parts: Part[] = [dependantKey(guardianId, dependantId), guardianKey(guardianId, dependantId)].map(
    (Key) => ({ table, write: { Delete: { Key, ConditionExpression: exists } }, refused }),
  );
  const uncount: Part = {
    table,
    write: {
      Update: {
        Key: personKey(guardianId),
        UpdateExpression: "ADD dependants :less",
        ExpressionAttributeValues: { ":less": -1 },
      },
    },
  };
  return counted ? [...parts, uncount] : parts;
}

/** That who acts for a child is as it was read: whoever joins or leaves moves the child's version. */
export const planSameGuardians = ({ personId, version }: Person): Part => ({
  table,
  write: {
    Update: {
      Key: personKey(personId),
      UpdateExpression: "SET version = :next",
      ConditionExpression: "version = :version",
      ExpressionAttributeValues: { ":version": version, ":next": version + 1 },
    },
  },
  refused: () => new Refusal(problems.versionMismatch),
});

/** A consent as evidence, and where it concerns a link the link's consent in force. */
export function planConsent(consent: Consent, link?: Link): Part[] {
  const Item = { ...consentKey(consent.personId, consent.consentId), ...consent };
  const parts: Part[] = [{ table, write: { Put: { Item } } }];
  return link
    ? [...parts, planLinkConsent(link, consent.withdrawnAt ? undefined : consent.consentId)]
    : parts;
}

const planLinkConsent = (link: Link, consentId: string | undefined): Part => ({
  table,
  write: {
    Update: {
      Key: dependantKey(link.guardianId, link.dependantId),
      UpdateExpression: consentId ? "SET consentId = :c" : "REMOVE consentId",
      ConditionExpression: "attribute_exists(pk)",
      ...(consentId && { ExpressionAttributeValues: { ":c": consentId } }),
    },
  },
  refused: () => new Refusal(problems.notFound),
});

/** Invitations are stored and looked up by a pseudonym of the code. */
export const invitationPseudonym = async (code: string): Promise<string> =>
  (await reference("invitation", "stored", code)).toString("base64url");

/** An elder asks a relative to act for them; or a guardian asks another one to act for their child too. */
export type Invitation = { expiresAt: string } & (
  | { elderId: string; childId?: never }
  | { childId: string; invitedBy: string; elderId?: never }
);

export const planInvitation = (code: string, invitation: Invitation): Part => ({
  table,
  write: { Put: { Item: { ...invitationKey(code), ...invitation } } },
});

export async function findInvitation(code: string): Promise<Invitation | undefined> {
  return bare(await dynamo.get({ table, key: invitationKey(code), consistent: true }));
}

/** Uses the invitation up; one use wins. */
export const planInvitationUse = (code: string): Part => ({
  table,
  write: { Delete: { Key: invitationKey(code), ConditionExpression: "attribute_exists(pk)" } },
  refused: () => new Refusal(peopleProblems.invitationInvalid),
});

/** Partition of erasures that other contexts have not followed yet. */
export const ERASURES = "ERASURES";

/** Persons erased whose places were not all given back yet. */
export async function listErasures(): Promise<string[]> {
  const { items } = await dynamo.query({ table, partition: ERASURES, limit: 1_000, consistent: true });
  return items.map(({ sk }) => String(sk));
}

export const forgetErasure = (personId: string): Promise<void> =>
  dynamo.writeHints(table, [], [{ pk: ERASURES, sk: personId }]);

/**
 * Erases a person: without the key the encrypted fields are noise in every copy. What remains says only that there
 * was a person of this id, so that the registrations that name it stay whole.
 */
export function planErasure(person: Person, erasedAt: string): Part[] {
  const { personId, version } = person;
  const tombstone = { ...personKey(personId), personId, state: "erased", erasedAt, version: version + 1 };
  const keys = [
    ...person.identities.map(identityKey),
    ...(person.account ? [accountKey(person.account)] : []),
    ...(person.calendarLink ? [calendarLinkKey(person.calendarLink.reference)] : []),
  ];
  return [
    {
      table,
      write: {
        Put: {
          Item: tombstone,
          ConditionExpression: "version = :v",
          ExpressionAttributeValues: { ":v": version },
        },
      },
      refused: () => new Refusal(problems.versionMismatch),
    },
    { table: "person-keys", write: { Delete: { Key: { pk: `PERSON#${personId}`, sk: "KEY" } } } },
    { table, write: { Put: { Item: { pk: ERASURES, sk: personId, erasedAt } } } },
    ...keys.map((Key): Part => ({ table, write: { Delete: { Key } } })),
  ];
}
