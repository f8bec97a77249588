import { Effect, PolicyStatement, type PolicyStatementProps } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { TableName } from "#shared/platform/env.ts";
import { viaService } from "../deployment.ts";
import type { Permissions } from "../permissions.ts";
import type { DataStack } from "../stacks/data.ts";

export const allow = (props: PolicyStatementProps): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, ...props });

const reads = new Set(["GetItem", "BatchGetItem", "Query", "ConditionCheckItem"]);

function tableStatements(
  data: DataStack,
  table: TableName,
  actions: readonly string[],
  keys: readonly string[] | undefined,
) {
  const { tableArn } = data.tables[table];
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

/** The key of encrypted queues, for who sends to them or receives from them. */
export const queueKeyStatement = (key: IKey, use: "send" | "receive"): PolicyStatement =>
  allow({
    actions: use === "send" ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"],
    resources: [key.keyArn],
    conditions: { StringEquals: { "kms:ViaService": viaService("sqs") } },
  });

/** What a function's permissions on data are in IAM's words. */
export function statementsOf(
  { tables, keys = {}, secrets }: Permissions,
  data: DataStack,
): PolicyStatement[] {
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
  ];
}
