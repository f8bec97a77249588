import type { Instant } from "#shared/platform/time.ts";
import { registration } from "#shared/policies/definitions/registration.ts";
import { policy } from "#shared/policies/reading.ts";
import { endedBefore } from "./rules.ts";
import { type AnswersItem, listEnded, moveAnswers, removeAnswers, type Stage } from "./store.ts";

/** Items of one step of the job. */
const STEP = 100;

/**
 * Removes the next answers whose time is over. What is about health goes first, and the rest later; an event that was
 * put off takes its answers along. Answers how many it worked on, and whether there may be more.
 * @param endOf when an event ends as it stands now; `undefined` when there is none
 */
export async function removeNext(
  endOf: (eventId: string) => Promise<Instant | undefined>,
  now: Date,
): Promise<{ handled: number; more: boolean }> {
  const { value } = await policy(registration.retention);
  let handled = 0;
  let more = false;
  for (const stage of ["health", "answers"] as const) {
    const before = endedBefore(value[`${stage}Days`], now);
    const ended = await listEnded(stage, before, STEP);
    const done = await Promise.all(ended.map((item) => settle(stage, item, before, endOf)));
    const changed = done.filter(Boolean).length;
    handled += changed;
    // Items that another changed meanwhile are found again by the next run.
    more ||= ended.length === STEP && changed > 0;
  }
  return { handled, more };
}

async function settle(
  stage: Stage,
  item: AnswersItem,
  before: Instant,
  endOf: (eventId: string) => Promise<Instant | undefined>,
): Promise<boolean> {
  const endsAt = await endOf(item.eventId);
  const putOff = endsAt !== undefined && endsAt !== item.endsAt && endsAt >= before;
  return putOff ? moveAnswers(item, endsAt) : removeAnswers(stage, item);
}
