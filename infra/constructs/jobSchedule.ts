import { Duration } from "aws-cdk-lib";
import { ComparisonOperator } from "aws-cdk-lib/aws-cloudwatch";
import type { IRole } from "aws-cdk-lib/aws-iam";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { Schedule } from "#events/schedules.ts";
import type { messages } from "#shared/platform/messages.ts";
import { metricsNamespace, runsOf, serviceMetric } from "../metrics.ts";
import { ServiceAlarm } from "./alarm.ts";
import { eventBridgeCron, longestPauseHours } from "./cron.ts";
import type { Foundation } from "./serviceFunction.ts";
import type { WorkQueue } from "./workQueue.ts";

const completed = "job-completed" satisfies keyof typeof messages;
/** What a late tick and a slow run may take before silence counts as a missed run. */
const GRACE_HOURS = 2;
/** CloudWatch looks back a week at most. */
const WEEK_HOURS = 7 * 24;

export interface JobScheduleProps extends Foundation {
  schedule: Schedule;
  group: string;
  work: WorkQueue;
  /** May send to the queue and its dead-letter queue. */
  role: IRole;
  errorImpact: string;
}

/** A schedule's ticks to its queue, and the alarm when no run ends within the longest pause between two. */
export class JobSchedule extends Construct {
  constructor(scope: Construct, id: string, props: JobScheduleProps) {
    super(scope, id);
    const { schedule, work } = props;
    new CfnSchedule(this, "Schedule", {
      name: schedule.job,
      groupName: props.group,
      description: schedule.purpose,
      scheduleExpression: eventBridgeCron(schedule.cron),
      scheduleExpressionTimezone: schedule.timezone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: work.queue.queueArn,
        roleArn: props.role.roleArn,
        input: JSON.stringify(schedule.payload),
        retryPolicy: { maximumEventAgeInSeconds: Duration.days(1).toSeconds(), maximumRetryAttempts: 185 },
        deadLetterConfig: { arn: work.deadLetters.queueArn },
      },
    });
    this.watch(props);
  }

  private watch({ schedule, work, deployment, alarms, errorImpact }: JobScheduleProps): void {
    const hours = longestPauseHours(schedule.cron, schedule.timezone) + GRACE_HOURS;
    if (hours > WEEK_HOURS)
      throw new Error(`${schedule.job} runs less than weekly: CloudWatch cannot see that it is missed`);
    new MetricFilter(this, "Completed", {
      logGroup: work.worker.logGroup,
      filterPattern: FilterPattern.all(
        FilterPattern.stringValue("$.messageId", "=", completed),
        FilterPattern.stringValue("$.job", "=", schedule.job),
      ),
      metricNamespace: metricsNamespace(deployment),
      metricName: runsOf(schedule.job),
    });
    new ServiceAlarm(this, "Missed", {
      deployment,
      topic: alarms,
      kind: "schedule-missed",
      subject: schedule.job,
      says: `No run of ${schedule.job} ended within ${hours} hours`,
      errorImpact,
      metric: serviceMetric(deployment, runsOf(schedule.job), Duration.hours(1)),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: hours,
      silenceIsFailure: true,
    });
  }
}
