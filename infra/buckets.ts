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
}

/** 《会计档案管理办法》 (财政部、国家档案局令第79号), 附表: 总账、明细账、日记账 are kept for 30 years. With leap days. */
const LEDGER_DAYS = 30 * 365 + 8;

export const buckets = {
  evidence: {
    purpose: "Daily roots of the ledger, by which anybody can prove later what stood in it",
    lockedDays: LEDGER_DAYS,
  },
  exports: {
    purpose: "Files that people asked for and download",
    removedAfterDays: 1,
  },
  uploads: {
    purpose: "Files that people gave: licences, leases, evidence, bank files and lists to import",
  },
} as const satisfies Record<BucketName, BucketDefinition>;
