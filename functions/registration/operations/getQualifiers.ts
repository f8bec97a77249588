import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { countQualifiers } from "#shared/registration/desk/store.ts";
import { organisersEvent } from "#shared/registration/store.ts";

/** How many are on the list of the organiser's event, by group. */
export const getQualifiers = operation(deskRoutes.getQualifiers)(async ({ caller, path }) => {
  const event = await organisersEvent(path.eventId, organisationOf(caller));
  const { of, total } = await countQualifiers(event.eventId);
  const groups = event.groups.map(({ groupId }) => ({ groupId, qualifiers: of(groupId) }));
  return { status: 200, body: { total, anyGroup: of(), groups } };
});
