import { peopleRoutes } from "#shared/people/contract.ts";
import { planChild, planElder, planSharedChild } from "#shared/people/family.ts";
import { callersPersonId, findLink, findPerson } from "#shared/people/store.ts";
import { dependantView } from "#shared/people/views.ts";
import { once } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/** Adds the caller's child, a child whose other guardian asked, or an elder who asked the caller to act. */
export const addDependant = once(peopleRoutes.addDependant)(
  async ({ caller, body, now }) => {
    const guardianId = await callersPersonId(caller.sub);
    const plan = () => {
      if (body.relation === "child") return planChild(guardianId, body, now);
      if (body.relation === "shared-child") return planSharedChild(guardianId, body, now);
      return planElder(guardianId, body.invitationCode, now);
    };
    const { parts, dependantId } = await plan();
    return { parts, effect: { guardianId, dependantId } };
  },
  async ({ guardianId, dependantId }) => {
    const [link, person] = await Promise.all([
      findLink(guardianId, dependantId),
      findPerson(dependantId, true),
    ]);
    if (!link || !person) throw new Refusal(problems.notFound);
    return { status: 201, body: dependantView(link, person) };
  },
);
