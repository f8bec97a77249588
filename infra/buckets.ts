import type { BucketName } from "#shared/platform/env.ts";

/** The buckets as data: the deployment and the local object store are both made from this. */
export interface BucketDefinition {
  /** What the bucket holds, for the person who finds it in the console. */
  purpose: string;
  /**
   * Days for which nobody can change or delete what was put, in a stage that keeps its data. Elsewhere it is a day,
   * which whoever has the permission may end: a stage that is taken down must not be paid for until then.
   */
  lockedDays?: number;
  /** Days after which what was put is removed. */
  removedAfterDays?: number;
  /** Days after which what was put under a prefix is removed, where those who should have removed it did not. */
  backstop?: { prefix: string; days: number };
  /** Days for which what was deleted or replaced can be brought back; without it, for ever. */
  oldVersionDays?: number;
  /** Whether pages in a browser put files there, from the addresses that the deployment names. */
  fromBrowsers?: true;
  /** Where what is in it comes from, and so why no second region has a copy. */
  uncopied: string;
}

const fromTables =
  "The service runs in one region, whose data must not leave the country; what is in here is made from the tables, which have backups.";

/** 《会计档案管理办法》 (财政部、国家档案局令第79号), 附表: 总账、明细账、日记账 are kept for 30 years. With leap days. */
const LEDGER_DAYS = 30 * 365 + 8;

export const buckets = {
  evidence: {
    purpose: "Daily roots of the ledger, by which anybody can prove later what stood in it",
    lockedDays: LEDGER_DAYS,
    uncopied: fromTables,
  },
  draws: {
    purpose: "Lists of who entered a draw and its results, by pseudonym, for everybody to recompute",
    // Sign-up data is kept for a year, and for as long again where a draw is disputed; to confirm in a deployment.
    removedAfterDays: 730,
    uncopied: fromTables,
  },
  exports: {
    purpose: "Files that people asked for and download",
    removedAfterDays: 1,
    oldVersionDays: 1,
    uncopied: fromTables,
  },
  uploads: {
    purpose: "Files that people gave: licences, leases, evidence, bank files and lists to import",
    // jobs/purgeUploads removes files by what they are for; what it would keep is not under this prefix.
    backstop: { prefix: "incoming/", days: 2 },
    // As long as an erased person's key could come back (infra/tables.ts).
    oldVersionDays: 7,
    fromBrowsers: true,
    uncopied:
      "The service runs in one region, whose data must not leave the country; S3 keeps a file in several zones of it, a file that was deleted by mistake can be brought back for a week, and whoever gave it has the original.",
  },
} as const satisfies Record<BucketName, BucketDefinition>;
