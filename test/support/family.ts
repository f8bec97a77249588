import type { Client } from "#shared/client.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { consentTexts } from "#shared/people/policy.ts";
import { citizen, good, somebody, type TestService } from "./service.ts";

/** An invented account at a bank. */
export const bankAccount = {
  accountNumber: "6222021102000012345",
  bankName: "苏州银行吴江支行",
  bankCode: "313305403015",
};

/** An invented child with the guardian's consent. */
export const childInput = (of: Parameters<typeof somebody>[0] = {}) => {
  const { phone: _, ...identity } = somebody({ birthDate: "2015-01-01", ...of });
  return {
    relation: "child" as const,
    ...identity,
    guardianConsent: { version: consentTexts["guardian-of-minor"].version, given: true as const },
  };
};

/** A child of the owner's. */
export const child = async (owner: Client, of: Parameters<typeof somebody>[0] = {}) =>
  good(owner(peopleRoutes.addDependant, { body: childInput(of) }));

/** A parent and children, so many people in all. */
export async function family(service: TestService, size: number) {
  const { call, personId } = await citizen(service);
  const participantIds = [personId];
  while (participantIds.length < size) participantIds.push((await child(call)).personId);
  return { call, participantIds };
}

/** An elder with an account of their own, for whom the relative may act. */
export async function elderOf(service: TestService, relative: Client) {
  const elder = await citizen(service, { birthDate: "1950-03-07" });
  const { invitationCode } = await good(elder.call(peopleRoutes.inviteProxy, {}));
  await good(relative(peopleRoutes.addDependant, { body: { relation: "elder", invitationCode } }));
  return elder;
}
