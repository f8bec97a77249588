import { Duration, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { JobSchedules } from "../constructs/jobSchedules.ts";
import type { Queues } from "../constructs/publishing.ts";
import type { Foundation } from "../constructs/serviceFunction.ts";
import { StreamConsumer } from "../constructs/streamConsumer.ts";
import { WorkQueue } from "../constructs/workQueue.ts";
import { prefixOf } from "../deployment.ts";

const lateRelease =
  "people who wait for a place: places of erased persons stay taken, and the service keeps erased persons' registrations in force";

const lateOffers =
  "people on waiting lists: places given back or reserved for others are not offered to them until they are free anyway";

const lateNoShows =
  "people who come to events: who signs up and stays away goes on taking places, and is told late";

const lateEnds =
  "people whose ban is over: their document is kept for longer than its term, though it bans them no longer";

const lateDraws =
  "people who entered a draw: its list is not published, they do not learn the result, and places stay free";
const lateReminders =
  "people who have a place in an event: they are not reminded of it, and what was due for hours is told no more";

const lateCalendar =
  "everybody with a deadline in working days next year: refunds, settlements and freezes would be refused for want of a calendar";

const lateUploads =
  "merchants, citizens and finance who gave a file: it is not taken up, and what they asked for with it waits";

const lateCounts =
  "the bureau and the public: the figures of events are those of an earlier night, which they say themselves";

const latePurges =
  "people whose data is in files that were given: it is kept for longer than the rules of this deployment say";

const lateErasures =
  "people who answered questions in sign-ups: what they told is kept for longer than the rules of this deployment say";

const errorImpacts: Readonly<Record<string, string>> = {
  releaseErased: lateRelease,
  offerPlaces: lateOffers,
  markNoShows: lateNoShows,
  endStandings: lateEnds,
  runDraws: lateDraws,
  remindParticipants: lateReminders,
  checkCalendar: lateCalendar,
  countEvents: lateCounts,
  settleUploads: lateUploads,
  purgeUploads: latePurges,
  eraseAnswers: lateErasures,
};

/** What happens without anybody asking, but for the ledger: schedules, queues with their workers, stream consumers. */
export class JobsStack extends Stack {
  readonly queues: Pick<
    Queues,
    | "release-erased"
    | "sign-ups"
    | "draws"
    | "waiting-lists"
    | "reminders"
    | "no-shows"
    | "standing-ends"
    | "upload-scans"
    | "upload-purges"
    | "calendar-checks"
    | "answer-erasures"
    | "event-counts"
  >;

  constructor(scope: Construct, id: string, foundation: Foundation & { queues: Partial<Queues> }) {
    const { deployment } = foundation;
    super(scope, id, {
      description: `Leyun ${deployment.stage}: schedules, queues and stream consumers`,
      terminationProtection: deployment.settings.keepsData,
    });
    const work = {
      "release-erased": new WorkQueue(this, "ReleaseErased", {
        ...foundation,
        queue: "release-erased",
        memory: 1024,
        timeoutSeconds: 60,
        concurrency: 5,
        tellsAfter: Duration.hours(1),
        errorImpact: lateRelease,
      }),
      "sign-ups": new WorkQueue(this, "SignUps", {
        ...foundation,
        queue: "sign-ups",
        memory: 1769,
        timeoutSeconds: 30,
        // Enough for the rush of docs/performance; more would meet each other at the lanes.
        concurrency: 8,
        tellsAfter: Duration.minutes(1),
        errorImpact: "citizens who signed up in a rush: they wait for an answer and may be served too late",
      }),
      draws: new WorkQueue(this, "Draws", {
        ...foundation,
        queue: "draws",
        // The list of a hundred thousand is held in memory, and read and written at once.
        memory: 1769,
        timeoutSeconds: 900,
        concurrency: 2,
        tellsAfter: Duration.minutes(30),
        errorImpact: lateDraws,
      }),
      "waiting-lists": new WorkQueue(this, "WaitingLists", {
        ...foundation,
        queue: "waiting-lists",
        memory: 1024,
        timeoutSeconds: 60,
        concurrency: 2,
        tellsAfter: Duration.minutes(10),
        errorImpact: lateOffers,
      }),
      reminders: new WorkQueue(this, "Reminders", {
        ...foundation,
        queue: "reminders",
        memory: 1024,
        // A tick comes every five minutes: a run that lasts longer would be met by the next.
        timeoutSeconds: 240,
        concurrency: 2,
        tellsAfter: Duration.minutes(15),
        errorImpact: lateReminders,
      }),
      "no-shows": new WorkQueue(this, "NoShows", {
        ...foundation,
        queue: "no-shows",
        memory: 1024,
        timeoutSeconds: 300,
        concurrency: 2,
        tellsAfter: Duration.hours(6),
        errorImpact: lateNoShows,
      }),
      "standing-ends": new WorkQueue(this, "StandingEnds", {
        ...foundation,
        queue: "standing-ends",
        memory: 1024,
        timeoutSeconds: 300,
        concurrency: 2,
        tellsAfter: Duration.hours(6),
        errorImpact: lateEnds,
      }),
      "calendar-checks": new WorkQueue(this, "CalendarChecks", {
        ...foundation,
        queue: "calendar-checks",
        memory: 512,
        timeoutSeconds: 30,
        concurrency: 2,
        tellsAfter: Duration.hours(6),
        errorImpact: lateCalendar,
      }),
      "event-counts": new WorkQueue(this, "EventCounts", {
        ...foundation,
        queue: "event-counts",
        memory: 1024,
        timeoutSeconds: 840,
        concurrency: 2,
        tellsAfter: Duration.hours(6),
        errorImpact: lateCounts,
      }),
      "upload-scans": new WorkQueue(this, "UploadScans", {
        ...foundation,
        queue: "upload-scans",
        memory: 1024,
        // A tick comes every minute: a run that lasts longer would be met by the next.
        timeoutSeconds: 55,
        concurrency: 2,
        tellsAfter: Duration.minutes(10),
        errorImpact: lateUploads,
      }),
      "upload-purges": new WorkQueue(this, "UploadPurges", {
        ...foundation,
        queue: "upload-purges",
        memory: 1024,
        timeoutSeconds: 300,
        concurrency: 2,
        tellsAfter: Duration.hours(2),
        errorImpact: latePurges,
      }),
      "answer-erasures": new WorkQueue(this, "AnswerErasures", {
        ...foundation,
        queue: "answer-erasures",
        memory: 1024,
        timeoutSeconds: 300,
        concurrency: 2,
        tellsAfter: Duration.hours(6),
        errorImpact: lateErasures,
      }),
    };
    this.queues = {
      "release-erased": work["release-erased"].queue,
      "sign-ups": work["sign-ups"].queue,
      draws: work.draws.queue,
      "waiting-lists": work["waiting-lists"].queue,
      reminders: work.reminders.queue,
      "no-shows": work["no-shows"].queue,
      "standing-ends": work["standing-ends"].queue,
      "calendar-checks": work["calendar-checks"].queue,
      "event-counts": work["event-counts"].queue,
      "upload-scans": work["upload-scans"].queue,
      "upload-purges": work["upload-purges"].queue,
      "answer-erasures": work["answer-erasures"].queue,
    };
    new JobSchedules(this, "Schedules", {
      ...foundation,
      group: prefixOf(deployment),
      work,
      errorImpacts,
    });
    new StreamConsumer(this, "PeopleStream", {
      ...foundation,
      table: "people",
      queues: this.queues,
      memory: 512,
      timeoutSeconds: 30,
      errorImpact: lateRelease,
    });
  }
}
