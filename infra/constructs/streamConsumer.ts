import { Aws, Duration } from "aws-cdk-lib";
import { ComparisonOperator } from "aws-cdk-lib/aws-cloudwatch";
import { CfnEventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { streams } from "#events/queues.ts";
import { acknowledge } from "../acknowledge.ts";
import { prefixOf, viaService } from "../deployment.ts";
import { ServiceAlarm } from "./alarm.ts";
import { allow } from "./policy.ts";
import { type Queues, queueVariables, sendingStatements } from "./publishing.ts";
import { type Foundation, type FunctionSettings, ServiceFunction } from "./serviceFunction.ts";
import { DeadLetters } from "./workQueue.ts";

export interface StreamConsumerProps extends Foundation, FunctionSettings {
  table: keyof typeof streams;
  /** Queues of the service, to some of which it publishes. */
  queues: Partial<Queues>;
  /** Batches of one shard worked on at once, 1 to 10; changes of one partition key stay in order all the same. */
  parallel?: number;
  /** Seconds to gather a batch; none where it is left out. */
  windowSeconds?: number;
}

/** The one consumer of a table's stream, which turns changes into messages for the queues or derives from them. */
export class StreamConsumer extends Construct {
  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { deployment, data, alarms, table, queues, errorImpact, parallel = 1, windowSeconds } = props;
    const lambda = streams[table].consumer;
    const deadLetters = new DeadLetters(this, "DeadLetters", { ...props, of: `${table}-stream` }).queue;
    acknowledge(
      deadLetters,
      "AwsSolutions-SQS3",
      "This is itself where the stream's mapping puts what failed for the last time; it has an alarm and keeps 14 days.",
    );
    const consumer = new ServiceFunction(this, "Consumer", {
      ...props,
      lambda,
      environment: queueVariables(lambda, queues),
      unreserved:
        "The mapping lets a fixed number of environments run per shard of the stream, so that changes of one partition key stay in order; a reservation below that would only hold the stream up.",
      withoutDeadLetters:
        "The stream's mapping calls the function synchronously and reports what it gives up to a queue of its own, which has an alarm.",
    });
    const { tableStreamArn } = data.tables[table];
    if (tableStreamArn === undefined) throw new Error(`infra/tables.ts gives ${table} no stream`);
    const anyStream = `arn:${Aws.PARTITION}:dynamodb:${Aws.REGION}:${Aws.ACCOUNT_ID}:table/${prefixOf(deployment)}-${table}/stream/*`;
    acknowledge(
      consumer.policy,
      `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${prefixOf(deployment)}-${table}/stream/*]`,
      "Listing a table's streams is asked of all of them together; the records can be read of the one stream alone.",
    );
    consumer.allow(
      allow({
        actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        resources: [tableStreamArn],
      }),
      allow({ actions: ["dynamodb:ListStreams"], resources: [anyStream] }),
      allow({
        actions: ["kms:Decrypt"],
        resources: [data.dataKey.keyArn],
        conditions: { StringEquals: { "kms:ViaService": viaService("dynamodb") } },
      }),
      ...sendingStatements(lambda, queues, data.dataKey, [deadLetters]),
    );
    const mapping = new CfnEventSourceMapping(this, "Feed", {
      functionName: consumer.live.functionArn,
      eventSourceArn: tableStreamArn,
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      ...(parallel > 1 && { parallelizationFactor: parallel }),
      ...(windowSeconds !== undefined && { maximumBatchingWindowInSeconds: windowSeconds }),
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 20,
      maximumRecordAgeInSeconds: Duration.hours(23).toSeconds(),
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destination: deadLetters.queueArn } },
    });
    mapping.node.addDependency(consumer.policy);
    new ServiceAlarm(this, "Delayed", {
      deployment,
      topic: alarms,
      kind: "stream-delayed",
      subject: table,
      says: `Changes of the ${table} table have waited for more than 15 minutes`,
      errorImpact,
      metric: consumer.function.metric("IteratorAge", { period: Duration.minutes(5), statistic: "Maximum" }),
      threshold: Duration.minutes(15).toMilliseconds(),
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }
}
