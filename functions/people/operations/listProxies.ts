import { peopleRoutes } from "#shared/people/contract.ts";
import { callersPersonId, findPersons, listGuardians } from "#shared/people/store.ts";
import { operation } from "#shared/platform/operation.ts";

/** Who may act for the caller. */
export const listProxies = operation(peopleRoutes.listProxies)(async ({ caller }) => {
  const links = await listGuardians(await callersPersonId(caller.sub));
  const persons = await findPersons(links.map(({ guardianId }) => guardianId));
  const items = links.map(({ guardianId, since }, at) => ({
    personId: guardianId,
    nameMasked: persons[at]?.nameMasked ?? "*",
    since,
  }));
  return { status: 200, body: { items } };
});
