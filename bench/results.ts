import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const fileOf = (name: string) => new URL(`./results/${name}.json`, import.meta.url);

/** The results that are committed; `undefined` where there are none yet. */
export function readResults<T>(name: string): T | undefined {
  const file = fileOf(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : undefined;
}

export function writeResults(name: string, results: unknown): void {
  mkdirSync(new URL("./results/", import.meta.url), { recursive: true });
  writeFileSync(fileOf(name), `${JSON.stringify(results, null, 2)}\n`);
}
