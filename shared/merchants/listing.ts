import { bestPairOf, holdsWords, pairsOf } from "#shared/platform/words.ts";
import type { Merchant } from "./model.ts";

/**
 * How merchants are found: as events are (registration/listing.ts), by lists of hints, each checked against the whole
 * question. A merchant enters its lists when it is approved and stays in them: what is frozen, closed or blacklisted
 * since is passed over by its state.
 */
export interface MerchantQuestion {
  town?: string | undefined;
  category?: string | undefined;
  q?: string | undefined;
  campaignId?: string | undefined;
}

const ALL = "all";
const townTerm = (town: string) => `town:${town}`;
const categoryTerm = (category: string) => `category:${category}`;
const bothTerm = (town: string, category: string) => `town:${town}|category:${category}`;
const pairTerm = (pair: string) => `text:${pair}`;

/** The lists a merchant stands in. */
export function termsOf({ name, town, categories }: Merchant): string[] {
  const offered = categories.flatMap((category) => [categoryTerm(category), bothTerm(town, category)]);
  return [...new Set([ALL, townTerm(town), ...offered, ...pairsOf(name).map(pairTerm)])];
}

/** The shortest list that holds every answer. */
export function termFor({ q = "", town, category }: MerchantQuestion): string {
  const pair = bestPairOf(q);
  if (pair !== undefined) return pairTerm(pair);
  if (town !== undefined && category !== undefined) return bothTerm(town, category);
  if (town !== undefined) return townTerm(town);
  return category === undefined ? ALL : categoryTerm(category);
}

/** Whether the merchant as it stands now answers the whole question. */
export const answers = (
  { status, name, town, categories, campaignIds }: Merchant,
  question: MerchantQuestion,
): boolean =>
  status === "approved" &&
  (question.town ?? town) === town &&
  (question.category === undefined || categories.includes(question.category)) &&
  (question.campaignId === undefined || (campaignIds?.includes(question.campaignId) ?? true)) &&
  holdsWords(question.q ?? "", [name]);
