import { canonical } from "#shared/platform/canonical.ts";
import type { Item } from "#shared/platform/database.ts";
import { entryOfItem, imageHash, isBalanced } from "./journal.ts";
import { type Line, lineItem, lineOf } from "./lines.ts";
import { merkleRoot } from "./merkle.ts";
import { effectFen } from "./model.ts";
import type { Fault } from "./moneyMode.ts";
import { type Head, hashOfSegment, leafOf, nextSegment, type Sealed, type Segment } from "./segments.ts";

/** The part of a head that a segment follows from. */
export type Chain = Pick<Head, "number" | "hash" | "numbers">;

export const fault = (kind: string, place: string, expected?: unknown, found?: unknown): Fault => ({
  fault: kind,
  place,
  ...(expected !== undefined && { expected: String(expected) }),
  ...(found !== undefined && { found: String(found) }),
});

/** Where two items differ first, as a place within them; `undefined` when they say the same. */
export function difference(expected: unknown, found: unknown, at = ""): string | undefined {
  if (canonical(expected) === canonical(found)) return undefined;
  if (typeof expected !== "object" || typeof found !== "object" || !expected || !found) return at;
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
  for (const name of names) {
    const below = difference((expected as Item)[name], (found as Item)[name], `${at}/${name}`);
    if (below !== undefined) return below;
  }
  return at;
}

/** A segment and its list, held against each other and against the chain before them. */
export function checkSegment(chain: Chain, segment: Segment, entries: readonly Sealed[]): Fault | undefined {
  const place = `segment ${chain.number + 1}`;
  if (segment.number !== chain.number + 1)
    return fault("segment-altered", `${place}/number`, chain.number + 1, segment.number);
  if (hashOfSegment(segment) !== segment.hash) return fault("segment-altered", place);
  if (segment.previous !== chain.hash)
    return fault("chain-broken", `${place}/previous`, chain.hash, segment.previous);
  const root = merkleRoot(entries.map(leafOf));
  if (root !== segment.root) return fault("segment-altered", `${place}/entries`, segment.root, root);
  return undefined;
}

/** Journal items held against what was sealed of them. */
export function checkEntries(
  sealed: readonly Sealed[],
  items: readonly (Item | undefined)[],
): Fault | undefined {
  for (const [at, { journalId, hash }] of sealed.entries()) {
    const item = items[at];
    if (!item) return fault("entry-missing", journalId);
    const found = imageHash(item);
    if (found !== hash) return fault("entry-altered", journalId, hash, found);
    if (!isBalanced(entryOfItem(item).legs)) return fault("entry-unbalanced", journalId);
  }
  return undefined;
}

/** Whether a segment is what its entries make of it: their order, their numbers and their stretch of time. */
export function checkMade(
  chain: Chain,
  segment: Segment,
  sealed: readonly Sealed[],
  lines: readonly Line[],
): Fault | undefined {
  const { number, from, until, late } = segment;
  const made = nextSegment(chain, lines, { from, until, ...(late && { late }) });
  const differs = difference(made, { segment, sealed });
  if (differs !== undefined) return fault("segment-altered", `segment ${number}${differs}`);
  const stray = lines.find(({ postedAt }) => !late && (postedAt < from || postedAt >= until));
  return stray && fault("entry-out-of-time", stray.journalId, `${from} to ${until}`, stray.postedAt);
}

/** Lines held against their journal items. */
export function checkLines(images: readonly Item[], lines: readonly (Item | undefined)[]): Fault | undefined {
  for (const [at, image] of images.entries()) {
    const made = lineItem(lineOf(image));
    const differs = difference(made, lines[at]);
    if (differs !== undefined) return fault("line-altered", `line of ${image["pk"]}${differs}`);
  }
  return undefined;
}

/** What a guarded leg must have left behind, given what the account had before the segment and what came late. */
export function checkGuardedLegs(
  lines: readonly Line[],
  before: ReadonlyMap<string, number>,
  missed: (account: string, version: number) => number,
): Fault | undefined {
  const running = new Map(before);
  for (const { journalId, legs } of lines) {
    for (const leg of legs)
      if (leg.guard !== undefined) running.set(leg.account, (running.get(leg.account) ?? 0) + effectFen(leg));
    for (const { account, guard, balanceAfterFen = 0, version = 0 } of legs) {
      if (guard === undefined) continue;
      const expected = running.get(account) ?? 0;
      if (balanceAfterFen !== expected && balanceAfterFen !== expected + missed(account, version))
        return fault("balance-chain-broken", `${account} at ${journalId}`, expected, balanceAfterFen);
      if (balanceAfterFen < 0) return fault("below-floor", `${account} at ${journalId}`, 0, balanceAfterFen);
    }
  }
  return undefined;
}
