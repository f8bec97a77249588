import { readFile } from "node:fs/promises";
import { invoke } from "./functions.ts";
import { startService } from "./service.ts";

/**
 * `npm run invoke -- <function> <sample>`: runs one handler on a payload of events/samples, with everything it
 * stands on started for the occasion: `npm run invoke -- service/public getHealth`.
 */
const [lambda, sample] = process.argv.slice(2);
if (!lambda || !sample) {
  console.error("npm run invoke -- <function> <sample>, e.g. npm run invoke -- service/public getHealth");
  process.exit(2);
}
const file = new URL(`../events/samples/${sample}.json`, import.meta.url);
const event: unknown = JSON.parse(await readFile(file, "utf8"));
const service = await startService({ port: 0, background: false });
try {
  console.log(JSON.stringify(await invoke(lambda, event), null, 2));
} finally {
  await service.stop();
}
