import * as z from "zod";
import { noticeDue } from "#events/contracts/noticeDue.ts";
import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { sweep } from "#shared/delivery/due.ts";
import { listDue } from "#shared/delivery/store.ts";
import { deliver, takeReceipts } from "#shared/notices/deliver.ts";
import { findListed, findNotice } from "#shared/notices/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { consume } from "#shared/platform/queue.ts";

const AT_ONCE = 10;
/** Of each index partition in one reading. */
const DUE = 25;
/** Of the function's fifty seconds; a message to a provider ends within ten. */
const SWEEPS_MS = 35_000;

/** Delivers one notice at once; or on a tick all that are due, and then takes what providers say of those before. */
export const handler = consume("deliverNotices", z.union([noticeDue, scheduledRun]), async (message) => {
  if ("data" in message) return deliver(await findNotice(message.data));
  const due = () => listDue("operations", "NOTICES", clock.now().toISOString(), DUE);
  const work = async (item: Parameters<typeof findListed>[0]) => deliver(await findListed(item));
  const { handled, failures } = await sweep({ due, work, atOnce: AT_ONCE, forMs: SWEEPS_MS });
  log("job-completed", { job: message.job, handled });
  if (failures.length > 0) throw failures[0];
  await takeReceipts();
});
