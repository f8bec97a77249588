import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { findDraw } from "#shared/registration/draw/store.ts";
import { drawViewOf } from "#shared/registration/draw/views.ts";
import { publishedEvent } from "#shared/registration/store.ts";

/** What is public of a draw so far, with where to download the list and the result. */
export const getDraw = operation(drawRoutes.getDraw)(async ({ path, now }) => {
  const [event, draw] = await Promise.all([publishedEvent(path.eventId), findDraw(path.eventId)]);
  if (!draw) throw new Refusal(problems.notFound);
  return { status: 200, body: await drawViewOf(event, draw, now) };
});
