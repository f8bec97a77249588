import { Alarm, type ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { type Deployment, prefixOf } from "../deployment.ts";

/** Every kind of alarm; each has its heading in docs/runbooks/alarms.md. */
export const alarmKinds = [
  "function-errors",
  "function-throttled",
  "api-5xx",
  "unexpected-errors",
  "store-unavailable",
  "dead-letters",
  "queue-delayed",
  "stream-delayed",
  "schedule-missed",
  "ledger-broken",
  "watermark-late",
] as const;

type AlarmKind = (typeof alarmKinds)[number];

export interface ServiceAlarmProps {
  deployment: Deployment;
  topic: ITopic;
  kind: AlarmKind;
  /** What it watches, where there are several of the kind. */
  subject?: string;
  /** What happened, as a sentence without a full stop. */
  says: string;
  /** Whom the failure hurts and how, as a sentence without a full stop. */
  errorImpact: string;
  metric: IMetric;
  threshold: number;
  comparison: ComparisonOperator;
  evaluationPeriods?: number;
  /** Whether no data at all is the failure itself. */
  silenceIsFailure?: boolean;
}

/** An alarm that says whom the failure hurts and where to read on, and tells the people on call. */
export class ServiceAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: ServiceAlarmProps) {
    const { deployment, kind, subject, says, errorImpact, silenceIsFailure = false } = props;
    super(scope, id, {
      alarmName: [prefixOf(deployment), kind, ...(subject === undefined ? [] : [subject])].join("-"),
      alarmDescription: `${says}. Hurts: ${errorImpact}. Runbook: docs/runbooks/alarms.md#${kind}`,
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: props.comparison,
      evaluationPeriods: props.evaluationPeriods ?? 1,
      treatMissingData: silenceIsFailure ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    this.addAlarmAction(new SnsAction(props.topic));
    this.addOkAction(new SnsAction(props.topic));
  }
}
