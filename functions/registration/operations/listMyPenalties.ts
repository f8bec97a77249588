import { callersPersonId, findPersons, listDependants } from "#shared/people/store.ts";
import { operation } from "#shared/platform/operation.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { listPenaltiesOf } from "#shared/registration/standing/store.ts";
import { bansOfMine, penaltyViews } from "#shared/registration/standing/views.ts";

/** Penalties of the caller and of those they act for; bans of the caller and of children alone. */
export const listMyPenalties = operation(standingRoutes.listMyPenalties)(async ({ caller, now }) => {
  const me = await callersPersonId(caller.sub);
  const links = await listDependants(me);
  const everybody = [me, ...links.map(({ dependantId }) => dependantId)];
  const children = links.flatMap(({ relation, dependantId }) => (relation === "child" ? [dependantId] : []));
  const [penalties, persons] = await Promise.all([
    Promise.all(everybody.map(listPenaltiesOf)),
    findPersons([me, ...children]),
  ]);
  const bans = bansOfMine(
    persons.filter((one) => one !== undefined),
    now,
  );
  return { status: 200, body: { items: await penaltyViews(penalties.flat(), now), bans } };
});
