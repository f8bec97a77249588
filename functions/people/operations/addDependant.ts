import { peopleRoutes } from "#shared/people/contract.ts";
import { planChild, planElder } from "#shared/people/family.ts";
import { callersPersonId, findLink, findPerson } from "#shared/people/store.ts";
import { dependantView } from "#shared/people/views.ts";
import { once } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/** Adds the caller's child, or an elder who asked the caller to act. */
export const addDependant = once(peopleRoutes.addDependant)(
  async ({ caller, body, now }) => {
    const guardianId = await callersPersonId(caller.sub);
    const { parts, dependantId } =
      body.relation === "child"
        ? await planChild(guardianId, body, now)
        : await planElder(guardianId, body.invitationCode, now);
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
