import { peopleRoutes } from "#shared/people/contract.ts";
import { callersPersonId, findLink, findPerson, planErasure, planUnlink } from "#shared/people/store.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";

/** Erases the caller's child, or ends acting for an elder, whose own data stays theirs. */
export const removeDependant = operation(peopleRoutes.removeDependant)(async ({ caller, path, now }) => {
  const guardianId = await callersPersonId(caller.sub);
  const link = await findLink(guardianId, path.personId);
  if (!link) throw new Refusal(problems.notFound);
  const child = link.relation === "child" ? await findPerson(path.personId, true) : undefined;
  await dynamo.commit([...planUnlink(link, true), ...(child ? planErasure(child, now.toISOString()) : [])]);
  return { status: 200, body: { personId: path.personId, status: child ? "erased" : "ended" } };
});
