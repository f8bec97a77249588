import type { Item } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { listRegistrationsIn, type PublishedEvent, type Registration } from "../store.ts";
import { NotCounted, planIntervalMoved } from "./store.ts";

const PAGE = 100;
/** Persons whose limits are written beside each other. */
const AT_ONCE = 20;

async function moveOne(event: PublishedEvent, { registrationId, claim }: Registration): Promise<void> {
  try {
    await dynamo.commit([planIntervalMoved(claim.participantId, registrationId, event)]);
  } catch (error) {
    // Given back meanwhile.
    if (!(error instanceof NotCounted)) throw error;
  }
}

/**
 * Tells the limits of everybody signed up when the event is, after it was changed: who signs up from then on is judged
 * by the new times already. Doing it again changes nothing, so a change that broke off is asked for again.
 */
export async function moveIntervals(event: PublishedEvent): Promise<void> {
  if (!event.fairness) return;
  let after: Item | undefined;
  do {
    const { registrations, next } = await listRegistrationsIn(event, PAGE, after);
    const counted = registrations.filter(({ holder, claim }) => claim.limited && holder.state !== "released");
    for (let first = 0; first < counted.length; first += AT_ONCE)
      await Promise.all(counted.slice(first, first + AT_ONCE).map((one) => moveOne(event, one)));
    after = next;
  } while (after);
}
