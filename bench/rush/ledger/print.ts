import type { LedgerRush } from "./trials.ts";

const shortOf = (design: string): string => design.replace(/^ledger: /, "");

/** The results for a terminal. */
export function printLedger({ postings, sealing }: LedgerRush): void {
  if (postings.length > 0)
    console.table(postings.map(({ design, ...row }) => ({ design: shortOf(design), ...row })));
  if (sealing.length === 0) return;
  console.table(
    sealing.map((row) => ({
      design: shortOf(row.design),
      entries: row.entries,
      "line p50/p99 ms": `${row.lineP50Ms}/${row.lineP99Ms}`,
      "a batch": row.entriesPerBatch,
      "sealed/s": row.sealedPerS,
      "runs (ended)": `${row.runs} (${row.ended})`,
      "lag s, after a run": `${row.longestLagS}, ${row.longestLagAfterRunS}`,
      "caught up s": row.caughtUpAfterS,
      late: row.late,
      throttled: row.throttled,
    })),
  );
  console.table(
    sealing.map(({ design, wcuPerEntry, rcuPerEntry }) => ({
      design: shortOf(design),
      ...Object.fromEntries(Object.entries(wcuPerEntry).map(([kind, wcu]) => [`WCU, ${kind}`, wcu])),
      RCU: rcuPerEntry,
    })),
  );
  for (const { design, timeline } of sealing)
    console.log(`${shortOf(design)}: age in s each 10 s: ${timeline.map(({ lagS }) => lagS).join(" ")}`);
}
