import type { Item } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import type { TableName } from "#shared/platform/env.ts";
import type { Instant } from "#shared/platform/time.ts";
import { type DueKind, duePartitions } from "./due.ts";

/** What is due by now, the earliest first, so many of each partition. */
export async function listDue(table: TableName, kind: DueKind, now: Instant, limit: number): Promise<Item[]> {
  const pages = await Promise.all(
    duePartitions(kind).map((partition) =>
      dynamo.query({ table, index: "byPending", partition, to: `${now}~`, limit }),
    ),
  );
  return pages
    .flatMap(({ items }) => items)
    .sort((a, b) => (String(a["pendingSort"]) < String(b["pendingSort"]) ? -1 : 1));
}
