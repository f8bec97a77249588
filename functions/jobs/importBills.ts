import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { runJob } from "#shared/jobs/run.ts";
import { importNext } from "#shared/payments/bills/importing.ts";
import { providerInUse } from "#shared/payments/providers.ts";
import { moneyMoves } from "#shared/payments/working.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";

const LEASE_SECONDS = 800;
const BUDGET_MS = 600_000;

/** Reads the provider's bills of every day that is over and was not read, and books what reached the bank. */
export const handler = consume("importBills", scheduledRun, async ({ job }) => {
  if (!(await moneyMoves())) return;
  const provider = await providerInUse();
  if (!provider) return log("job-completed", { job, handled: 0 });
  const { outcome, handled } = await runJob<{ date: string }>({
    job,
    leaseSeconds: LEASE_SECONDS,
    budgetMs: BUDGET_MS,
    async step(_, lease) {
      const date = await importNext(provider, lease);
      return { handled: date === undefined ? 0 : 1, ...(date !== undefined && { next: { date } }) };
    },
  });
  // Of two at once the other tells when it is done.
  if (outcome !== "busy") log("job-completed", { job, handled });
});
