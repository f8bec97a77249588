import { Aws, Duration, Stack } from "aws-cdk-lib";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { Construct } from "constructs";
import type { QueueName } from "#events/queues.ts";
import { schedules } from "#events/schedules.ts";
import { JobSchedule } from "../constructs/jobSchedule.ts";
import { allow, queueKeyStatement } from "../constructs/policy.ts";
import type { Queues } from "../constructs/publishing.ts";
import type { Foundation } from "../constructs/serviceFunction.ts";
import { StreamConsumer } from "../constructs/streamConsumer.ts";
import { WorkQueue } from "../constructs/workQueue.ts";
import { prefixOf } from "../deployment.ts";

const lateRelease =
  "people who wait for a place: places of erased persons stay taken, and the service keeps erased persons' registrations in force";

const lateOffers =
  "people on waiting lists: places given back or reserved for others are not offered to them until they are free anyway";

const errorImpacts: Readonly<Record<string, string>> = {
  releaseErased: lateRelease,
  offerPlaces: lateOffers,
};

/** What happens without anybody asking: schedules, queues with their workers, and consumers of table streams. */
export class JobsStack extends Stack {
  readonly queues: Queues;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    const { deployment } = foundation;
    super(scope, id, {
      description: `Leyun ${deployment.stage}: schedules, queues and stream consumers`,
      terminationProtection: deployment.settings.keepsData,
    });
    const work: Record<QueueName, WorkQueue> = {
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
      "waiting-lists": new WorkQueue(this, "WaitingLists", {
        ...foundation,
        queue: "waiting-lists",
        memory: 1024,
        timeoutSeconds: 60,
        concurrency: 2,
        tellsAfter: Duration.minutes(10),
        errorImpact: lateOffers,
      }),
    };
    this.queues = {
      "release-erased": work["release-erased"].queue,
      "sign-ups": work["sign-ups"].queue,
      "waiting-lists": work["waiting-lists"].queue,
    };
    this.schedule(foundation, work);
    new StreamConsumer(this, "PeopleStream", {
      ...foundation,
      table: "people",
      queues: this.queues,
      memory: 512,
      timeoutSeconds: 30,
      errorImpact: lateRelease,
    });
  }

  private schedule(foundation: Foundation, work: Readonly<Record<QueueName, WorkQueue>>): void {
    const { deployment, data } = foundation;
    const group = new CfnScheduleGroup(this, "Schedules", { name: prefixOf(deployment) });
    const role = new Role(this, "SchedulerRole", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
      description: `Sends the ticks of ${deployment.stage} to their queues`,
    });
    new ManagedPolicy(this, "SchedulerPolicy", {
      roles: [role],
      statements: [
        allow({
          actions: ["sqs:SendMessage"],
          resources: Object.values(work).flatMap(({ queue, deadLetters }) => [
            queue.queueArn,
            deadLetters.queueArn,
          ]),
        }),
        queueKeyStatement(data.dataKey, "send"),
      ],
    });
    for (const schedule of schedules)
      new JobSchedule(this, `Schedule-${schedule.job}`, {
        ...foundation,
        schedule,
        group: group.ref,
        work: work[schedule.queue],
        role,
        errorImpact: errorImpacts[schedule.job] ?? schedule.purpose,
      });
  }
}
