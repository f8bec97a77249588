import type { Item } from "#shared/platform/database.ts";
import { answers, type MerchantQuestion, termFor } from "./listing.ts";
import type { Merchant } from "./model.ts";
import { readList } from "./store.ts";

/** How many entries one request follows at most; a page may then be short, and its cursor goes on. */
const ENTRIES_PER_REQUEST = 200;

/** Approved merchants that answer the question, from a position on, and the position to go on from. */
export async function findListed(
  question: MerchantQuestion,
  limit: number,
  after: Item | undefined,
): Promise<{ merchants: Merchant[]; next?: Item }> {
  const term = termFor(question);
  const merchants: Merchant[] = [];
  let position = after;
  for (let followed = 0; followed < ENTRIES_PER_REQUEST; ) {
    const { entries, next } = await readList(term, Math.min(100, limit + 1), position);
    for (const entry of entries) {
      if (merchants.length === limit) return { merchants, ...(position && { next: position }) };
      if (entry.merchant && answers(entry.merchant, question)) merchants.push(entry.merchant);
      position = entry.position;
    }
    if (!next) return { merchants };
    followed += entries.length;
  }
  return { merchants, ...(position && { next: position }) };
}
