import { peopleRoutes } from "#shared/people/contract.ts";
import { invitationCodeFor, invitationEnds, refuseInviting } from "#shared/people/family.ts";
import { callersPersonId, invitationPseudonym, planInvitation } from "#shared/people/store.ts";
import { once } from "#shared/platform/operation.ts";

/** Makes a code with which the child's other guardian may act for it too. */
export const inviteGuardian = once(peopleRoutes.inviteGuardian)(
  async ({ caller, path, now, key }) => {
    const invitedBy = await callersPersonId(caller.sub);
    const childId = path.personId;
    await refuseInviting(invitedBy, childId, now);
    const expiresAt = await invitationEnds(now);
    const pseudonym = await invitationPseudonym(await invitationCodeFor(key));
    return { parts: [planInvitation(pseudonym, { childId, invitedBy, expiresAt })], effect: { expiresAt } };
  },
  async ({ expiresAt }, { key }) => ({
    status: 201,
    body: { invitationCode: await invitationCodeFor(key), expiresAt },
  }),
);
