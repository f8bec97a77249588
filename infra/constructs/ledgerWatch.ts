import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { messages } from "#shared/platform/messages.ts";
import type { Deployment } from "../deployment.ts";
import { ledgerFaults, metricsNamespace, serviceMetric, watermarkLag } from "../metrics.ts";
import { ServiceAlarm } from "./alarm.ts";
import type { Foundation, ServiceFunction } from "./serviceFunction.ts";

type MessageId = keyof typeof messages;
const saying = (id: MessageId) => FilterPattern.stringValue("$.messageId", "=", id);
const sealed = "ledger-sealed" satisfies MessageId;
const lag = "lagSeconds" satisfies (typeof messages)[typeof sealed]["fields"][number];

const period = Duration.minutes(5);

/**
 * Counts the faults of the ledger that a function finds. Whoever finds one tells the people on call and writes it to
 * the log; either way reaches them when the other fails.
 */
export function countLedgerFaults(scope: Construct, logGroup: ILogGroup, deployment: Deployment): void {
  new MetricFilter(scope, "LedgerFaults", {
    logGroup,
    filterPattern: FilterPattern.any(saying("ledger-broken"), saying("journal-altered")),
    metricNamespace: metricsNamespace(deployment),
    metricName: ledgerFaults,
  });
}

/** Tells the people on call when the ledger does not add up, and when it is sealed too late. */
export class LedgerWatch extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { deployment, alarms, sealer }: Foundation & { sealer: ServiceFunction },
  ) {
    super(scope, id);
    new MetricFilter(this, "Lag", {
      logGroup: sealer.logGroup,
      filterPattern: saying(sealed),
      metricNamespace: metricsNamespace(deployment),
      metricName: watermarkLag,
      metricValue: `$.${lag}`,
    });
    const common = { deployment, topic: alarms };
    new ServiceAlarm(this, "Broken", {
      ...common,
      kind: "ledger-broken",
      says: "The ledger does not add up, or an entry of its journal was changed or removed",
      errorImpact: "everybody who pays or is paid: money writes are refused until it is cleared",
      metric: serviceMetric(deployment, ledgerFaults, period),
      threshold: 1,
      comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    });
    new ServiceAlarm(this, "Late", {
      ...common,
      kind: "watermark-late",
      says: "What was posted to the ledger has not been sealed for more than five minutes",
      errorImpact:
        "finance and everybody with a balance: what was posted is not yet proven, and balances of days past come late",
      metric: serviceMetric(deployment, watermarkLag, period).with({ statistic: Stats.MAXIMUM }),
      threshold: Duration.minutes(5).toSeconds(),
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
      silenceIsFailure: true,
    });
  }
}
