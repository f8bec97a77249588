import type { LedgerExportRequested } from "#events/contracts/ledgerExportRequested.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { planExport, readExport } from "#shared/accounting/exports.ts";
import { env } from "#shared/platform/env.ts";
import { newId } from "#shared/platform/ids.ts";
import { once } from "#shared/platform/operation.ts";
import { send } from "#shared/platform/queue.ts";

/** Asks for the whole ledger as a file; a repetition tells its worker again. */
export const exportLedger = once(accountingRoutes.exportLedger)(
  async ({ body }) => {
    const { record, parts } = planExport(body.format);
    return { parts, effect: { exportId: record.exportId } };
  },
  async ({ exportId }, { now }) => {
    const message: LedgerExportRequested = {
      specversion: "1.0",
      id: newId("msg"),
      source: "leyun/ledger",
      type: "leyun.ledger.exportRequested.v1",
      time: now.toISOString(),
      data: { exportId },
    };
    await send(env().QUEUE_LEDGER_EXPORTS, message);
    return { status: 202, body: await readExport(exportId) };
  },
);
