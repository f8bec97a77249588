import { peopleRoutes } from "#shared/people/contract.ts";
import { planEnd, planLeftChild, settled } from "#shared/people/family.ts";
import { callersPersonId, findLink } from "#shared/people/store.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/**
 * Ends acting for somebody. A child without another guardian is erased; an elder's own data stays theirs, and a
 * child's the other guardian's to care for.
 */
export const removeDependant = operation(peopleRoutes.removeDependant)(async ({ caller, path, now }) => {
  const guardianId = await callersPersonId(caller.sub);
  const { personId } = path;
  const erased = await settled(async () => {
    const link = await findLink(guardianId, personId);
    if (!link) throw new Refusal(problems.notFound);
    const left = link.relation === "child" ? await planLeftChild(guardianId, personId, now) : undefined;
    await dynamo.commit([...planEnd(guardianId, personId), ...(left?.parts ?? [])]);
    return left?.erased;
  });
  return { status: 200, body: { personId, status: erased ? "erased" : "ended" } };
});
