import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import * as z from "zod";
import { smsCredentials, wechatCredentials } from "#shared/notices/credentials.ts";
import { wechatPayCredentials } from "#shared/payments/wechatPay/credentials.ts";
import { isProviderName, sealedCredentials } from "#shared/platform/credentials.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { prefixOf } from "./deployment.ts";
import { stageNamed } from "./stages.ts";

const usage = `npm run provider:credentials -- <name> <file.json> [--stage <stage>]

Seals the credentials with a provider under the deployment's master key and puts them where the service finds them:
"sms" and "wechat" are those of messages (docs/notices.md), any other name is one of payments (docs/payments.md). With
--stage, tables and key are those of that stage in the account and region of the AWS
credentials at hand; without, TABLE_PREFIX and MASTER_KEY say which.`;

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

const accountIn = (credentials: object): unknown =>
  ["mchid", "sdkAppId", "appId"].flatMap((key) => Reflect.get(credentials, key) ?? [])[0];

const schemas: Readonly<Record<string, z.ZodType<{ baseUrl: string }>>> = {
  sms: smsCredentials,
  wechat: wechatCredentials,
};
const read = (schemas[name] ?? wechatPayCredentials).safeParse(parsed(await readFile(file, "utf8")));
if (!read.success) {
  console.error(z.prettifyError(read.error));
  process.exit(1);
}
await dynamo.commit([await sealedCredentials(name, read.data, new Date())]);
console.log(`已密封并保存 / sealed and put: ${name}, ${accountIn(read.data)}, ${read.data.baseUrl}`);
