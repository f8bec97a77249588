import { approvalProblems } from "#shared/approvals/problems.ts";
import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { type BusinessDate, businessDate, type Instant } from "#shared/platform/time.ts";
import { folded } from "#shared/platform/words.ts";
import { readCreditCode } from "./creditCode.ts";
import {
  type Merchant,
  type MerchantInput,
  type MerchantStatus,
  type Move,
  moves,
  type Staff,
  type StaffInvitation,
  type StaffRole,
} from "./model.ts";
import { merchantProblems } from "./problems.ts";

const namedDocuments = ({ licenceUploadId, leaseUploadId }: MerchantInput) => ({
  ...(licenceUploadId !== undefined && { licenceUploadId }),
  ...(leaseUploadId !== undefined && { leaseUploadId }),
});

const foundedLater: FieldError = {
  pointer: "/establishedOn",
  message: { zh: "成立日期不能晚于今天", en: "must not be after today" },
};

/**
 * A merchant that applies. Refuses `invalid-credit-code`, `account-name-mismatch` (settlements are paid to an account
 * of the same name only) and `invalid-merchant`.
 */
export function drafted(
  input: MerchantInput,
  of: { merchantId: string; actor: string; org: string | undefined; now: Date },
): Merchant {
  const { unifiedSocialCreditCode, licenceUploadId: _licence, leaseUploadId: _lease, ...stated } = input;
  const creditCode = readCreditCode(unifiedSocialCreditCode);
  const { name, settlementAccount, establishedOn } = stated;
  if (settlementAccount && folded(settlementAccount.accountName) !== folded(name))
    throw new Refusal(merchantProblems.accountNameMismatch);
  if (establishedOn > businessDate(of.now))
    throw new Refusal(merchantProblems.invalidMerchant, { errors: [foundedLater] });
  return {
    ...stated,
    ...namedDocuments(input),
    merchantId: of.merchantId,
    version: 1,
    status: "applied",
    creditCode,
    ...(of.org !== undefined && { org: of.org }),
    appliedAt: of.now.toISOString(),
    appliedBy: of.actor,
    cardsAllowed: false,
    warnings: [],
  };
}

/** Why a merchant in this state is not in the one that is needed; `undefined` is one that does not exist. */
export const stateRefusal = (status: MerchantStatus | undefined): Refusal => {
  if (status === undefined) return new Refusal(problems.notFound);
  return status === "frozen"
    ? new Refusal(merchantProblems.merchantFrozen)
    : new Refusal(merchantProblems.merchantState, { facts: { merchantStatus: status } });
};

export const mayMove = (move: Move, status: unknown): boolean =>
  (moves[move].from as readonly unknown[]).includes(status);

/** Refuses `merchant-state` unless the move begins in the state that the merchant is in. */
export function refuseMove(move: Move, { status }: Pick<Merchant, "status">): void {
  if (!mayMove(move, status))
    throw new Refusal(merchantProblems.merchantState, { facts: { merchantStatus: status } });
}

/** The merchant after a move. A freeze is over when anything else is decided. */
export function moved(
  { frozen: _over, ...merchant }: Merchant,
  move: Move,
  decision: { at: Instant; by: string; reason: string },
): Merchant {
  return {
    ...merchant,
    status: moves[move].to,
    version: merchant.version + 1,
    decision: { move, ...decision },
  };
}

/**
 * Refuses `four-eyes` to who applied, to who has or had a place on the merchant's staff, and to who froze what
 * shall be lifted: nobody lets in or sets free what is their own.
 */
export function refuseOwn(
  { appliedBy, frozen }: Pick<Merchant, "appliedBy" | "frozen">,
  place: Staff | undefined,
  by: string,
): void {
  if (place || [appliedBy, frozen?.by].includes(by)) throw new Refusal(approvalProblems.fourEyes);
}

/** Whether a lease still runs so many days after a day; its last day counts. */
export const leaseRuns = ({ leaseEndsOn }: Pick<Merchant, "leaseEndsOn">, until: BusinessDate): boolean =>
  leaseEndsOn >= until;

/** What may be done by whom; a manager may what a cashier may. */
export function admitStaff(place: Staff | undefined, needs: StaffRole): asserts place is Staff {
  if (!place) throw new Refusal(problems.notFound);
  if (place.status === "revoked") throw new Refusal(merchantProblems.actorSuspended);
  if (needs === "manager" && place.role !== "manager") throw new Refusal(problems.forbidden);
}

/**
 * Whether an invitation is one, now, for this person. Whoever lost their place does not come back by a code of their
 * own; that its giver still manages is a condition of the write.
 */
export function admitInvitation(
  invitation: StaffInvitation | undefined,
  place: Pick<Staff, "staffId" | "status"> | undefined,
  now: Date,
): asserts invitation is StaffInvitation {
  if (!invitation || invitation.goodUntil <= now.toISOString())
    throw new Refusal(merchantProblems.staffInvitationInvalid);
  if (place?.status === "active") throw new Refusal(merchantProblems.alreadyStaff);
  if (invitation.invitedBy === place?.staffId) throw new Refusal(merchantProblems.staffInvitationInvalid);
}
