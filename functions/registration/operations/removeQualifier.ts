import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { removeFromList } from "#shared/registration/desk/listing.ts";
import { findQualifiers } from "#shared/registration/desk/store.ts";
import { organisersEvent } from "#shared/registration/store.ts";

/** Takes an entry off the list of the organiser's event; who signed up by it keeps the place. */
export const removeQualifier = operation(deskRoutes.removeQualifier)(async ({ caller, path, now }) => {
  const { eventId } = await organisersEvent(path.eventId, organisationOf(caller));
  const [entry] = await findQualifiers(eventId, [path.qualifierId]);
  if (!entry) throw new Refusal(problems.notFound);
  await removeFromList(entry, caller, now);
  return { status: 200, body: { qualifierId: entry.qualifierId, status: "removed" } };
});
