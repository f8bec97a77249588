import * as z from "zod";
import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { webhookDue } from "#events/contracts/webhookDue.ts";
import { sweep } from "#shared/delivery/due.ts";
import { listDue } from "#shared/delivery/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";
import { type Down, deliver, work } from "#shared/webhooks/deliver.ts";
import { findDelivery } from "#shared/webhooks/store.ts";

const AT_ONCE = 20;
/** Of each index partition in one reading. */
const DUE = 25;
/** Of the function's fifty seconds; a merchant's system has five to answer. */
const SWEEPS_MS = 35_000;

/** Sends one delivery at once, or on a tick all that are due. */
export const handler = consume("deliverWebhooks", z.union([webhookDue, scheduledRun]), async (message) => {
  if ("data" in message) return deliver(await findDelivery(message.data));
  const down: Down = new Set();
  const due = () => listDue("settlement", "WEBHOOKS", clock.now().toISOString(), DUE);
  const { handled, failures } = await sweep({
    due,
    work: (entry) => work(entry, down),
    atOnce: AT_ONCE,
    forMs: SWEEPS_MS,
  });
  log("job-completed", { job: message.job, handled });
  if (failures.length > 0) throw failures[0];
});
