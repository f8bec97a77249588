import type { Item } from "#shared/platform/database.ts";
import type { Instant } from "#shared/platform/time.ts";
import type { Chain } from "./checks.ts";
import type { Turnover } from "./model.ts";

/**
 * How far one verification is: of segments first, then of accounts, of what guards them, of
 * daily roots, and of the journal.
 */
export interface AuditPosition {
  /** The watermark it began with; what is sealed meanwhile is the next verification's. */
  through: { segment: number; until: Instant };
  chain: Chain;
  /** The last line that was sealed in its turn, where it was met. */
  lastLine?: string;
  stage: "segments" | "accounts" | "guarded" | "roots" | "journal" | "done";
  /** How far the accounts of the books are walked, and those that the last page's controls total. */
  under?: Walk;
  after?: Item;
}

/** A place among the accounts that does not grow with their number: it travels in a cursor. */
export interface Walk {
  book: number;
  after?: Item;
  /** Controls whose accounts are still to be walked; of the first so far so much. */
  controls: readonly string[];
  inner?: { after: Item; sum: Turnover };
}
