import { createHash, createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

/**
 * Recomputes a draw from the file that was published of it. It shares no line with the service: whoever doubts the
 * service reads these and needs nothing else.
 */
const usage = `npm run draw:verify -- <result.txt> [--entrants <entrants.txt>] [--draw <draw.json>]

Recomputes a draw without network or database. <result.txt> is the file at resultUrl of GET /v1/events/{id}/draw.
  --entrants   the list as it was published when sign-up closed: the result must be of that list
  --draw       what GET /v1/events/{id}/draw answered, best before and after: commitment, root, beacon and seed must agree`;

interface Head {
  format: string;
  eventId: string;
  commitment: string;
  seed: string;
  entrantRoot: string;
  beacon: string;
  places: { leaves: Record<string, number>; total?: number };
}

interface Row {
  rank: number;
  score: string;
  leaf: string;
  pseudonym: string;
  places: number;
  leaves: string[];
  /** The line as it stands in the list. */
  listed: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { entrants: { type: "string" }, draw: { type: "string" } },
});
const [file] = positionals;
if (file === undefined || positionals.length > 1) {
  console.error(usage);
  process.exit(2);
}

const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");
const [first = "", ...rest] = (await readFile(file, "utf8")).split("\n");

function fail(why: string): never {
  console.error(`NOT AS PUBLISHED: ${why}`);
  process.exit(1);
}

function readHead(): Head {
  try {
    const head = JSON.parse(first) as Head;
    if (head.format === "leyun-draw-1") return head;
  } catch {
    // Said below.
  }
  return fail("the first line is no head of a draw");
}

const head = readHead();
const rows = rest
  .filter((line) => line !== "")
  .map((line, at): Row => {
    const [rank = "", score = "", leaf = "", pseudonym = "", groupId = "", places = "", leaves = ""] =
      line.split(" ");
    if (!/^\d+$/.test(rank) || !/^[0-9a-f]{64}$/.test(score) || leaves === "")
      fail(`line ${at + 2} is damaged`);
    return {
      rank: Number(rank),
      score,
      leaf,
      pseudonym,
      places: Number(places),
      leaves: leaves.split(","),
      listed: `${pseudonym} ${groupId} ${places} ${leaves}\n`,
    };
  });

if (sha256(Buffer.from(head.seed, "hex")) !== head.commitment)
  fail("the seed is not the one that was committed to");

const list = rows
  .map(({ listed }) => listed)
  .sort()
  .join("");
if (sha256(list) !== head.entrantRoot) fail("who was ranked is not who entered");
if (new Set(rows.map(({ pseudonym }) => pseudonym)).size !== rows.length) fail("somebody is ranked twice");
if (values.entrants !== undefined && sha256(await readFile(values.entrants)) !== head.entrantRoot)
  fail("the list that was published is another");

if (values.draw !== undefined) {
  const draw = JSON.parse(await readFile(values.draw, "utf8")) as Record<string, unknown> & {
    beacon?: { value?: string };
  };
  const agree = (name: string, said: unknown, here: string) => {
    if (said !== undefined && said !== here) fail(`the published ${name} is ${String(said)}`);
  };
  agree("event", draw["eventId"], head.eventId);
  agree("commitment", draw["commitment"], head.commitment);
  agree("root of the list", draw["entrantRoot"], head.entrantRoot);
  agree("seed", draw["seed"], head.seed);
  agree("beacon", draw.beacon?.value, head.beacon);
  agree("hash of the result", draw["resultHash"], sha256(await readFile(file)));
}

const key = createHash("sha256")
  .update(Buffer.from(head.seed, "hex"))
  .update(Buffer.from(head.entrantRoot, "hex"))
  .update(head.beacon, "utf8")
  .digest();
const left = new Map(Object.entries(head.places.leaves));
let whole = head.places.total ?? Number.MAX_SAFE_INTEGER;
let before = "";
let selected = 0;
for (const [at, row] of rows.entries()) {
  const score = createHmac("sha256", key).update(row.pseudonym, "utf8").digest("hex");
  if (score !== row.score) fail(`${row.pseudonym} has another score`);
  if (row.rank !== at + 1 || score <= before) fail(`rank ${row.rank} is not where it belongs`);
  before = score;
  const leaf = row.places <= whole ? row.leaves.find((one) => (left.get(one) ?? 0) >= row.places) : undefined;
  if ((leaf ?? "-") !== row.leaf) fail(`rank ${row.rank} should have got ${leaf ?? "no place"}`);
  if (leaf === undefined) continue;
  left.set(leaf, (left.get(leaf) ?? 0) - row.places);
  whole -= row.places;
  selected += 1;
}

console.log(
  `${head.eventId}: ${rows.length} entered, ${selected} selected; seed, list, beacon and every rank agree`,
);
if (values.draw === undefined)
  console.log(
    `Compare with what was published before: commitment ${head.commitment}, list ${head.entrantRoot}, beacon ${head.beacon}`,
  );
