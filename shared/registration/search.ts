import type { Item } from "#shared/platform/database.ts";
import { answers, type EventQuestion, rangeOf, termFor } from "./listing.ts";
import type { SportEvent } from "./model.ts";
import { readList } from "./store.ts";

/** How many entries one request follows at most; a page may then be short, and its cursor goes on. */
const ENTRIES_PER_REQUEST = 200;

/** Published events that answer the question, from a position on, and the position to go on from. */
export async function findListed(
  question: EventQuestion,
  limit: number,
  after: Item | undefined,
  now: Date,
): Promise<{ events: SportEvent[]; next?: Item }> {
  const term = termFor(question);
  const range = rangeOf(question, now);
  const events: SportEvent[] = [];
  let position = after;
  for (let followed = 0; followed < ENTRIES_PER_REQUEST; ) {
    const { entries, next } = await readList(term, range, Math.min(100, limit + 1), position);
    for (const entry of entries) {
      if (events.length === limit) return { events, ...(position && { next: position }) };
      if (entry.event && answers(entry.event, question, now)) events.push(entry.event);
      position = entry.position;
    }
    if (!next) return { events };
    followed += entries.length;
  }
  return { events, ...(position && { next: position }) };
}
