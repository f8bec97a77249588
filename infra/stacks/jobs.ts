import { Aws, Stack } from "aws-cdk-lib";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import type { Construct } from "constructs";
import type { QueueName } from "#events/queues.ts";
import { schedules } from "#events/schedules.ts";
import { JobSchedule } from "../constructs/jobSchedule.ts";
import { allow, queueKeyStatement } from "../constructs/policy.ts";
import type { Foundation } from "../constructs/serviceFunction.ts";
import { StreamConsumer } from "../constructs/streamConsumer.ts";
import { WorkQueue } from "../constructs/workQueue.ts";
import { prefixOf } from "../deployment.ts";

const lateRelease =
  "people who wait for a place: places of erased persons stay taken, and the service keeps erased persons' registrations in force";

/** What happens without anybody asking: schedules, queues with their workers, and consumers of table streams. */
export class JobsStack extends Stack {
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
        errorImpact: lateRelease,
      }),
    };
    this.schedule(foundation, work);
    new StreamConsumer(this, "PeopleStream", {
      ...foundation,
      table: "people",
      queues: { "release-erased": work["release-erased"].queue },
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
        errorImpact: lateRelease,
      });
  }
}
