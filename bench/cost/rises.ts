import { queues, streams } from "#events/queues.ts";
import { routes } from "#shared/routes.ts";
import { figures, titles } from "./page.ts";
import type { Row } from "./sheet.ts";

const nameOf = ({ operation, case: name }: Pick<Row, "operation" | "case">): string =>
  `${operation}, ${name}`;

/** Operations of routes, and functions that work on messages, of which no case tells the cost. */
export function uncounted(rows: readonly Pick<Row, "operation">[]): string[] {
  const counted = new Set(rows.map(({ operation }) => operation));
  const consumers = [...Object.values(queues), ...Object.values(streams)].map(({ consumer }) => consumer);
  const wanted = [...routes.map(({ operationId }) => operationId), ...consumers];
  return wanted.filter((operation) => !counted.has(operation));
}

/** How the rows differ from those that are committed. Only what fell may stand until it is written down. */
export function compare(
  rows: readonly Row[],
  committed: readonly Row[],
): { wrong: string[]; fell: string[] } {
  const before = new Map(committed.map((row) => [nameOf(row), row]));
  const wrong: string[] = [];
  const fell: string[] = [];
  for (const row of rows) {
    const was = before.get(nameOf(row));
    before.delete(nameOf(row));
    if (!was) wrong.push(`${nameOf(row)}: not in the results`);
    for (const figure of was ? figures : []) {
      const [now, then] = [row[figure], was?.[figure] ?? 0];
      if (now !== then)
        (now > then ? wrong : fell).push(`${nameOf(row)}: ${titles[figure]} ${then} -> ${now}`);
    }
  }
  return { wrong: [...wrong, ...[...before.keys()].map((name) => `${name}: no longer counted`)], fell };
}
