import type { Duration } from "aws-cdk-lib";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Deployment } from "./deployment.ts";

/**
 * Where the service's own counts go. A stage has its own, so that two stages of one account do not mix. They are
 * made from the log, whose messages are registered, and not by calls that a function could forget.
 */
export const metricsNamespace = ({ stage }: Pick<Deployment, "stage">): string => `Leyun/${stage}`;

/** The count of one of the service's own metrics over all functions. */
export const serviceMetric = (deployment: Deployment, metricName: string, period: Duration): Metric =>
  new Metric({ namespace: metricsNamespace(deployment), metricName, statistic: Stats.SUM, period });

/** A metric of the gateway over all routes. */
export const gatewayMetric = (
  apiId: string,
  metricName: string,
  statistic: string,
  period: Duration,
): Metric =>
  new Metric({ namespace: "AWS/ApiGateway", metricName, dimensionsMap: { ApiId: apiId }, statistic, period });

/** What the log says when a job's scheduled run is over, as a metric. */
export const runsOf = (job: string): string => `JobCompleted-${job}`;

/** How often the ledger was found broken or its journal altered, as a metric. */
export const ledgerFaults = "LedgerFaults";

/** How many seconds the ledger's watermark lay behind when a segment was sealed, as a metric. */
export const watermarkLag = "WatermarkLagSeconds";
