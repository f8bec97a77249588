import { peopleRoutes } from "#shared/people/contract.ts";
import { callersPersonId, planUnlink } from "#shared/people/store.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { operation } from "#shared/platform/operation.ts";

/** Takes back the right to act for the caller. */
export const removeProxy = operation(peopleRoutes.removeProxy)(async ({ caller, path }) => {
  const dependantId = await callersPersonId(caller.sub);
  await dynamo.commit(planUnlink({ guardianId: path.personId, dependantId }, true));
  return { status: 200, body: { personId: path.personId, status: "ended" } };
});
