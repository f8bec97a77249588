import { listPeriods as list } from "#shared/accounting/closing.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { periodAsShown } from "#shared/accounting/views.ts";
import { operation } from "#shared/platform/operation.ts";

/** Months with entries, latest first, and which of them are closed. */
export const listPeriods = operation(accountingRoutes.listPeriods)(async ({ now }) => ({
  status: 200,
  body: { items: (await list(now)).map(periodAsShown) },
}));
