import { scheduledRun } from "#events/contracts/scheduledRun.ts";
import { clock } from "#shared/platform/clock.ts";
import { log } from "#shared/platform/logger.ts";
import { tellOnCall } from "#shared/platform/page.ts";
import { consume } from "#shared/platform/queue.ts";
import { businessDate } from "#shared/platform/time.ts";
import { missingYear } from "#shared/policies/workingDays.ts";

/** Tells, from November on and every day until it is entered, that next year's calendar is missing (jobs.md). */
export const handler = consume("checkCalendar", scheduledRun, async ({ job }) => {
  const year = await missingYear(businessDate(clock.now()));
  if (year !== undefined)
    await tellOnCall({
      subject: `Leyun: no calendar of ${year}`,
      text: `${year}年工作日安排尚未录入：请按国务院办公厅通知录入并复核（calendar.working-days）。\nThe working days of ${year} are not entered: see docs/runbooks/calendar-missing.md.`,
    });
  log("job-completed", { job, handled: year === undefined ? 0 : 1 });
});
