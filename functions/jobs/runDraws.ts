import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { runJob } from "#shared/jobs/run.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { bringOn, type Onward } from "#shared/registration/draw/bringingOn.ts";

/** Seconds in which the longest step ends: the list of a hundred thousand, read and published. */
const LEASE_SECONDS = 840;
const BUDGET_MS = 600_000;

/** Brings every draw on as far as it can be: its list closed, drawn, carried out. */
export const handler = consume("runDraws", scheduledRun, async ({ job }) => {
  const failures: unknown[] = [];
  const run = await runJob<Onward>({
    job,
    leaseSeconds: LEASE_SECONDS,
    budgetMs: BUDGET_MS,
    step: async (cursor) => bringOn(cursor, clock.now(), failures),
  });
  if (run.outcome !== "busy") log("job-completed", { job, handled: run.handled });
  if (failures.length > 0) throw failures[0];
});
