/**
 * Texts are found by pairs of neighbouring characters, since Chinese sets no spaces between words: whoever is found
 * by a list of one pair still has to hold every word.
 */

/** One spelling for width, case and spaces. */
export const folded = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/\s+/gu, "");

/** Every pair of neighbouring characters. */
export const pairsOf = (text: string): string[] => {
  const characters = [...folded(text)];
  return characters.slice(1).map((second, at) => `${characters[at]}${second}`);
};

const wordsOf = (q: string): string[] => q.split(/\s+/u).filter((word) => word !== "");

/**
 * The pair by which what somebody looks for is found soonest; none when no word has two characters. Names begin alike
 * and end apart, so of the longest word the last pair is taken.
 */
export const bestPairOf = (q: string): string | undefined =>
  pairsOf(wordsOf(q).sort((a, b) => b.length - a.length)[0] ?? "").at(-1);

/** Whether each word of `q` is in one of the texts. */
export const holdsWords = (q: string, texts: readonly string[]): boolean =>
  wordsOf(q).every((word) => texts.some((text) => folded(text).includes(folded(word))));
