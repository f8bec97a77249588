import { peopleRoutes } from "#shared/people/contract.ts";
import { callersPersonId, findGivenConsent, findLink, planConsent } from "#shared/people/store.ts";
import { consentView } from "#shared/people/views.ts";
import { once } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/** Withdraws a consent; what it allowed ends, and the record of both moments stays (PIPL Art. 15). */
export const withdrawConsent = once(peopleRoutes.withdrawConsent)(
  async ({ caller, path, now }) => {
    const callerId = await callersPersonId(caller.sub);
    const given = await findGivenConsent(callerId, path.consentId);
    if (!given) throw new Refusal(problems.notFound);
    if (given.withdrawnAt) return { parts: [], effect: given };
    const withdrawn = { ...given, withdrawnAt: now.toISOString() };
    const link = given.personId === callerId ? undefined : await findLink(callerId, given.personId);
    const inForce = link?.consentId === given.consentId ? link : undefined;
    return { parts: planConsent(withdrawn, inForce), effect: withdrawn };
  },
  (withdrawn) => ({ status: 200, body: consentView(withdrawn) }),
);
