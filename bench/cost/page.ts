import type { Units } from "./meter.ts";
import type { Row } from "./sheet.ts";
import { verdictsOf } from "./targets.ts";

/** The columns of the table, in units. */
export const figures = ["writeTrips", "readTrips", "rcu", "indexRcu", "wcu", "indexWcu"] as const;
export const titles: Readonly<Record<(typeof figures)[number], string>> = {
  writeTrips: "write trips",
  readTrips: "read trips",
  rcu: "RCU",
  indexRcu: "index RCU",
  wcu: "WCU",
  indexWcu: "index WCU",
};

const listed = (units: Units): string =>
  Object.entries(units)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(", ");

/** Functions that no route names come last, each operation's cases in the order in which they ran. */
const inOrder = (rows: readonly Row[]): Row[] => {
  const byOperation = Map.groupBy(rows, ({ operation }) => operation);
  const names = [...byOperation.keys()];
  const [functions, operations] = [
    names.filter((name) => name.includes("/")),
    names.filter((name) => !name.includes("/")),
  ];
  return [...operations, ...functions].flatMap((name) => byOperation.get(name) ?? []);
};

/** docs/performance/cost.md. */
export function costPage(rows: readonly Row[]): string {
  const table = inOrder(rows).map((row) => {
    const cells = figures.map((figure) => row[figure]);
    return `| ${[`\`${row.operation}\``, `${row.case} → ${row.outcome}`, ...cells, listed(row.reads), listed(row.writes)].join(" | ")} |`;
  });
  const targets = verdictsOf(rows).map(
    ({ target, counted, met, owed }) =>
      `| ${target} | ${counted} | ${met ? "yes" : `**no**${owed === undefined ? "" : `: ${owed}`}`} |`,
  );
  return `# What an operation costs

Written by \`npm run bench:cost\`; do not edit. [How it is counted](README.md#cost).

## Targets

| Target | Counted | Met |
|---|---|---|
${targets.join("\n")}

## Every operation

After \`→\` stands what the call came to. The last two columns tell of which items the units are, by the first word of their partition key, and of which index.

| Operation | Case | ${figures.map((figure) => titles[figure]).join(" | ")} | read | written |
|---|---|${figures.map(() => "--:|").join("")}---|---|
${table.join("\n")}
`;
}

/** The table for a terminal. */
export function costTable(rows: readonly Row[]): string {
  const lines = inOrder(rows).map((row) => [
    row.operation,
    row.case,
    ...figures.map((figure) => String(row[figure])),
  ]);
  const head = ["operation", "case", ...figures.map((figure) => titles[figure])];
  const widths = head.map((title, at) =>
    Math.max(title.length, ...lines.map((line) => (line[at] ?? "").length)),
  );
  const padded = (line: readonly string[]) =>
    line
      .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ");
  return [head, ...lines].map(padded).join("\n");
}
