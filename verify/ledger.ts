import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { Exported } from "#shared/ledger/export.ts";
import { type DailyRoot, makeRoot } from "#shared/ledger/roots.ts";
import type { Segment } from "#shared/ledger/segments.ts";
import { ExportVerifier } from "#shared/ledger/verifyExport.ts";
import { type BusinessDate, businessDate } from "#shared/platform/time.ts";

const usage = `npm run ledger:verify -- <export.jsonl> [--root <root.json>]...

Recomputes an exported ledger without network or database: every entry's hash, that its legs balance, its number,
the Merkle root and the chain of its segment, and every account's sums. A root as GET /v1/ledger/roots/{date}
answers it is held against the entries of its day.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { root: { type: "string", multiple: true, default: [] } },
});
const [file] = positionals;
if (file === undefined || positionals.length > 1) {
  console.error(usage);
  process.exit(2);
}

const days = new Map<BusinessDate, Segment[]>();
const verifier = new ExportVerifier((segment) => {
  const date = businessDate(segment.from);
  days.set(date, [...(days.get(date) ?? []), segment]);
});

const TELL_EVERY = 100_000;
let read = 0;
for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
  let one: Exported;
  try {
    one = JSON.parse(line) as Exported;
  } catch {
    console.error(`line ${read + 1} is no JSON: the file is damaged or cut short`);
    process.exit(1);
  }
  verifier.read(one);
  read += 1;
  if (read % TELL_EVERY === 0) console.log(`${read} lines read`);
}
const verdict = verifier.verdict();
console.log(
  `${verdict.entries} entries in ${verdict.segments} segments, ${verdict.accounts} accounts; chain ends at ${verdict.hash || "nothing"}`,
);

/** A published root against the segments of its day in the file; what it follows is taken from the root itself. */
function rootDiffers(root: DailyRoot): boolean {
  const segments = days.get(root.date) ?? [];
  const chain = segments.length === 0 ? root.chain : "";
  const made = makeRoot(root.date, segments, { hash: root.previous, chain, lastSegment: 0 });
  return made.hash !== root.hash;
}

let wrong = !verdict.ok;
if (verdict.firstFault) {
  const { fault, place, expected, found } = verdict.firstFault;
  console.error(
    `FAULT ${fault} at ${place}${expected === undefined ? "" : `: expected ${expected}, found ${found}`}`,
  );
} else if (!verdict.complete) console.error("INCOMPLETE: the file ends before its last line");
for (const path of values.root) {
  const root = JSON.parse(await readFile(path, "utf8")) as DailyRoot;
  const differs = rootDiffers(root);
  wrong ||= differs;
  console.log(`root of ${root.date}: ${differs ? "DIFFERS" : "the same"}`);
}
console.log(wrong ? "NOT VERIFIED" : "VERIFIED");
process.exit(wrong ? 1 : 0);
