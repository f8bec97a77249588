import { Duration } from "aws-cdk-lib";
import { ComparisonOperator } from "aws-cdk-lib/aws-cloudwatch";
import { ManagedPolicy, type PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type Alias, Architecture, Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { type BucketName, bucketVariables } from "#shared/platform/env.ts";
import { acknowledge } from "../acknowledge.ts";
import { bucketNameOf, buildOf, type Deployment, prefixOf, removalPolicyOf } from "../deployment.ts";
import { nameOf } from "../lambdas.ts";
import { permissionsOf } from "../permissions.ts";
import type { DataStack } from "../stacks/data.ts";
import { ServiceAlarm } from "./alarm.ts";
import { countLedgerFaults } from "./ledgerWatch.ts";
import { allow, statementsOf } from "./policy.ts";

/** What every function stands on. */
export interface Foundation {
  deployment: Deployment;
  data: DataStack;
  /** Where alarms are told. */
  alarms: ITopic;
}

export interface FunctionSettings {
  /** MB; the CPU grows with it, a whole one at 1,769. */
  memory: number;
  timeoutSeconds: number;
  /** Whom it hurts, and how, when this function fails. */
  errorImpact: string;
  /**
   * The most environments at once, taken from the account's. For functions whose load is not the service's work, so
   * that it cannot take the environments of sign-ups.
   */
  reserved?: number;
}

export interface ServiceFunctionProps extends Foundation, FunctionSettings {
  /** `<context>/<name>`, as in infra/lambdas.ts. */
  lambda: string;
  environment?: Readonly<Record<string, string>>;
  /** Why it has no reserved concurrency, and what limits it instead. */
  unreserved: string;
  /** Why a dead-letter queue of the function's own would stay empty. */
  withoutDeadLetters: string;
}

/**
 * A Lambda function of the service with a role, policy and log group of its own, the alias `live` that callers use,
 * and alarms.
 */
export class ServiceFunction extends Construct {
  readonly name: string;
  readonly function: LambdaFunction;
  readonly live: Alias;
  readonly logGroup: LogGroup;
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { deployment, data, lambda } = props;
    this.name = nameOf(lambda);
    const functionName = `${prefixOf(deployment)}-${this.name}`;
    this.logGroup = new LogGroup(this, "Log", {
      logGroupName: `/leyun/${deployment.stage}/${lambda}`,
      retention: deployment.settings.logDays,
      encryptionKey: data.dataKey,
      removalPolicy: removalPolicyOf(deployment),
    });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `What ${lambda} of ${deployment.stage} may do`,
    });
    this.policy = new ManagedPolicy(this, "Policy", {
      roles: [role],
      statements: [
        allow({
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [this.logGroup.logGroupArn],
        }),
        ...statementsOf(permissionsOf(lambda), props),
      ],
    });
    this.function = new LambdaFunction(this, "Function", {
      functionName,
      description: `Leyun ${deployment.stage}: functions/${lambda}.ts`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(deployment.asset.directory, { assetHash: deployment.asset.hash }),
      handler: `functions/${lambda}.handler`,
      role,
      logGroup: this.logGroup,
      memorySize: props.memory,
      timeout: Duration.seconds(props.timeoutSeconds),
      ...(props.reserved !== undefined && { reservedConcurrentExecutions: props.reserved }),
      environment: {
        STAGE: deployment.stage,
        BUILD_ID: buildOf(deployment),
        TABLE_PREFIX: prefixOf(deployment),
        MASTER_KEY: data.masterKey.keyArn,
        IDENTITY_VERIFIER: deployment.settings.identityVerifier,
        POWERTOOLS_SERVICE_NAME: "leyun",
        POWERTOOLS_METRICS_NAMESPACE: "Leyun",
        POWERTOOLS_LOG_LEVEL: "INFO",
        ...surroundingsOf(props),
        ...props.environment,
      },
    });
    this.live = this.function.addAlias("live");
    if (permissionsOf(lambda).tells) countLedgerFaults(this, this.logGroup, deployment);
    this.watch(props);
    this.explain(props);
  }

  allow(...statements: PolicyStatement[]): void {
    this.policy.addStatements(...statements);
  }

  private watch({ deployment, alarms, lambda, errorImpact }: ServiceFunctionProps): void {
    const common = {
      deployment,
      topic: alarms,
      subject: this.name,
      errorImpact,
      threshold: 1,
      comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    };
    const period = Duration.minutes(5);
    new ServiceAlarm(this, "Errors", {
      ...common,
      kind: "function-errors",
      says: `${lambda} crashed or ran out of time`,
      metric: this.function.metricErrors({ period }),
    });
    new ServiceAlarm(this, "Throttled", {
      ...common,
      kind: "function-throttled",
      says: `${lambda} was refused more environments`,
      metric: this.function.metricThrottles({ period }),
    });
  }

  private explain({ reserved, unreserved, withoutDeadLetters, ...of }: ServiceFunctionProps): void {
    const nist = (rule: string, reason: string) =>
      acknowledge(this.function, `NIST.800.53.R5-${rule}`, reason);
    nist("LambdaDLQ", withoutDeadLetters);
    nist(
      "LambdaInsideVPC",
      "The function opens connections to services of AWS alone, each authorised by IAM and encrypted; nothing of the service lives inside a VPC, and one would add a network to keep without closing a way in.",
    );
    if (reserved === undefined) nist("LambdaConcurrency", unreserved);
    for (const bucket of bucketsOf(of.lambda))
      acknowledge(
        this.policy,
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${prefixOf(of.deployment)}-${bucket}-<AWS::AccountId>/*]`,
        "Objects are named by what is put, day by day; the function may do with all objects of this one bucket what is granted, and nothing elsewhere.",
      );
  }
}

const bucketsOf = (lambda: string): BucketName[] =>
  Object.keys(permissionsOf(lambda).objects ?? {}) as BucketName[];

/** Where a function finds the buckets and the topic that its permissions name. */
function surroundingsOf({ deployment, alarms, lambda }: ServiceFunctionProps): Record<string, string> {
  const buckets = bucketsOf(lambda);
  return {
    ...Object.fromEntries(
      buckets.map((bucket) => [bucketVariables[bucket], bucketNameOf(deployment, bucket)]),
    ),
    ...(permissionsOf(lambda).tells && { ALARMS_TOPIC: alarms.topicArn }),
  };
}
