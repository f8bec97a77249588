import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chanceOf } from "#local/demo/random.ts";
import { cases } from "./cost/cases/index.ts";
import { costPage, costTable } from "./cost/page.ts";
import { compare, uncounted } from "./cost/rises.ts";
import { CostSheet, type Row } from "./cost/sheet.ts";
import { verdictsOf } from "./cost/targets.ts";
import { readResults, writeResults } from "./results.ts";

/**
 * `npm run bench:cost [-- --check]`: what each operation asks of the store, in round trips and capacity units, by
 * its own handlers on DynamoDB Local. The same on every machine. With --check it fails when a figure is higher than
 * the committed one, when an operation has no case, and when a target is missed; without, it writes the results.
 */
const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const page = new URL("../docs/performance/cost.md", import.meta.url);

async function count(): Promise<Row[]> {
  // Any file does for GET /docs: rendering the page is no part of what it asks of the store.
  process.env["DOCS_PAGE"] ??= "docs/openapi.json";
  const sheet = await CostSheet.open();
  try {
    for (const run of cases) {
      // Which lane is tried first is left to chance; here each case draws the same.
      Math.random = chanceOf(1).next;
      await run(sheet);
    }
    return sheet.rows;
  } finally {
    await sheet.close();
  }
}

const rows = await count();
const wrong = uncounted(rows).map((operation) => `${operation} has no case in bench/cost`);
for (const { target, counted, met, owed } of verdictsOf(rows)) {
  console.log(`${met ? "met   " : owed === undefined ? "MISSED" : "owed  "} ${target}: ${counted}`);
  if (!met && owed === undefined) wrong.push(`missed: ${target}`);
}
if (values.check) {
  const committed = readResults<Row[]>("cost") ?? [];
  const compared = compare(rows, committed);
  wrong.push(...compared.wrong);
  for (const line of compared.fell) console.log(`fell: ${line} (npm run bench:cost writes it down)`);
  if (readFileSync(page, "utf8") !== costPage(committed))
    wrong.push("docs/performance/cost.md does not follow bench/results/cost.json");
} else {
  console.log(`\n${costTable(rows)}\n`);
  writeResults("cost", rows);
  mkdirSync(new URL(".", page), { recursive: true });
  writeFileSync(page, costPage(rows));
}
console.log(`${rows.length} cases`);
for (const line of wrong) console.error(line);
process.exitCode = wrong.length > 0 ? 1 : 0;
