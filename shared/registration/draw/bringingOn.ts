import type { Step } from "#shared/jobs/run.ts";
import type { Item } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { tellOnCall } from "#shared/platform/page.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { businessDate } from "#shared/platform/time.ts";
import { type PublishedEvent, publishedEvent } from "../store.ts";
import { isLate } from "./deciding.ts";
import type { Draw } from "./model.ts";
import { drawProblems } from "./problems.ts";
import { findDraw, listOpenDraws, planDraw } from "./store.ts";
import { type Carried, carryOut, closeDraw, makeDraw } from "./working.ts";

/** Where a run is: the draws it still has to look at, and how far the first of them is carried out. */
export interface Onward extends Item {
  events: string[];
  carried?: Carried;
}

/** A draw that should have been made: somebody must say the lottery's numbers, or publish the root. Told once a day. */
async function tellLate(draw: Draw, now: Date): Promise<void> {
  const today = businessDate(now);
  if (!isLate(draw, now) || draw.lateToldOn === today) return;
  await dynamo.commit([planDraw({ ...draw, lateToldOn: today, version: draw.version + 1 })]);
  await tellOnCall({
    subject: `Leyun: a draw is late (${draw.eventId})`,
    text: `赛事 ${draw.eventId} 的抽签依据应在 ${draw.beaconOn} 公布，至今未能抽签。\nThe draw of ${draw.eventId} waits for what should be known since ${draw.beaconOn}: see docs/runbooks/draw-late.md.`,
  });
}

async function advance(
  event: PublishedEvent,
  draw: Draw,
  carried: Carried | undefined,
  now: Date,
): Promise<{ handled: number; next?: Carried; again?: true }> {
  switch (draw.stage) {
    case "committed":
      if (now.toISOString() < event.signUpClosesAt) return { handled: 0 };
      await closeDraw(event, draw);
      return { handled: 1, again: true };
    case "closed":
      try {
        await makeDraw(event, draw);
        return { handled: 1, again: true };
      } catch (error) {
        const awaited = error instanceof Refusal && waitsFor.includes(error.problem);
        if (!awaited) throw error;
        await tellLate(draw, now);
        return { handled: 0 };
      }
    case "drawn":
      return carryOut(event, draw, carried);
    case "done":
      return { handled: 0 };
  }
}

const waitsFor: readonly unknown[] = [drawProblems.beaconUnknown, drawProblems.beaconRequired];

/**
 * One step of one draw. One that fails does not hold the others up: its failure is kept, and it comes again with the
 * next tick.
 */
export async function bringOn(
  cursor: Onward | undefined,
  now: Date,
  failures: unknown[],
): Promise<Step<Onward>> {
  const events = cursor?.events ?? [];
  if (!cursor) for await (const { eventId } of listOpenDraws()) events.push(eventId);
  const [eventId, ...others] = events;
  if (eventId === undefined) return { handled: 0 };
  const onward = others.length > 0 ? { next: { events: others } } : {};
  try {
    const [event, draw] = await Promise.all([publishedEventOrNone(eventId), findDraw(eventId)]);
    if (!event || !draw) return { handled: 0, ...onward };
    const { handled, next, again } = await advance(event, draw, cursor?.carried, now);
    if (next) return { handled, next: { events, carried: next } };
    if (again) return { handled, next: { events } };
    return { handled, ...onward };
  } catch (error) {
    failures.push(error);
    return { handled: 0, ...onward };
  }
}

/** A draft may have a draw already; nobody enters it. */
const publishedEventOrNone = (eventId: string): Promise<PublishedEvent | undefined> =>
  publishedEvent(eventId).catch((error: unknown) => {
    if (error instanceof Refusal) return undefined;
    throw error;
  });
