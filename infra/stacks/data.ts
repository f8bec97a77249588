import { ArnFormat, Aws, Duration, Stack, TimeZone } from "aws-cdk-lib";
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from "aws-cdk-lib/aws-backup";
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Schedule } from "aws-cdk-lib/aws-events";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import type { TableName } from "#shared/platform/env.ts";
import { acknowledge } from "../acknowledge.ts";
import { ObjectBuckets } from "../constructs/objectBuckets.ts";
import { allow } from "../constructs/policy.ts";
import { type Deployment, prefixOf, removalPolicyOf } from "../deployment.ts";
import { type TableDefinition, tables } from "../tables.ts";

const definitions: Readonly<Record<TableName, TableDefinition>> = tables;
const tableNames = Object.keys(tables) as TableName[];

/** Tables that daily backups leave out, each with the reason. */
const notBackedUp: Partial<Record<TableName, string>> = {
  "person-keys":
    "Deleting a person's key is how the service erases the person (PIPL Art. 47): a backup would bring the key back, so the table has point-in-time recovery of 7 days and nothing else, and erasure answers tell that date.",
};

/** Backups live no longer than point-in-time recovery, so that nothing is kept past the date that erasure names. */
const BACKUP_DAYS = 35;

/** Tables, their backups, buckets, and the keys under which data and secrets rest. */
export class DataStack extends Stack {
  readonly tables: Readonly<Record<TableName, Table>>;
  /** Encrypts what the service stores: tables, queues, objects, logs, alarms' topic, backups. */
  readonly dataKey: Key;
  /** Wraps the service's own secrets; see shared/platform/secrets.ts. */
  readonly masterKey: Key;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id, {
      description: `Leyun ${deployment.stage}: tables, buckets, keys and backups`,
      terminationProtection: deployment.settings.keepsData,
    });
    this.dataKey = this.key(deployment, "DataKey", "data", "Data at rest");
    this.masterKey = this.key(
      deployment,
      "MasterKey",
      "master",
      "Wraps the service's own secrets by purpose",
    );
    this.letServicesEncrypt(deployment);
    const made = tableNames.map((name) => [name, this.table(deployment, name)] as const);
    this.tables = Object.fromEntries(made) as Record<TableName, Table>;
    this.backUp(deployment);
    new ObjectBuckets(this, "Objects", { deployment, key: this.dataKey });
  }

  private key(deployment: Deployment, id: string, alias: string, purpose: string): Key {
    return new Key(this, id, {
      alias: `${prefixOf(deployment)}-${alias}`,
      description: `Leyun ${deployment.stage}: ${purpose}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: removalPolicyOf(deployment),
    });
  }

  /** Logs and alarms encrypt in their own name, not in that of a role; each only for this stage's resources. */
  private letServicesEncrypt(deployment: Deployment): void {
    const arnOf = (service: string, resource: string, resourceName: string) =>
      this.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const keyUse = [
      "kms:Encrypt",
      "kms:Decrypt",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
      "kms:GenerateDataKey",
    ];
    this.dataKey.addToResourcePolicy(
      allow({
        principals: [new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`)],
        actions: [...keyUse, "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"],
        resources: ["*"],
        conditions: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": [
              arnOf("logs", "log-group", `/leyun/${deployment.stage}/*`),
              arnOf("logs", "log-group", `/aws/vendedlogs/leyun/${deployment.stage}/*`),
            ],
          },
        },
      }),
    );
    this.dataKey.addToResourcePolicy(
      allow({
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions: {
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
          ArnLike: { "aws:SourceArn": arnOf("cloudwatch", "alarm", `${prefixOf(deployment)}-*`) },
        },
      }),
    );
  }

  private table(deployment: Deployment, name: TableName): Table {
    const { indexes, stream, timeToLive, recoveryDays } = definitions[name];
    const key = (attribute: string) => ({ name: attribute, type: AttributeType.STRING });
    const table = new Table(this, `Table-${name}`, {
      tableName: `${prefixOf(deployment)}-${name}`,
      partitionKey: key("pk"),
      sortKey: key("sk"),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.dataKey,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: recoveryDays,
      },
      deletionProtection: deployment.settings.keepsData,
      removalPolicy: removalPolicyOf(deployment),
      ...(stream && { stream: StreamViewType.NEW_AND_OLD_IMAGES }),
      ...(timeToLive !== undefined && { timeToLiveAttribute: timeToLive }),
    });
    for (const { name: indexName, partitionKey, sortKey } of indexes)
      table.addGlobalSecondaryIndex({ indexName, partitionKey: key(partitionKey), sortKey: key(sortKey) });
    const reason = notBackedUp[name];
    if (reason !== undefined) acknowledge(table, "NIST.800.53.R5-DynamoDBInBackupPlan", reason);
    return table;
  }

  private backUp(deployment: Deployment): void {
    const plan = new BackupPlan(this, "Backups", {
      backupPlanName: prefixOf(deployment),
      backupVault: new BackupVault(this, "Vault", {
        backupVaultName: prefixOf(deployment),
        encryptionKey: this.dataKey,
        removalPolicy: removalPolicyOf(deployment),
      }),
      backupPlanRules: [
        new BackupPlanRule({
          ruleName: "daily",
          scheduleExpression: Schedule.cron({ minute: "0", hour: "2" }),
          scheduleExpressionTimezone: TimeZone.ASIA_SHANGHAI,
          deleteAfter: Duration.days(BACKUP_DAYS),
        }),
      ],
    });
    const selection = plan.addSelection("Tables", {
      resources: tableNames
        .filter((name) => notBackedUp[name] === undefined)
        .map((name) => BackupResource.fromDynamoDbTable(this.tables[name])),
    });
    acknowledge(
      selection,
      `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]`,
      "AWS Backup publishes this policy for exactly this role and extends it with the service; only AWS Backup can take the role on.",
    );
  }
}
