import { everybodyOf } from "#shared/people/acting.ts";
import { callersPersonId, findPersons } from "#shared/people/store.ts";
import { operation } from "#shared/platform/operation.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { listPenaltiesOf } from "#shared/registration/standing/store.ts";
import { bansOfMine, penaltyViews } from "#shared/registration/standing/views.ts";

/** Penalties of the caller and of those they act for; bans of the caller and of children, who have no account. */
export const listMyPenalties = operation(standingRoutes.listMyPenalties)(async ({ caller, now }) => {
  const me = await callersPersonId(caller.sub);
  const everybody = await everybodyOf(me);
  const [penalties, persons] = await Promise.all([
    Promise.all(everybody.map(listPenaltiesOf)),
    findPersons(everybody),
  ]);
  const spokenFor = persons.filter((one) => one !== undefined);
  const bans = bansOfMine(
    spokenFor.filter(({ personId, account }) => personId === me || account === undefined),
    now,
  );
  return { status: 200, body: { items: await penaltyViews(penalties.flat(), now), bans } };
});
