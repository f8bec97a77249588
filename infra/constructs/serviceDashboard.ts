import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import { queues } from "#events/queues.ts";
import { type Deployment, prefixOf } from "../deployment.ts";
import { lambdas, nameOf } from "../lambdas.ts";
import { gatewayMetric, ledgerFaults, serviceMetric, watermarkLag } from "../metrics.ts";
import { tables } from "../tables.ts";

const period = Duration.minutes(5);

/** One page on which the people on call see where a failure is. */
export class ServiceDashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { deployment, apiId }: { deployment: Deployment; apiId: string },
  ) {
    super(scope, id);
    const prefix = prefixOf(deployment);
    const gateway = (name: string, statistic: string) => gatewayMetric(apiId, name, statistic, period);
    const perResource =
      (namespace: string, dimension: string, names: readonly string[]) =>
      (metricName: string, statistic: string) =>
        names.map(
          (name) =>
            new Metric({
              namespace,
              metricName,
              dimensionsMap: { [dimension]: `${prefix}-${name}` },
              statistic,
              period,
              label: name,
            }),
        );
    const functions = perResource("AWS/Lambda", "FunctionName", lambdas.map(nameOf));
    const ofQueues = perResource("AWS/SQS", "QueueName", Object.keys(queues));
    const ofTables = perResource("AWS/DynamoDB", "TableName", Object.keys(tables));
    const graph = (title: string, left: Metric[]) => new GraphWidget({ title, left, width: 12, height: 6 });
    new Dashboard(this, "Page", {
      dashboardName: prefix,
      widgets: [
        [
          graph(
            "Requests",
            ["Count", "4xx", "5xx"].map((name) => gateway(name, Stats.SUM)),
          ),
          graph(
            "Milliseconds to the answer",
            [Stats.p(50), Stats.p(99)].map((statistic) => gateway("Latency", statistic)),
          ),
        ],
        [
          graph(
            "Failures of ours",
            ["UnexpectedError", "StoreUnavailable"].map((name) => serviceMetric(deployment, name, period)),
          ),
          graph("Crashes by function", functions("Errors", Stats.SUM)),
        ],
        [
          graph("Environments by function", functions("ConcurrentExecutions", Stats.MAXIMUM)),
          graph("Milliseconds by function, p99", functions("Duration", Stats.p(99))),
        ],
        [
          graph("Oldest message, seconds", ofQueues("ApproximateAgeOfOldestMessage", Stats.MAXIMUM)),
          graph("Writes refused by table", ofTables("WriteThrottleEvents", Stats.SUM)),
        ],
        [
          graph("Seconds until the ledger is sealed", [
            serviceMetric(deployment, watermarkLag, period).with({ statistic: Stats.MAXIMUM }),
          ]),
          graph("Faults found in the ledger", [serviceMetric(deployment, ledgerFaults, period)]),
        ],
      ],
    });
  }
}
