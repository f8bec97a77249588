import { peopleRoutes } from "#shared/people/contract.ts";
import { invitationCodeFor, invitationEnds } from "#shared/people/family.ts";
import { callersPersonId, invitationPseudonym, planInvitation } from "#shared/people/store.ts";
import { once } from "#shared/platform/operation.ts";

/** Makes a code with which one relative may act for the caller. */
export const inviteProxy = once(peopleRoutes.inviteProxy)(
  async ({ caller, now, key }) => {
    const elderId = await callersPersonId(caller.sub);
    const expiresAt = await invitationEnds(now);
    const pseudonym = await invitationPseudonym(await invitationCodeFor(key));
    return { parts: [planInvitation(pseudonym, { elderId, expiresAt })], effect: { expiresAt } };
  },
  async ({ expiresAt }, { key }) => ({
    status: 201,
    body: { invitationCode: await invitationCodeFor(key), expiresAt },
  }),
);
