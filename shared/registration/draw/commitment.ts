import type { Part } from "#shared/platform/database.ts";
import { env } from "#shared/platform/env.ts";
import type { SportEvent } from "../model.ts";
import { refuseGuessable } from "./deciding.ts";
import type { Draw } from "./model.ts";
import { commitmentOf } from "./rules.ts";
import { seedOf } from "./secrets.ts";
import { findDraw, planDraw } from "./store.ts";

/** The draw of an event whose seed is committed to, with the parts that make it so where it is not yet. */
export async function planCommitment(
  { eventId }: Pick<SportEvent, "eventId">,
  now: Date,
): Promise<{ draw: Draw; parts: Part[] }> {
  const known = await findDraw(eventId);
  if (known) return { draw: known, parts: [] };
  const draw: Draw = {
    eventId,
    stage: "committed",
    version: 1,
    commitment: commitmentOf(await seedOf(eventId)),
    committedAt: now.toISOString(),
  };
  return { draw, parts: [planDraw(draw)] };
}

/** The same for an event that is published. Refuses `invalid-event` where a deployed stage has no public lottery. */
export async function planDrawOf(event: SportEvent, now: Date): Promise<Part[]> {
  refuseGuessable(event, env().STAGE);
  return (await planCommitment(event, now)).parts;
}
