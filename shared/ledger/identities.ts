import { fault } from "./checks.ts";
import type { Registered } from "./fold.ts";
import type { Fault } from "./moneyMode.ts";
import type { TrialLine } from "./trialBalance.ts";

/**
 * A sum over accounts that must be 0, as a context states it: entries that balance prove nothing of the account they
 * were posted to.
 */
export interface Identity {
  name: string;
  /** The group in which an account counts, and the sign of its balance; none when it has no part in it. */
  partOf(account: Registered): { group: string; sign: 1 | -1 } | undefined;
}

/** Both sides of every book, and every identity in every group. */
export function checkBalances(
  lines: readonly TrialLine[],
  identities: readonly Identity[],
): Fault | undefined {
  const sums = new Map<string, number>();
  const add = (key: string, fen: number) => sums.set(key, (sums.get(key) ?? 0) + fen);
  for (const { of, closing } of lines) {
    const net = closing.debitFen - closing.creditFen;
    add(`trial balance of ${of.book}`, net);
    for (const { name, partOf } of identities) {
      const part = partOf(of);
      if (part) add(`${name} of ${part.group}`, part.sign * (of.normal === "debit" ? net : -net));
    }
  }
  for (const [place, fen] of sums) if (fen !== 0) return fault("identity-broken", place, 0, fen);
  return undefined;
}
