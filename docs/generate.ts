import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { openApi } from "#shared/platform/openapi.ts";
import { routes } from "#shared/routes.ts";

/** Writes docs/openapi.json from the routes; with --check says whether it is up to date. */
const file = new URL("./openapi.json", import.meta.url);
const text = `${JSON.stringify(openApi(routes), null, 2)}\n`;
const standing = existsSync(file) ? readFileSync(file, "utf8") : "";

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (standing !== text) {
  console.error("docs/openapi.json does not follow the routes: run `npm run docs`");
  process.exit(1);
}
