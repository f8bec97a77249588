import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = `${root}node_modules/@redocly/cli/bin/cli.js`;

/**
 * Renders docs/openapi.json to dist/docs.html with Redoc, everything inside, unless the page stands for the same
 * description already. Returns the file's path.
 */
export async function renderDocs(): Promise<string> {
  const file = `${root}dist/docs.html`;
  const description = await readFile(`${root}docs/openapi.json`);
  const mark = `<!-- ${createHash("sha256").update(description).digest("hex")} -->`;
  if (existsSync(file) && (await readFile(file, "utf8")).endsWith(mark)) return file;
  await mkdir(`${root}dist`, { recursive: true });
  const options = ["--inlineBundle", "--title", "乐运 Leyun API", "-o", file];
  await promisify(execFile)(process.execPath, [cli, "build-docs", `${root}docs/openapi.json`, ...options], {
    cwd: root,
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", CI: "true" },
  });
  await writeFile(file, (await readFile(file, "utf8")) + mark);
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await renderDocs());
