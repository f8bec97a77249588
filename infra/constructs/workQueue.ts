import { Duration } from "aws-cdk-lib";
import { ComparisonOperator } from "aws-cdk-lib/aws-cloudwatch";
import { CfnEventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { type QueueName, queues } from "#events/queues.ts";
import { prefixOf } from "../deployment.ts";
import { ServiceAlarm } from "./alarm.ts";
import { allow, queueKeyStatement } from "./policy.ts";
import { type Queues, queueVariables, sendingStatements } from "./publishing.ts";
import { type Foundation, type FunctionSettings, ServiceFunction } from "./serviceFunction.ts";

/** Deliveries of a message before it is put aside (events/queues.ts says five). */
const DELIVERIES = 5;
const KEPT_IN_DEAD_LETTERS = Duration.days(14);

/** A queue for what could not be worked on, with the alarm that says so. */
export class DeadLetters extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: Foundation & { of: string; errorImpact: string }) {
    super(scope, id);
    const { deployment, data, alarms, of, errorImpact } = props;
    this.queue = new Queue(this, "Queue", {
      queueName: `${prefixOf(deployment)}-${of}-dlq`,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: data.dataKey,
      enforceSSL: true,
      retentionPeriod: KEPT_IN_DEAD_LETTERS,
    });
    new ServiceAlarm(this, "NotEmpty", {
      deployment,
      topic: alarms,
      kind: "dead-letters",
      subject: of,
      says: `Work of ${of} was put aside after its last attempt`,
      errorImpact,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: "Maximum",
      }),
      threshold: 0,
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }
}

export interface WorkQueueProps extends Foundation, FunctionSettings {
  queue: QueueName;
  /** The most deliveries worked on at once; Lambda takes no less than two. */
  concurrency: number;
  /** How long a message may wait before somebody is told. */
  tellsAfter: Duration;
  /** Queues made before, to some of which its worker sends; to its own it may send anyway. */
  queues?: Partial<Queues>;
  environment?: Readonly<Record<string, string>>;
}

/** A queue, its dead-letter queue and the function that works on it. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly worker: ServiceFunction;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const { deployment, data, alarms, queue: name, errorImpact } = props;
    this.deadLetters = new DeadLetters(this, "DeadLetters", { ...props, of: name }).queue;
    this.queue = new Queue(this, "Queue", {
      queueName: `${prefixOf(deployment)}-${name}`,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: data.dataKey,
      enforceSSL: true,
      // AWS advises six times the function's own: a message must not come again while it is worked on.
      visibilityTimeout: Duration.seconds(6 * props.timeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: DELIVERIES },
    });
    const lambda = queues[name].consumer;
    const known = { ...props.queues, [name]: this.queue };
    this.worker = new ServiceFunction(this, "Worker", {
      ...props,
      lambda,
      environment: { ...props.environment, ...queueVariables(lambda, known) },
      unreserved: `The queue's mapping lets at most ${props.concurrency} environments run; a reservation below it would turn waiting messages into failed deliveries.`,
      withoutDeadLetters:
        "The queue's mapping calls the function synchronously; what fails five times goes to the queue's own dead-letter queue, which has an alarm.",
    });
    this.worker.allow(...sendingStatements(lambda, known, data.dataKey));
    this.feed(name, props.concurrency);
    new ServiceAlarm(this, "Delayed", {
      deployment,
      topic: alarms,
      kind: "queue-delayed",
      subject: name,
      says: `A message of ${name} has waited for more than ${props.tellsAfter.toMinutes()} minutes`,
      errorImpact,
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: "Maximum",
      }),
      threshold: props.tellsAfter.toSeconds(),
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }

  private feed(name: QueueName, maximumConcurrency: number): void {
    const { worker, queue } = this;
    worker.allow(
      allow({
        actions: [
          "sqs:ReceiveMessage",
          "sqs:DeleteMessage",
          "sqs:ChangeMessageVisibility",
          "sqs:GetQueueAttributes",
        ],
        resources: [queue.queueArn],
      }),
    );
    if (queue.encryptionMasterKey) worker.allow(queueKeyStatement(queue.encryptionMasterKey, "receive"));
    const mapping = new CfnEventSourceMapping(this, "Feed", {
      functionName: worker.live.functionArn,
      eventSourceArn: queue.queueArn,
      batchSize: queues[name].batch,
      ...(queues[name].window > 0 && { maximumBatchingWindowInSeconds: queues[name].window }),
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency },
    });
    // Lambda refuses a mapping whose function may not yet read the queue.
    mapping.node.addDependency(worker.policy);
  }
}
