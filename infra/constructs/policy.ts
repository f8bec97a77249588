import { Aws } from "aws-cdk-lib";
import { Effect, PolicyStatement, type PolicyStatementProps } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { BucketName, TableName } from "#shared/platform/env.ts";
import { bucketNameOf, type Deployment, viaService } from "../deployment.ts";
import type { Permissions } from "../permissions.ts";
import type { DataStack } from "../stacks/data.ts";
import type { Foundation } from "./serviceFunction.ts";

export const allow = (props: PolicyStatementProps): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, ...props });

const reads = new Set(["GetItem", "BatchGetItem", "Query", "Scan", "ConditionCheckItem"]);

function tableStatements(
  data: DataStack,
  table: TableName,
  actions: readonly string[],
  keys: readonly string[] | undefined,
) {
  const { tableArn } = data.tables[table];
  // Of a request that names no partition IAM finds the condition on partitions met.
  if (keys && actions.includes("Scan")) throw new Error(`a scan of ${table} would pass its key patterns`);
  const onTable = actions.filter((action) => !action.includes(":"));
  const indexes = actions.filter((action) => action.startsWith("Query:")).map((action) => action.slice(6));
  return [
    ...(onTable.length > 0
      ? [
          allow({
            actions: onTable.map((action) => `dynamodb:${action}`),
            resources: [tableArn],
            ...(keys && { conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...keys] } } }),
          }),
        ]
      : []),
    ...(indexes.length > 0
      ? [
          allow({
            actions: ["dynamodb:Query"],
            resources: indexes.map((index) => `${tableArn}/index/${index}`),
          }),
        ]
      : []),
  ];
}

/** DynamoDB opens the tables' key in the name of who asks it; nobody can use the key past DynamoDB. */
function tableKeyStatement(data: DataStack, writes: boolean): PolicyStatement {
  const forWriters = [
    "Encrypt",
    "ReEncryptFrom",
    "ReEncryptTo",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
  ];
  return allow({
    actions: ["Decrypt", "DescribeKey", ...(writes ? forWriters : [])].map((action) => `kms:${action}`),
    resources: [data.dataKey.keyArn],
    conditions: { StringEquals: { "kms:ViaService": viaService("dynamodb") } },
  });
}

/** A bucket's ARN, by its name: the function and the bucket are in different stacks. */
export const bucketArn = (deployment: Deployment, bucket: BucketName): string =>
  `arn:${Aws.PARTITION}:s3:::${bucketNameOf(deployment, bucket)}`;

function objectStatements(
  { deployment, data }: Pick<Foundation, "deployment" | "data">,
  objects: NonNullable<Permissions["objects"]>,
): PolicyStatement[] {
  const granted = Object.entries(objects) as [BucketName, readonly string[]][];
  const doing = (action: string) => granted.filter(([, actions]) => actions.includes(action));
  const readable = doing("GetObject").map(([bucket]) => bucketArn(deployment, bucket));
  const puts = doing("PutObject").length > 0;
  return [
    ...granted.map(([bucket, actions]) =>
      allow({
        actions: actions.map((action) => `s3:${action}`),
        resources: [`${bucketArn(deployment, bucket)}/*`],
      }),
    ),
    // Without it S3 answers for an object that does not exist as for one that is forbidden.
    ...(readable.length > 0 ? [allow({ actions: ["s3:ListBucket"], resources: readable })] : []),
    // Who only deletes sees nothing of what was encrypted.
    ...(puts || readable.length > 0
      ? [
          allow({
            actions: ["kms:Decrypt", ...(puts ? ["kms:GenerateDataKey"] : [])],
            resources: [data.dataKey.keyArn],
            conditions: { StringEquals: { "kms:ViaService": viaService("s3") } },
          }),
        ]
      : []),
  ];
}

/** The topic of alarms is encrypted: who tells needs its key too. */
const tellingStatements = (topic: ITopic, key: IKey): PolicyStatement[] => [
  allow({ actions: ["sns:Publish"], resources: [topic.topicArn] }),
  allow({
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: [key.keyArn],
    conditions: { StringEquals: { "kms:ViaService": viaService("sns") } },
  }),
];

/** The key of encrypted queues, for who sends to them or receives from them. */
export const queueKeyStatement = (key: IKey, use: "send" | "receive"): PolicyStatement =>
  allow({
    actions: use === "send" ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"],
    resources: [key.keyArn],
    conditions: { StringEquals: { "kms:ViaService": viaService("sqs") } },
  });

/** What a function's permissions on data and to tell are in IAM's words. */
export function statementsOf(
  { tables, keys = {}, secrets, objects, tells }: Permissions,
  foundation: Foundation,
): PolicyStatement[] {
  const { data, alarms } = foundation;
  const granted = Object.entries(tables) as [TableName, readonly string[]][];
  const writes = granted.some(([, actions]) =>
    actions.some((action) => !reads.has(action.split(":")[0] ?? "")),
  );
  return [
    ...granted.flatMap(([table, actions]) => tableStatements(data, table, actions, keys[table])),
    ...(granted.length > 0 ? [tableKeyStatement(data, writes)] : []),
    ...(secrets.length > 0
      ? [
          allow({
            actions: ["kms:Decrypt", "kms:GenerateDataKey"],
            resources: [data.masterKey.keyArn],
            conditions: { StringLike: { "kms:EncryptionContext:purpose": [...secrets] } },
          }),
        ]
      : []),
    ...(objects ? objectStatements(foundation, objects) : []),
    ...(tells ? tellingStatements(alarms, data.dataKey) : []),
  ];
}
