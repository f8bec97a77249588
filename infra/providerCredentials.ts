import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import * as z from "zod";
import { isProviderName, sealCredentials } from "#shared/payments/providers.ts";
import { wechatPayCredentials } from "#shared/payments/wechatPay/credentials.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { prefixOf } from "./deployment.ts";
import { stageNamed } from "./stages.ts";

const usage = `npm run provider:credentials -- <name> <file.json> [--stage <stage>]

Seals a merchant's credentials with a payment provider under the deployment's master key and puts them where the
service finds them. With --stage, tables and key are those of that stage in the account and region of the AWS
credentials at hand; without, TABLE_PREFIX and MASTER_KEY say which. See docs/payments.md.`;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { stage: { type: "string" } } });
const [name, file] = positionals;
if (name === undefined || file === undefined || positionals.length > 2 || !isProviderName(name)) {
  console.error(usage);
  process.exit(2);
}
if (values.stage !== undefined) {
  const prefix = prefixOf({ stage: stageNamed(values.stage) });
  Object.assign(process.env, { TABLE_PREFIX: prefix, MASTER_KEY: `alias/${prefix}-master` });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Node's own message would print a piece of it.
    console.error(`${file} is no JSON`);
    process.exit(1);
  }
}

const read = wechatPayCredentials.safeParse(parsed(await readFile(file, "utf8")));
if (!read.success) {
  console.error(z.prettifyError(read.error));
  process.exit(1);
}
await dynamo.commit([await sealCredentials(name, read.data, new Date())]);
console.log(`已密封并保存 / sealed and put: ${name}, ${read.data.mchid}, ${read.data.baseUrl}`);
