import { actorOf } from "#shared/audit/actor.ts";
import { organisationOf } from "#shared/platform/caller.ts";
import type { Call } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { commitOnce, recall } from "#shared/platform/remember.ts";
import { attachUpload, uploadedFile, usedUpload } from "#shared/uploads/attaching.ts";
import { uploadLink } from "#shared/uploads/using.ts";
import type { EventView, SportEvent } from "../model.ts";
import { commitEventChange, organisersEvent } from "../store.ts";
import { eventView } from "../views.ts";
import type { programmeRoutes } from "./contract.ts";
import { tickedChecklist } from "./rules.ts";

/** What a file of an item is used by. */
const itemOf = (eventId: string, itemId: string): string => `${eventId}.${itemId}`;

/** An item of the event's checklist; there is none of another name. Refuses `not-found`. */
function itemNamed({ checklist }: SportEvent, itemId: string): SportEvent["checklist"][number] {
  const item = checklist.find((known) => known.itemId === itemId);
  if (!item) throw new Refusal(problems.notFound);
  return item;
}

/**
 * Notes that an item is done, or open again, with its file in the same write. It is a change of the event like any
 * other, so the places of a published one are handed out under the new version from then on.
 */
export async function tickItem({
  caller,
  path: { eventId, itemId },
  body,
  key,
  version,
  now,
}: Call<typeof programmeRoutes.tickChecklistItem>): Promise<EventView> {
  const remembered = await recall<EventView>(key);
  if (remembered) return remembered;
  const event = await organisersEvent(eventId, organisationOf(caller));
  itemNamed(event, itemId);
  if (event.version !== version) throw new Refusal(problems.versionMismatch);
  const doneBy = await actorOf(caller);
  const checklist = tickedChecklist(event, itemId, body, { doneBy, now });
  const asked = { purpose: "checklist-paper", by: doneBy, now } as const;
  const file = body.uploadId === undefined ? undefined : await uploadedFile(body.uploadId, asked);
  const attached = file ? [attachUpload(file, itemOf(eventId, itemId), now)] : [];
  const after = { ...event, checklist, version: event.version + 1 };
  let effect = eventView(after);
  await commitEventChange(event, { after, places: {} }, async (parts) => {
    effect = await commitOnce(key, { parts: [...parts, ...attached], effect });
  });
  return effect;
}

/** Where an item's file can be downloaded. Refuses `not-found` where it has none, or no longer. */
export async function fileOfItem({
  caller,
  path: { eventId, itemId },
  now,
}: Call<typeof programmeRoutes.getChecklistFile>) {
  const { uploadId } = itemNamed(await organisersEvent(eventId, organisationOf(caller)), itemId);
  if (uploadId === undefined) throw new Refusal(problems.notFound);
  return uploadLink(await usedUpload(uploadId, itemOf(eventId, itemId)), caller, now);
}
