import { actorOf } from "#shared/audit/actor.ts";
import { auditEntry, auditPart } from "#shared/audit/log.ts";
import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { drawRoutes } from "#shared/registration/draw/contract.ts";
import { drawProblems } from "#shared/registration/draw/problems.ts";
import { findDraw } from "#shared/registration/draw/store.ts";
import { drawViewOf } from "#shared/registration/draw/views.ts";
import { closeDraw, makeDraw as draw } from "#shared/registration/draw/working.ts";
import { organisersEvent, publishedEvent } from "#shared/registration/store.ts";

/** Closes the list where nobody has yet, and draws; who draws again is answered what was drawn. */
export const makeDraw = operation(drawRoutes.makeDraw)(async ({ caller, path, body, now }) => {
  await organisersEvent(path.eventId, organisationOf(caller));
  const event = await publishedEvent(path.eventId);
  if (event.allocation !== "draw") throw new Refusal(drawProblems.noDraw);
  const known = await findDraw(path.eventId);
  if (!known) throw new Refusal(problems.notFound);
  const closed = known.stage === "committed" ? await closeDraw(event, known) : known;
  const facts = { beacon: body.beacon ?? "" };
  const acted = { actor: await actorOf(caller), action: "makeDraw", subject: path.eventId, facts };
  const told = { ...body, also: [auditPart(auditEntry(caller, acted, now))] };
  const drawn = closed.stage === "closed" ? await draw(event, closed, told) : closed;
  return { status: 200, body: await drawViewOf(event, drawn, now) };
});
