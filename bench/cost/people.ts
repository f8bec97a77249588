import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { citizen, good, somebody, type TestService } from "#test/support/service.ts";

/** Everybody has one name, so that nobody's item is longer than another's. */
const name = "张小明";
export const consentVersion = consentTexts["guardian-of-minor"].version;

/** What an adult whom nobody else is states of themself. */
export const adult = () => somebody({ name });

/** A signed-in citizen with a profile. */
export const aCitizen = (service: TestService) => citizen(service, { name });

/** So many citizens, a few at a time. */
export async function citizens(service: TestService, count: number): Promise<Client[]> {
  const made: Client[] = [];
  while (made.length < count) {
    const atOnce = Array.from({ length: Math.min(10, count - made.length) }, () => aCitizen(service));
    made.push(...(await Promise.all(atOnce)).map(({ call }) => call));
  }
  return made;
}

export const childInput = () => {
  const { phone: _none, ...identity } = somebody({ name, birthDate: "2015-01-01" });
  return {
    relation: "child" as const,
    ...identity,
    guardianConsent: { version: consentVersion, given: true as const },
  };
};

/** A child of the guardian's; answers who. */
export const aChild = async (guardian: Client): Promise<string> =>
  (await good(guardian(peopleRoutes.addDependant, { body: childInput() }))).personId;

/** The invitation code of somebody who asks a relative to act for them. */
export const anInvitation = async (elder: Client): Promise<string> =>
  (await good(elder(peopleRoutes.inviteProxy, {}))).invitationCode;
