import { ArnFormat, Aws, Duration, Stack } from "aws-cdk-lib";
import { ComparisonOperator, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { ServiceAlarm } from "../constructs/alarm.ts";
import { allow } from "../constructs/policy.ts";
import { ServiceDashboard } from "../constructs/serviceDashboard.ts";
import { type Deployment, prefixOf } from "../deployment.ts";
import { gatewayMetric, serviceMetric } from "../metrics.ts";
import type { DataStack } from "./data.ts";
import type { Api } from "./edge.ts";

const everyone = "everybody who uses the service";
const period = Duration.minutes(5);

/** Where alarms are told, the alarms of the service as a whole, and a page to look at. */
export class ObservabilityStack extends Stack {
  readonly alarms: Topic;

  constructor(scope: Construct, id: string, props: { deployment: Deployment; data: DataStack; api: Api }) {
    const { deployment, data, api } = props;
    super(scope, id, {
      description: `Leyun ${deployment.stage}: alarms and dashboard`,
      terminationProtection: deployment.settings.keepsData,
    });
    this.alarms = this.topic(deployment, data);
    this.watch(deployment, api);
    new ServiceDashboard(this, "Dashboard", { deployment, apiId: api.id });
  }

  private topic(deployment: Deployment, data: DataStack): Topic {
    const topic = new Topic(this, "Alarms", {
      topicName: `${prefixOf(deployment)}-alarms`,
      displayName: `Leyun ${deployment.stage}`,
      masterKey: data.dataKey,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      allow({
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
          ArnLike: {
            "aws:SourceArn": this.formatArn({
              service: "cloudwatch",
              resource: "alarm",
              resourceName: `${prefixOf(deployment)}-*`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    if (deployment.alarmEmail !== undefined)
      topic.addSubscription(new EmailSubscription(deployment.alarmEmail));
    return topic;
  }

  private watch(deployment: Deployment, api: Api): void {
    const common = {
      deployment,
      topic: this.alarms,
      threshold: 1,
      comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    };
    new ServiceAlarm(this, "Api5xx", {
      ...common,
      kind: "api-5xx",
      says: "The gateway answered 5xx five times or more in five minutes",
      errorImpact: `${everyone}: what they asked was not done, or they cannot know whether it was`,
      metric: gatewayMetric(api.id, "5xx", Stats.SUM, period),
      threshold: 5,
    });
    new ServiceAlarm(this, "UnexpectedErrors", {
      ...common,
      kind: "unexpected-errors",
      says: "A function met an error that no rule foresees and answered 500",
      errorImpact: `${everyone}: the same request will fail again until the fault is mended`,
      metric: serviceMetric(deployment, "UnexpectedError", period),
    });
    new ServiceAlarm(this, "StoreUnavailable", {
      ...common,
      kind: "store-unavailable",
      says: "The database did not answer ten times or more in five minutes",
      errorImpact: `${everyone}: they are told to try again and may give up`,
      metric: serviceMetric(deployment, "StoreUnavailable", period),
      threshold: 10,
    });
  }
}
