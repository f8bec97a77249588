import { peopleRoutes } from "#shared/people/contract.ts";
import { refuseOutdated } from "#shared/people/dependants.ts";
import { type Consent, callersPersonId, findLink, planConsent } from "#shared/people/store.ts";
import { consentView } from "#shared/people/views.ts";
import { newId } from "#shared/platform/ids.ts";
import { once } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/** Records the caller's consent, for themself or for their child. */
export const giveConsent = once(peopleRoutes.giveConsent)(
  async ({ caller, body: { purpose, version, personId }, now }) => {
    const givenBy = await callersPersonId(caller.sub);
    const subject = personId ?? givenBy;
    const link = subject === givenBy ? undefined : await findLink(givenBy, subject);
    const mayConsent = subject === givenBy ? purpose !== "guardian-of-minor" : link?.relation === "child";
    if (!mayConsent) throw new Refusal(problems.notFound);
    refuseOutdated(purpose, version);
    const given: Consent = {
      consentId: newId("con"),
      personId: subject,
      purpose,
      version,
      givenBy,
      givenAt: now.toISOString(),
    };
    return { parts: planConsent(given, purpose === "guardian-of-minor" ? link : undefined), effect: given };
  },
  (given) => ({ status: 201, body: consentView(given) }),
);
