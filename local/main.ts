import { access, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isQueue } from "#events/queues.ts";
import { renderDocs } from "../docs/page.ts";
import { loadDemonstration } from "./demo/load.ts";
import { personas } from "./demo/personas.ts";
import { type LocalService, startService } from "./service.ts";

const { values } = parseArgs({
  options: {
    /** Keeps everything in this folder. */
    data: { type: "string" },
    "no-demo": { type: "boolean", default: false },
    /** First part of the tables' names, for several services on one database. */
    prefix: { type: "string", default: "leyun-local" },
    /** Queues that a worker of its own serves, see local/worker.ts. */
    leave: { type: "string", multiple: true, default: [] },
  },
});

const leave = values.leave.filter(isQueue);
if (leave.length < values.leave.length) throw new Error(`no queue is called ${values.leave.join(" or ")}`);

const begun = Date.now();
const seconds = () => `${((Date.now() - begun) / 1000).toFixed(1)} s`;
const step = (zh: string, en: string) => console.log(`[${seconds()}] ${zh} / ${en}`);

/** Demonstration data is loaded once into a folder that keeps it. */
async function demonstrate(service: LocalService, dir: string | undefined): Promise<void> {
  const mark = dir === undefined ? undefined : join(dir, "demonstration.loaded");
  if (
    mark !== undefined &&
    (await access(mark).then(
      () => true,
      () => false,
    ))
  )
    return;
  step("正在载入演示数据", "loading demonstration data");
  await loadDemonstration(service, (zh, en) => step(zh, en));
  if (mark !== undefined) await writeFile(mark, new Date().toISOString());
}

function tell({ url }: LocalService): void {
  const token = (roles: string, more = "") =>
    `$(curl -s ${url}/local/tokens -d '{"roles":["${roles}"]${more}}' | sed 's/.*:"//;s/".*//')`;
  const lines = [
    "",
    `乐运已就绪，用时 ${seconds()} / Leyun is ready`,
    "",
    `  接口说明 / API        ${url}/docs   (${url}/openapi.json)`,
    `  登录 / sign in        ${url}/authorize (OIDC, PKCE)   ${url}/.well-known/openid-configuration`,
    `  本机信息 / this host   ${url}/local/info`,
    "",
    "  任何人 / anyone",
    `    curl -s '${url}/v1/events?open=true&limit=3'`,
    ...personas.map(({ role, sub, org, amr, label, read }) => {
      const given = { sub, ...(org !== undefined && { org }), ...(amr && { amr }) };
      const more = `,${JSON.stringify(given).slice(1, -1)}`;
      return `  ${label}\n    curl -s ${url}${read} -H "authorization: Bearer ${token(role, more)}"`;
    }),
    "",
    "  停止 / stop: Ctrl-C",
    "",
  ];
  console.log(lines.join("\n"));
}

const dir = values.data === undefined ? undefined : resolve(values.data);
if (dir !== undefined) await mkdir(dir, { recursive: true });
step("正在启动数据库、队列和密钥服务", "starting database, queues and key service");
const [service] = await Promise.all([
  startService({
    port: Number(process.env["PORT"] ?? 3000),
    prefix: values.prefix,
    leave,
    ...(dir !== undefined && { dir }),
    people: () => personas.map(({ role, ...persona }) => ({ ...persona, roles: [role] })),
  }),
  renderDocs(),
]);
let stopping: Promise<void> | undefined;
const stop = () => {
  stopping ??= service.stop().finally(() => process.exit(0));
};
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
if (!values["no-demo"]) await demonstrate(service, dir);
if (!stopping) tell(service);
