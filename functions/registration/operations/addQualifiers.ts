import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { recall } from "#shared/platform/remember.ts";
import { deskRoutes } from "#shared/registration/desk/contract.ts";
import { addToList, entriesOf } from "#shared/registration/desk/listing.ts";
import { readQualifiers, refuseWithoutList } from "#shared/registration/desk/rules.ts";
import { organisersEvent } from "#shared/registration/store.ts";

/** Puts documents on the list of those who qualified: all of a request's rows, or none when one is wrong. */
export const addQualifiers = operation(deskRoutes.addQualifiers)(async ({ caller, path, body, key, now }) => {
  const event = await organisersEvent(path.eventId, organisationOf(caller));
  refuseWithoutList(event);
  const entries = await entriesOf(event.eventId, readQualifiers(event, body, now));
  const effect =
    (await recall<{ total: number }>(key)) ?? (await addToList(event, entries, { caller, key, now }));
  return { status: 201, body: { ...effect, qualifiers: entries } };
});
