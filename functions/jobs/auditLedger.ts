import * as z from "zod";
import { ledgerRebuild } from "#events/contracts/ledgerRebuild.ts";
import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { auditOn } from "#shared/accounting/audits.ts";
import { rebuild } from "#shared/accounting/rebuilding.ts";
import { env } from "#shared/platform/env.ts";
import { log } from "#shared/platform/logger.ts";
import { consume, send } from "#shared/platform/queue.ts";

/** Entries and accounts of the pass over everything that one run looks at. */
const BUDGET = 20_000;
/** Milliseconds of a run's fourteen minutes after which a rebuild goes on in a message of its own. */
const REBUILDS_FOR = 600_000;

/** Verifies what is new and the next stretch of what is old; or rebuilds the books, when told to. */
export const handler = consume("auditLedger", z.union([ledgerRebuild, scheduledRun]), async (message) => {
  if ("phase" in message) {
    const until = performance.now() + REBUILDS_FOR;
    const next = await rebuild(message, () => performance.now() < until);
    if (next) await send(env().QUEUE_LEDGER_AUDITS, { type: message.type, ...next });
    return;
  }
  const { segments, entries, complete } = await auditOn(BUDGET);
  log("ledger-audited", { segments, entries, complete: String(complete) });
  log("job-completed", { job: message.job, handled: entries });
});
