import { accountingRoutes } from "#shared/accounting/contract.ts";
import { periodOf } from "#shared/ledger/model.ts";
import { nextPeriod, startOf } from "#shared/ledger/periods.ts";
import { businessDate, daysAfter } from "#shared/platform/time.ts";
import { finance, JournalStream } from "#test/support/ledger.ts";
import { good } from "#test/support/service.ts";
import { type CostSheet, deliver, sentDuring } from "../sheet.ts";
import { approvalCases, audit, stopCases } from "./approvals.ts";
import { readingCases, SEALER, seal, sealingCases, settleAll } from "./books.ts";
import { tick } from "./jobs.ts";
import { holdCases, posted, postingCases } from "./postings.ts";

/** Everything is read of a ledger that grows case by case; what grows with it says how many entries there were. */
export async function ledgerCases(sheet: CostSheet): Promise<void> {
  const stream = new JournalStream(sheet.service);
  sheet.toNext(86_400);
  try {
    await postingCases(sheet);
    await holdCases(sheet);
    await sealingCases(sheet, stream);
    await readingCases(sheet, stream);
    await approvalCases(sheet);
    await settleAll(sheet, stream);
    await verifyingCases(sheet);
    await stopCases(sheet);
    await periodCases(sheet);
  } finally {
    stream.stop();
  }
}

async function verifyingCases(sheet: CostSheet): Promise<void> {
  const me = finance(sheet.service);
  // The reversal is an entry of its own.
  const all = `${posted() + 1} entries`;
  const verified = await good(
    sheet.costs("verifyLedger", all, "200", () => me(accountingRoutes.verifyLedger, { body: {} })),
  );
  if (!verified.ok || !verified.complete || verified.entriesChecked !== posted() + 1)
    throw new Error(`not verified: ${JSON.stringify(verified)}`);
  await sheet.costs("jobs/auditLedger", `${all}, none verified before`, "200", audit);
  await sheet.costs("jobs/auditLedger", `${all}, nothing new`, "200", audit);
  const exporting = () =>
    me(accountingRoutes.exportLedger, { body: { format: "jsonl" }, idempotencyKey: crypto.randomUUID() });
  const { result, bodies } = await sentDuring(() =>
    good(sheet.costs("exportLedger", "as usual", "202", exporting)),
  );
  const path = { exportId: result.exportId };
  await sheet.costs("jobs/exportLedger", all, "200", () => deliver("jobs/exportLedger", bodies));
  await sheet.costs("getLedgerExport", "done", "200", () => me(accountingRoutes.getLedgerExport, { path }));
}

async function periodCases(sheet: CostSheet): Promise<void> {
  const me = finance(sheet.service);
  const today = businessDate(sheet.now);
  const period = periodOf(today);
  const closing = (month: string, idempotencyKey: string = crypto.randomUUID()) =>
    me(accountingRoutes.closePeriod, { path: { period: month }, idempotencyKey });
  const publish = () => deliver("jobs/publishRoot", [tick("publishRoot")]);
  const root = (date: string) => () =>
    sheet.service.anyone(accountingRoutes.getLedgerRoot, { path: { date } });
  sheet.later(86_400);
  await seal();
  await sheet.costs("jobs/publishRoot", `one day, ${posted() + 1} entries`, "200", publish);
  await sheet.costs("jobs/publishRoot", "nothing to publish", "200", publish);
  await sheet.costs("getLedgerRoot", "of a day that is published", "200", root(today));
  await sheet.costs("getLedgerRoot", "of a day that is not over", "404 not-found", root(daysAfter(today, 1)));
  sheet.later((Date.parse(startOf(nextPeriod(period))) - sheet.now.getTime()) / 1_000 + 60);
  const key = crypto.randomUUID();
  await sheet.costs("closePeriod", "the month that is over", "200", () => closing(period, key));
  await sheet.costs("closePeriod", "the month that is over, repeated", "200", () => closing(period, key));
  const current = nextPeriod(period);
  await sheet.costs("closePeriod", "a month that is not over", "409 period-not-over", () => closing(current));
  sheet.later(600);
  const sealing = (name: string) => sheet.costs(SEALER, `nothing to seal, ${name}`, "200", seal);
  await sealing("a period that waits for the audit");
  await audit();
  await sealing("a period to close");
  const { items } = await good(
    sheet.costs("listPeriods", "one closed, one open", "200", () => me(accountingRoutes.listPeriods, {})),
  );
  if (items.map(({ status }) => status).join() !== "open,closed")
    throw new Error(`not closed: ${JSON.stringify(items)}`);
}
