import type { Database, Item, Key, Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { Stale } from "./guarded.ts";
import { entryOfItem, journalKey } from "./journal.ts";
import type { Account, Draft, DraftLeg, Entry, Leg, Source } from "./model.ts";
import { ledgerProblems } from "./problems.ts";

/** What of an entry was taken back so far. */
export interface Reversed {
  version: number;
  /** By leg, in the order of the entry's legs. */
  sumsFen: readonly number[];
  /** The reversals, in their order. */
  by: readonly string[];
}

export const reversedKey = (journalId: string): Key => ({ pk: `REV#${journalId}`, sk: "REVERSED" });

const reversedOf = (legs: number, item: Item | undefined): Reversed =>
  item ? (item as unknown as Reversed) : { version: 0, sumsFen: Array<number>(legs).fill(0), by: [] };

export async function readReversed(db: Database, entry: Entry): Promise<Reversed> {
  const key = reversedKey(entry.journalId);
  return reversedOf(entry.legs.length, await db.get({ table: "accounts", key, consistent: true }));
}

/** The account of a posted leg, as it was then. */
export const accountOfLeg = ({ account, book, normal, control, guard }: Leg): Account => ({
  id: account,
  book,
  normal,
  ...(control !== undefined && { control }),
  ...(guard !== undefined && { guard }),
});

/** What is left of each leg. */
export const leftFen = ({ legs }: Entry, { sumsFen }: Reversed): number[] =>
  legs.map(({ amountFen }, at) => amountFen - (sumsFen[at] ?? 0));

/**
 * Drafts the reversal of an entry: the same accounts on the same sides, in red.
 * @param amountsFen by leg of the original; without it everything that is left
 */
export function draftReversal(
  original: Entry,
  reversed: Reversed,
  of: {
    journalId: string;
    source: Source;
    memo: string;
    amountsFen?: readonly number[];
    businessDate?: string;
  },
): Draft {
  if (original.reverses !== undefined) throw new Refusal(ledgerProblems.notReversible);
  const left = leftFen(original, reversed);
  const amounts = of.amountsFen ?? left;
  const exceeds = amounts.some((amount, at) => amount > (left[at] ?? 0));
  if (exceeds || amounts.length !== left.length || amounts.every((amount) => amount === 0))
    throw new Refusal(ledgerProblems.reversalExceeds);
  const legs = original.legs.flatMap((leg, at): DraftLeg[] => {
    const amountFen = amounts[at] ?? 0;
    return amountFen === 0 ? [] : [{ account: accountOfLeg(leg), side: leg.side, amountFen: -amountFen }];
  });
  // One leg alone never balances.
  if (legs.length < 2) throw new Refusal(ledgerProblems.unbalanced);
  const { journalId, source, memo, businessDate } = of;
  return {
    journalId,
    kind: "ledger.reversal",
    legs,
    source,
    memo,
    reverses: original.journalId,
    ...(businessDate !== undefined && { businessDate }),
  };
}

/** Where a reversal's legs stand among the original's. */
function sumsAfter(original: Entry, { sumsFen }: Reversed, legs: readonly DraftLeg[]): number[] {
  return original.legs.map(({ account, side }, at) => {
    const leg = legs.find((one) => one.account.id === account && one.side === side);
    return (sumsFen[at] ?? 0) - (leg?.amountFen ?? 0);
  });
}

/** Reads what a reversal must be judged by. Refuses `entry-unknown` and `reversal-exceeds`. */
export async function reversalPart(db: Database, draft: Draft): Promise<Part[]> {
  const { reverses, journalId, legs } = draft;
  if (reverses === undefined) return [];
  const [item, standing] = await db.getMany([
    { table: "journal", key: journalKey(reverses), consistent: true },
    { table: "accounts", key: reversedKey(reverses), consistent: true },
  ]);
  if (!item) throw new Refusal(ledgerProblems.entryUnknown);
  const original = entryOfItem(item);
  if (original.reverses !== undefined) throw new Refusal(ledgerProblems.notReversible);
  const reversed = reversedOf(original.legs.length, standing);
  const sumsFen = sumsAfter(original, reversed, legs);
  const isForeign = ({ account: { id }, side }: DraftLeg) =>
    !original.legs.some((leg) => leg.account === id && leg.side === side);
  if (legs.some(isForeign) || sumsFen.some((sum, at) => sum > (original.legs[at]?.amountFen ?? 0)))
    throw new Refusal(ledgerProblems.reversalExceeds);
  const version = reversed.version;
  return [
    {
      table: "accounts",
      write: {
        Put: {
          Item: { ...reversedKey(reverses), version: version + 1, sumsFen, by: [...reversed.by, journalId] },
          ConditionExpression: version === 0 ? "attribute_not_exists(pk)" : "version = :was",
          ...(version > 0 && { ExpressionAttributeValues: { ":was": version } }),
        },
      },
      refused: () => new Stale(`${reverses} was reversed meanwhile`),
    },
  ];
}
