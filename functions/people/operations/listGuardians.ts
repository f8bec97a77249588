import { peopleRoutes } from "#shared/people/contract.ts";
import { ownChild } from "#shared/people/family.ts";
import { callersPersonId, findPersons } from "#shared/people/store.ts";
import { operation } from "#shared/platform/operation.ts";

/** Who acts for the caller's child, the caller among them. */
export const listGuardians = operation(peopleRoutes.listGuardians)(async ({ caller, path }) => {
  const { links } = await ownChild(await callersPersonId(caller.sub), path.personId);
  const persons = await findPersons(links.map(({ guardianId }) => guardianId));
  const items = links.map(({ guardianId, since }, at) => ({
    personId: guardianId,
    nameMasked: persons[at]?.nameMasked ?? "*",
    since,
  }));
  return { status: 200, body: { items } };
});
