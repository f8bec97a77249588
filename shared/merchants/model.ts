import type * as z from "zod";
import type { BusinessDate, Instant } from "#shared/platform/time.ts";
import type { RuleNotKept } from "#shared/policies/model.ts";
import type {
  accountInput,
  merchantDetail,
  merchantInput,
  merchantSummary,
  myMerchant,
  staff,
  venue,
} from "./schemas.ts";

export type MerchantInput = z.output<typeof merchantInput>;
export type MerchantDetail = z.input<typeof merchantDetail>;
export type MerchantSummary = z.input<typeof merchantSummary>;
export type MyMerchant = z.input<typeof myMerchant>;
export type StaffView = z.input<typeof staff>;
export type Venue = z.output<typeof venue>;
export type BankAccount = z.output<typeof accountInput>;

export const merchantStatuses = [
  "applied",
  "approved",
  "rejected",
  "frozen",
  "closing",
  "closed",
  "blacklisted",
] as const;
export type MerchantStatus = (typeof merchantStatuses)[number];

/** Every transition with the states before it. The last two have no route until closures are built. */
export const moves = {
  approve: { from: ["applied"], to: "approved" },
  reject: { from: ["applied"], to: "rejected" },
  freeze: { from: ["approved"], to: "frozen" },
  unfreeze: { from: ["frozen"], to: "approved" },
  blacklist: { from: ["applied", "approved", "frozen"], to: "blacklisted" },
  beginClosure: { from: ["approved", "frozen"], to: "closing" },
  endClosure: { from: ["closing"], to: "closed" },
} as const satisfies Record<string, { from: readonly MerchantStatus[]; to: MerchantStatus }>;
export type Move = keyof typeof moves;
export const moveNames = Object.keys(moves) as [Move, ...Move[]];

/** Those that the public sees; of the others it knows nothing. */
export const publicStatuses: readonly MerchantStatus[] = ["approved", "frozen", "closing", "closed"];

/** A freeze that stands, and whether another person has looked at it. */
export interface Freeze {
  at: Instant;
  by: string;
  reason: string;
  reviewBy: BusinessDate;
  approvalId: string;
  reviewedAt?: Instant;
  reviewedBy?: string;
}

/** A merchant as it is stored. People are pseudonyms of accounts (`actorOf`). */
export interface Merchant extends Omit<MerchantInput, "unifiedSocialCreditCode"> {
  merchantId: string;
  /** Rises with every change. */
  version: number;
  status: MerchantStatus;
  creditCode: string;
  custodyAccount?: BankAccount;
  org?: string;
  appliedAt: Instant;
  appliedBy: string;
  cardsAllowed: boolean;
  abnormal?: boolean;
  warnings: RuleNotKept[];
  /** The latest decision; all of them are in the audit log. */
  decision?: { move: Move; at: Instant; by: string; reason: string };
  frozen?: Freeze;
  /** The campaigns it takes part in; every one where it names none. */
  campaignIds?: string[];
}

export const staffRoles = ["manager", "cashier"] as const;
export type StaffRole = (typeof staffRoles)[number];

/** That somebody acts for a merchant: an account's pseudonym and the name of a role, and nothing else of a person. */
export interface Staff {
  merchantId: string;
  staffId: string;
  actor: string;
  label: string;
  role: StaffRole;
  status: "active" | "revoked";
  joinedAt: Instant;
  revokedAt?: Instant;
  revokedBy?: string;
}

/** An invitation to a merchant's staff; good while who gave it still manages. */
export interface StaffInvitation {
  merchantId: string;
  label: string;
  role: StaffRole;
  invitedBy: string;
  goodUntil: Instant;
}
