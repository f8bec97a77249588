import { Aws } from "aws-cdk-lib";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { QueueName } from "#events/queues.ts";
import { schedules } from "#events/schedules.ts";
import { JobSchedule } from "./jobSchedule.ts";
import { allow, queueKeyStatement } from "./policy.ts";
import type { Foundation } from "./serviceFunction.ts";
import type { WorkQueue } from "./workQueue.ts";

export interface JobSchedulesProps extends Foundation {
  /** What the group of schedules is called. */
  group: string;
  work: { readonly [Name in QueueName]?: WorkQueue };
  /** By job. */
  errorImpacts: Readonly<Record<string, string>>;
}

/** Every schedule whose ticks go to these queues, in a group of its own, and the role that sends them. */
export class JobSchedules extends Construct {
  constructor(scope: Construct, id: string, props: JobSchedulesProps) {
    super(scope, id);
    const { deployment, data, work, errorImpacts } = props;
    const group = new CfnScheduleGroup(this, "Group", { name: props.group });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
      description: `Sends the ticks of ${deployment.stage} to their queues`,
    });
    new ManagedPolicy(this, "Policy", {
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
    for (const schedule of schedules) {
      const to = work[schedule.queue];
      if (to)
        new JobSchedule(this, schedule.job, {
          ...props,
          schedule,
          group: group.ref,
          work: to,
          role,
          errorImpact: errorImpacts[schedule.job] ?? schedule.purpose,
        });
    }
  }
}
