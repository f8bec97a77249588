import { peopleRoutes } from "#shared/people/contract.ts";
import { callersPersonId, findPersons, listDependants as linksOf } from "#shared/people/store.ts";
import { dependantView } from "#shared/people/views.ts";
import { operation } from "#shared/platform/operation.ts";

/** The caller's children and the elders who asked the caller to act. */
export const listDependants = operation(peopleRoutes.listDependants)(async ({ caller }) => {
  const links = await linksOf(await callersPersonId(caller.sub));
  const persons = await findPersons(links.map(({ dependantId }) => dependantId));
  const items = links.flatMap((link, at) => {
    const person = persons[at];
    return person ? [dependantView(link, person)] : [];
  });
  return { status: 200, body: { items } };
});
