import { accountingRoutes } from "#shared/accounting/contract.ts";
import { trialLines, trialMoments } from "#shared/accounting/reading.ts";
import { bookTotals, trialLine } from "#shared/accounting/views.ts";
import { readCursor, signCursor } from "#shared/platform/cursor.ts";
import { operation } from "#shared/platform/operation.ts";

/** Opening, turnover and closing of every account, or of those that one totals. */
export const getTrialBalance = operation(accountingRoutes.getTrialBalance)(async ({ query }) => {
  const { asOf, period, expand, limit } = query;
  const scope = ["getTrialBalance", asOf ?? "", period ?? "", expand ?? ""];
  const after = await readCursor(scope, query.cursor);
  const between = await trialMoments({ asOf, period });
  const within = expand === undefined ? undefined : { account: expand, limit, after };
  const { lines, next } = await trialLines(between, within);
  const sum = (side: "debitFen" | "creditFen") =>
    lines.reduce((total, { closing }) => total + closing[side], 0);
  const body = {
    asOf: between.asOf,
    from: between.from,
    ...(period !== undefined && { period }),
    watermark: between.closing.watermark,
    accounts: lines.map(trialLine),
    totals: { debitFen: sum("debitFen"), creditFen: sum("creditFen") },
    books: bookTotals(lines),
    nextCursor: await signCursor(scope, next),
  };
  return { status: 200, body };
});
