import type { Instant } from "#shared/platform/time.ts";
import type { Line } from "./lines.ts";
import type { Segment } from "./segments.ts";

/** What was sealed late in which segment: the one thing that no journal item tells. */
export interface LateRecord {
  segment: number;
  from: Instant;
  lines: readonly Pick<Line, "journalId" | "postedAt">[];
}

/** In the table of accounts, which a rebuild leaves alone. */
export const LATE_RECORDS = "LATE-SEGMENTS";

export const lateRecord = ({ number, from }: Segment, lines: readonly Line[]): LateRecord => ({
  segment: number,
  from,
  lines: lines.map(({ journalId, postedAt }) => ({ journalId, postedAt })),
});
