import { dynamo } from "#shared/platform/dynamo.ts";
import type { TableName } from "#shared/platform/env.ts";
import { secret } from "#shared/platform/secrets.ts";

const answered = (question: Promise<unknown>): Promise<boolean> =>
  question.then(
    () => true,
    () => false,
  );

/** Whether the tables this function may read answer, and the service's secrets can be opened. */
export async function checkDependencies(): Promise<{ name: string; ok: boolean }[]> {
  const tables: TableName[] = ["registration", "operations"];
  const key = { pk: "HEALTH", sk: "HEALTH" };
  const checks = tables.map(async (table) => ({
    name: table,
    ok: await answered(dynamo.get({ table, key })),
  }));
  const secrets = async () => ({ name: "secrets", ok: await answered(secret("references")) });
  return Promise.all([...checks, secrets()]);
}
