import { organisationOf } from "#shared/platform/caller.ts";
import { once } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { planCommitment } from "#shared/registration/draw/commitment.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { drawProblems } from "#shared/registration/draw/problems.ts";
import { drawViewOf } from "#shared/registration/draw/views.ts";
import { organisersEvent } from "#shared/registration/store.ts";

/** Commits to the seed of a draw; publishing does it where nobody did before. */
export const commitDraw = once(drawRoutes.commitDraw)(
  async ({ caller, path, now }) => {
    const event = await organisersEvent(path.eventId, organisationOf(caller));
    if (event.allocation !== "draw") throw new Refusal(drawProblems.noDraw);
    const { draw, parts } = await planCommitment(event, now);
    return { parts, effect: { event, draw } };
  },
  async ({ event, draw }, { now }) => ({ status: 200, body: await drawViewOf(event, draw, now) }),
);
