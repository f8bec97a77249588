import type { Database, Item } from "#shared/platform/database.ts";
import { getAll } from "./books.ts";
import { difference, fault } from "./checks.ts";
import { straysOf } from "./fold.ts";
import { LATE_RECORDS, lateRecord } from "./lateRecords.ts";
import type { Line } from "./lines.ts";
import type { Fault } from "./moneyMode.ts";
import { ordinal, type Segment } from "./segments.ts";

const keyOf = ({ pk, sk }: Item) => ({ pk: String(pk), sk: String(sk) });

/** What balances as of instants and of periods must add of a segment, and what a rebuild goes by. */
export async function checkStrays(
  db: Database,
  segment: Segment,
  lines: readonly Line[],
): Promise<Fault | undefined> {
  const made = straysOf(segment, lines);
  const found = await getAll(db, "books", made.map(keyOf));
  for (const [at, item] of made.entries()) {
    const differs = difference(item, found[at]);
    if (differs !== undefined)
      return fault("stray-differs", `${item["journalId"] ?? keyOf(item).pk.replace("LATE#", "")}${differs}`);
  }
  if (!segment.late) return undefined;
  const key = { pk: LATE_RECORDS, sk: ordinal(segment.number) };
  const [record] = await getAll(db, "accounts", [key]);
  const differs = difference({ ...key, ...lateRecord(segment, lines) }, record);
  return differs === undefined
    ? undefined
    : fault("late-record-differs", `${LATE_RECORDS} ${segment.number}${differs}`);
}
