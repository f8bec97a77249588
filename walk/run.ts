import { parseArgs } from "node:util";
import { startService } from "#local/service.ts";
import { freshName, reach, type WalkedService } from "./service.ts";
import { NotAsItMustBe, Walk } from "./walk.ts";

/** A whole day: walks through a service, step by step. */
export type Day = (service: WalkedService, walk: Walk) => Promise<void>;

async function found(url: string | undefined): Promise<{ url: string; stop(): Promise<void> }> {
  if (url !== undefined) return { url, stop: async () => undefined };
  console.log("正在启动整个服务（临时数据，用后即弃） / starting the whole service with nothing in it");
  return startService({ port: 0, prefix: `walk-${freshName()}` });
}

/** Walks a day as a command: on a service of its own, or with `--url` on one that runs. */
export async function run(day: Day): Promise<void> {
  const { values } = parseArgs({ options: { url: { type: "string" } } });
  const service = await found(values.url);
  let stopping: Promise<void> | undefined;
  const stop = (code: number) => {
    stopping ??= service.stop().finally(() => process.exit(code));
    return stopping;
  };
  process.on("SIGINT", () => void stop(130));
  process.on("SIGTERM", () => void stop(143));
  const walked = reach(service.url);
  const walk = new Walk((line) => console.log(line));
  let failed = 0;
  try {
    await day(walked, walk);
  } catch (error) {
    if (stopping) return;
    failed = 1;
    console.error(error instanceof NotAsItMustBe ? `\n不符 / not as it must be\n${error.message}` : error);
  }
  console.log(`\n${walk.steps} steps, ${failed} failed`);
  if (values.url !== undefined)
    console.log(`服务时钟现为 / the service's clock now stands at ${(await walked.now()).toISOString()}`);
  await stop(failed);
}
