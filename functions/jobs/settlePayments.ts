import * as z from "zod";
import { paymentsMessage } from "#events/contracts/payments.ts";
import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { runJob } from "#shared/jobs/run.ts";
import { lookAfter } from "#shared/payments/watching.ts";
import { moneyMoves, sweepDue, workOnTold } from "#shared/payments/working.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";

/** Seconds that a page of the sweep may take, whose providers may each take ten to say nothing. */
const LEASE_SECONDS = 300;
const BUDGET_MS = 45_000;

/** Works on one thing that it is told of, or on everything that is due. */
export const handler = consume(
  "settlePayments",
  z.union([paymentsMessage, scheduledRun]),
  async (message) => {
    if (!(await moneyMoves())) return;
    if (message.type === "leyun.payments.told.v1")
      return workOnTold(message.provider, message.notificationId);
    if (message.type === "leyun.payments.due.v1") return lookAfter(message.paymentId);
    const failures: unknown[] = [];
    const run = await runJob<{ page: number }>({
      job: message.job,
      leaseSeconds: LEASE_SECONDS,
      budgetMs: BUDGET_MS,
      async step(cursor = { page: 1 }) {
        const swept = await sweepDue(clock.now());
        failures.push(...swept.failures);
        const more = swept.handled > 0 && swept.failures.length === 0;
        return { handled: swept.handled, ...(more && { next: { page: cursor.page + 1 } }) };
      },
    });
    // Of two at once the other tells when it is done.
    if (run.outcome !== "busy") log("job-completed", { job: message.job, handled: run.handled });
    if (failures.length > 0) throw failures[0];
  },
);
