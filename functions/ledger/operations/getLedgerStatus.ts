import { auditState } from "#shared/accounting/audits.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { latest } from "#shared/ledger/asOf.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { readMoneyMode } from "#shared/ledger/moneyMode.ts";
import { operation } from "#shared/platform/operation.ts";

/** Up to where the books can be read, whether money moves, and when everything was last verified. */
export const getLedgerStatus = operation(accountingRoutes.getLedgerStatus)(async ({ now }) => {
  const [{ watermark }, mode, { completed }] = await Promise.all([
    latest(ledger.db),
    readMoneyMode(ledger.db),
    auditState(),
  ]);
  const behind = watermark.until === "" ? 0 : now.getTime() - Date.parse(watermark.until);
  const body = {
    watermark,
    lagSeconds: Math.max(0, Math.round(behind / 1_000)),
    money: mode ? ("read-only" as const) : ("open" as const),
    ...(mode && { readOnly: { since: mode.since, first: mode.first } }),
    ...(completed && {
      audit: {
        completedAt: completed.at,
        throughSegment: completed.throughSegment,
        entries: completed.entries,
      },
    }),
  };
  return { status: 200, body };
});
