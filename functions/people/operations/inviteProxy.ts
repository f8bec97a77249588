import { peopleRoutes } from "#shared/people/contract.ts";
import { invitationCodeOf } from "#shared/people/dependants.ts";
import { peoplePolicy } from "#shared/people/policy.ts";
import { callersPersonId, invitationPseudonym, planInvitation } from "#shared/people/store.ts";
import { once } from "#shared/platform/operation.ts";
import type { RequestKey } from "#shared/platform/remember.ts";
import { reference } from "#shared/platform/secrets.ts";

/** The code follows from the request's key, so that a replay shows it again without its being stored. */
const codeOf = async (key: RequestKey) => invitationCodeOf(await reference("invitation", "code", key.id));

/** Makes a code with which one relative may act for the caller. */
export const inviteProxy = once(peopleRoutes.inviteProxy)(
  async ({ caller, now, key }) => {
    const elderId = await callersPersonId(caller.sub);
    const hours = peoplePolicy.invitationHours.value;
    const expiresAt = new Date(now.getTime() + hours * 3_600_000).toISOString();
    const pseudonym = await invitationPseudonym(await codeOf(key));
    return { parts: [planInvitation(pseudonym, elderId, expiresAt)], effect: { expiresAt } };
  },
  async ({ expiresAt }, { key }) => ({ status: 201, body: { invitationCode: await codeOf(key), expiresAt } }),
);
