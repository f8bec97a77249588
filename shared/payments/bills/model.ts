import type { Bilingual } from "#shared/platform/problem.ts";
import type { BusinessDate, Instant } from "#shared/platform/time.ts";
import type { OwnersShare } from "../postings.ts";

/** Where a provider's bills and our books do not say the same. */
export interface Break {
  kind:
    | "missing-here"
    | "missing-there"
    | "amount-differs"
    | "status-differs"
    | "unreadable"
    | "payout-differs";
  reference: string;
  amountFen?: number;
  expectedFen?: number;
  says: Bilingual;
}

/** A provider's bills of a day, compared with our books. */
export interface BillDay {
  provider: string;
  date: BusinessDate;
  importedAt: Instant;
  /** SHA-256 of each bill as it came. */
  hashes: { trades?: string; funds?: string };
  payments: number;
  refunds: number;
  receivedFen: number;
  refundedFen: number;
  feeFen: number;
  paidOutFen: number;
  breaks: Break[];
}

/** What a provider holds for a receiver of a day, until it pays it out. */
export interface Outstanding {
  provider: string;
  receiver: string;
  date: BusinessDate;
  shares: readonly OwnersShare[];
  /** The payout by which it reached the bank. */
  paidOutBy?: string;
}

/** The receiver of what goes to the platform's own merchant. */
export const OWN = "own";
