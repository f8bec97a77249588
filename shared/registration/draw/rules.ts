import { createHash, createHmac } from "node:crypto";

/**
 * How a draw is made, in three public moments: the hash of a seed before anybody enters; the list of who entered when
 * it closes; then seed and beacon, from which everybody can work out the same ranking. The seed was fixed before the
 * list, and the beacon is known to nobody until after it, so that neither can be chosen for what it does to the list.
 */

/** One line of the list: alone, or several who are drawn together. */
export interface Entrant {
  /** Whoever has it can find it in the list; it leads nobody else to a person. */
  pseudonym: string;
  groupId: string;
  /** How many places they need, all from one leaf. */
  places: number;
  /** From which leaves they may have them, in order. */
  leaves: readonly string[];
}

export interface Drawn extends Entrant {
  /** 1 is first. */
  rank: number;
  score: string;
  /** Where its places are from; absent when not selected. */
  leaf?: string;
}

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** What is published of a seed before anybody enters: SHA-256 of its 32 bytes, in hex. */
export const commitmentOf = (seed: Uint8Array): string => sha256(seed).toString("hex");

const lineOf = ({ pseudonym, groupId, places, leaves }: Entrant): string =>
  `${pseudonym} ${groupId} ${places} ${leaves.join(",")}\n`;

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The list of who entered, one line each in the order of their pseudonyms. */
export const entrantsText = (entrants: readonly Entrant[]): string =>
  entrants.map(lineOf).sort(byBytes).join("");

export const readEntrants = (text: string): Entrant[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [pseudonym = "", groupId = "", places = "", leaves = ""] = line.split(" ");
      return { pseudonym, groupId, places: Number(places), leaves: leaves.split(",") };
    });

/** The root of a list: SHA-256 of its text in hex, as `sha256sum` prints it. */
export const rootOf = (text: string): string => sha256(text).toString("hex");

/** The places that are drawn: of each leaf, and of the whole where that holds fewer than its leaves. */
export interface Stakes {
  leaves: Readonly<Record<string, number>>;
  total?: number;
}

/**
 * Ranks all who entered by HMAC-SHA-256 of their pseudonym under SHA-256(seed, root, beacon), the smallest first, and
 * gives each in turn its places from the first of its leaves that has enough. Whoever finds too few is passed.
 * @param root hex; its bytes count
 */
export function drawPlaces(
  entrants: readonly Entrant[],
  { seed, root, beacon }: { seed: Uint8Array; root: string; beacon: string },
  stakes: Stakes,
): Drawn[] {
  const key = sha256(seed, Buffer.from(root, "hex"), beacon);
  const ranked = entrants
    .map((entrant) => ({
      entrant,
      score: createHmac("sha256", key).update(entrant.pseudonym).digest("hex"),
    }))
    .sort((a, b) => byBytes(a.score, b.score));
  const left = { ...stakes.leaves };
  let whole = stakes.total ?? Number.POSITIVE_INFINITY;
  return ranked.map(({ entrant, score }, at) => {
    const { places } = entrant;
    const leaf = places <= whole ? entrant.leaves.find((one) => (left[one] ?? 0) >= places) : undefined;
    if (leaf !== undefined) {
      left[leaf] = (left[leaf] ?? 0) - places;
      whole -= places;
    }
    return { ...entrant, rank: at + 1, score, ...(leaf !== undefined && { leaf }) };
  });
}

/** What a result says of itself, before its lines. */
export interface ResultHead {
  format: "leyun-draw-1";
  eventId: string;
  commitment: string;
  seed: string;
  entrantRoot: string;
  beacon: string;
  places: Stakes;
}

/** The result as a file: its head as JSON, then a line for each who entered, in the order of their ranks. */
export const resultText = (head: ResultHead, drawn: readonly Drawn[]): string =>
  [
    `${JSON.stringify(head)}\n`,
    ...drawn.map((one) => `${one.rank} ${one.score} ${one.leaf ?? "-"} ${lineOf(one)}`),
  ].join("");

export interface Result {
  rank: number;
  leaf?: string;
}

/** By pseudonym. */
export function readResult(text: string): Map<string, Result> {
  const [, ...lines] = text.split("\n");
  return new Map(
    lines
      .filter((line) => line !== "")
      .map((line) => {
        const [rank = "", , leaf = "-", pseudonym = ""] = line.split(" ");
        return [pseudonym, { rank: Number(rank), ...(leaf !== "-" && { leaf }) }];
      }),
  );
}
