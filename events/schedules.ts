import type { ScheduledRun } from "./contracts/scheduledRun.ts";
import type { QueueName } from "./queues.ts";

export interface Schedule {
  job: string;
  /** Minute, hour, day of month, month, day of week. */
  cron: string;
  timezone: "Asia/Shanghai";
  /** Where the tick goes; the queue's consumer does the work. */
  queue: QueueName;
  payload: ScheduledRun;
  purpose: string;
}

const schedule = (job: string, cron: string, queue: QueueName, purpose: string): Schedule => ({
  job,
  cron,
  timezone: "Asia/Shanghai",
  queue,
  payload: { type: "leyun.schedule.v1", job },
  purpose,
});

/** Every schedule of the service, for the deployment and the local scheduler alike. */
export const schedules: readonly Schedule[] = [
  schedule(
    "releaseErased",
    "30 3 * * *",
    "release-erased",
    "Gives back the places of erased persons that an event's delivery missed",
  ),
  schedule(
    "offerPlaces",
    "* * * * *",
    "waiting-lists",
    "Ends offers that have lapsed and offers free places to those who wait",
  ),
  schedule(
    "markNoShows",
    "0 1 * * *",
    "no-shows",
    "Marks those who did not come to events that ended the day before",
  ),
  schedule(
    "endStandings",
    "10 0 * * *",
    "standing-ends",
    "Tidies bans and penalties away whose time is over",
  ),
  schedule(
    "runDraws",
    "* * * * *",
    "draws",
    "Closes the lists of draws, draws when the beacon is known, and tells everybody the result",
  ),
  schedule(
    "remindParticipants",
    "*/5 * * * *",
    "reminders",
    "Reminds those who have a place of what begins in a day, and in two hours",
  ),
  schedule(
    "checkCalendar",
    "0 9 * * *",
    "calendar-checks",
    "From November on, asks for next year's working days until they are entered",
  ),
  schedule(
    "countEvents",
    "30 2 * * *",
    "event-counts",
    "Counts the published events, who signed up and who came, for the public figures",
  ),
  schedule(
    "settleUploads",
    "* * * * *",
    "upload-scans",
    "Makes uploads ready that the scanner found clean, and refuses the others",
  ),
  schedule("purgeUploads", "20 * * * *", "upload-purges", "Removes uploads whose time is over"),
  schedule(
    "eraseAnswers",
    "30 3 * * *",
    "answer-erasures",
    "Removes answers given in sign-ups whose time is over, those about health first",
  ),
  schedule("deliverNotices", "* * * * *", "notices", "Brings people the notices that are due"),
  schedule("deliverWebhooks", "* * * * *", "webhooks", "Tells merchants' systems what is due to be told"),
  schedule("sealLedger", "* * * * *", "ledger-seals", "Seals what was posted since the last segment"),
  schedule("auditLedger", "*/10 * * * *", "ledger-audits", "Verifies the next stretch of the ledger"),
  schedule(
    "publishRoot",
    "30 4 * * *",
    "ledger-roots",
    "Publishes the root of yesterday's ledger as evidence",
  ),
  schedule(
    "settlePayments",
    "* * * * *",
    "payments",
    "Works on what providers told, asks after payments they say nothing of, and sends refunds",
  ),
  schedule(
    "importBills",
    "20 * * * *",
    "provider-bills",
    "Reads the provider's bills of every day that is over and books what reached the bank",
  ),
];
