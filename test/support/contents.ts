import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { client } from "#shared/platform/dynamo.ts";
import type { TableName } from "#shared/platform/env.ts";
import type { TestService } from "./service.ts";

/** Everything in a table, as one text. */
export async function tableText({ parts }: TestService, table: TableName): Promise<string> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: parts.tableNames[table] }));
  return JSON.stringify(Items, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
  );
}
