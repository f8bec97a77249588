import type * as z from "zod";
import { kindOf } from "#shared/chart/chart.ts";
import type { Registered } from "#shared/ledger/fold.ts";
import { balanceFen, books, type Entry, type Period, periodOf, type Turnover } from "#shared/ledger/model.ts";
import type { PeriodState } from "#shared/ledger/periods.ts";
import type { Reversed } from "#shared/ledger/reversals.ts";
import type { Sealed } from "#shared/ledger/segments.ts";
import { type TrialLine, totalsOf } from "#shared/ledger/trialBalance.ts";
import type { entryView, periodView, trialLineView } from "./schemas.ts";

/** An entry's number as accountants write it, `2026-05-000123`. */
export const numberText = (period: Period, number: number): string =>
  `${period}-${String(number).padStart(6, "0")}`;

/** What every view of an account says of it. */
export function described({ account, book, normal, control, totals }: Registered) {
  const known = kindOf(account);
  return {
    accountId: account,
    book,
    normal,
    ...(known && { kind: known.kind, title: known.title }),
    ...(control !== undefined && { control }),
    ...(totals && { totals }),
  };
}

export const trialLine = ({
  of,
  openingFen,
  turnover,
  closing,
}: TrialLine): z.input<typeof trialLineView> => ({
  ...described(of),
  openingFen,
  turnoverDebitFen: turnover.debitFen,
  turnoverCreditFen: turnover.creditFen,
  ...closing,
});

/** Both sides of each book that anything was posted to. */
export const bookTotals = (lines: readonly TrialLine[]) =>
  books
    .filter((book) => lines.some(({ of }) => of.book === book))
    .map((book) => {
      const { turnover, closing } = totalsOf(lines, book);
      return { book, ...closing, turnoverDebitFen: turnover.debitFen, turnoverCreditFen: turnover.creditFen };
    });

export const listedAccount = (of: Registered, turnover: Turnover) => ({
  ...described(of),
  balanceFen: balanceFen(of.normal, turnover),
});

export function entryAsShown(
  entry: Entry,
  reversed: Reversed,
  sealed: (Sealed & { segment: number }) | undefined,
): z.input<typeof entryView> {
  const { journalId, kind, memo, postedAt, businessDate, originalDate, source, legs, reverses } = entry;
  return {
    journalId,
    kind,
    postedAt,
    businessDate,
    source,
    legs: legs.map(({ account, book, side, amountFen, balanceAfterFen }, at) => {
      const known = kindOf(account);
      return {
        account,
        book,
        side,
        amountFen,
        reversedFen: reversed.sumsFen[at] ?? 0,
        ...(known && { title: known.title }),
        ...(balanceAfterFen !== undefined && { balanceAfterFen }),
      };
    }),
    reversedBy: [...reversed.by],
    ...(memo !== undefined && { memo }),
    ...(originalDate !== undefined && { originalDate }),
    ...(reverses !== undefined && { reverses }),
    ...(sealed && {
      sealed: {
        segment: sealed.segment,
        number: numberText(periodOf(businessDate), sealed.number),
        hash: sealed.hash,
      },
    }),
  };
}

export const periodAsShown = ({
  period,
  state,
  closingSince,
  closedAt,
  close,
}: PeriodState): z.input<typeof periodView> => ({
  period,
  status: state,
  ...(closingSince !== undefined && { closingSince }),
  ...(closedAt !== undefined && { closedAt }),
  ...(close && { close: close as NonNullable<z.input<typeof periodView>["close"]> }),
});
