import { organisationOf } from "#shared/platform/caller.ts";
import { newId } from "#shared/platform/ids.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { offerFreePlaces } from "#shared/registration/changes.ts";
import { registrationRoutes } from "#shared/registration/contract.ts";
import { refuseWhileDrawing } from "#shared/registration/draw/deciding.ts";
import { findDraw } from "#shared/registration/draw/store.ts";
import { changeEvent as decide } from "#shared/registration/eventRules.ts";
import { moveIntervals } from "#shared/registration/standing/moving.ts";
import { commitEventChange, enterLists, leaveLists, organisersEvent } from "#shared/registration/store.ts";
import { eventView } from "#shared/registration/views.ts";

/** Changes an event; its places change in the same write, so that no sign-up is judged by half of a change. */
export const changeEvent = operation(registrationRoutes.changeEvent)(
  async ({ caller, path, body, version }) => {
    const before = await organisersEvent(path.eventId, organisationOf(caller));
    if (before.version !== version) throw new Refusal(problems.versionMismatch);
    if (before.entriesClosedAt !== undefined) refuseWhileDrawing(before, await findDraw(before.eventId));
    const changed = decide(before, body, () => newId("grp"));
    const { after } = changed;
    if (after.status === "published") await enterLists(after);
    await commitEventChange(before, changed);
    if (after.status === "published") await leaveLists(before, after);
    if (after.status === "published" && after.allotment) {
      const published = { ...after, allotment: after.allotment };
      if (body.startsAt !== undefined || body.endsAt !== undefined) await moveIntervals(published);
      await offerFreePlaces(published);
    }
    return { status: 200, body: eventView(after), headers: { etag: `"${after.version}"` } };
  },
);
