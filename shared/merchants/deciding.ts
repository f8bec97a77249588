import type { WebhookEvent } from "#events/contracts/webhooks.ts";
import { proposalOf, propose } from "#shared/approvals/propose.ts";
import { actorOf } from "#shared/audit/actor.ts";
import { type AuditEntry, auditEntry, auditPart } from "#shared/audit/log.ts";
import type { Caller } from "#shared/platform/caller.ts";
import type { Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { type BusinessDate, businessDate, daysAfter } from "#shared/platform/time.ts";
import { merchants } from "#shared/policies/definitions/merchants.ts";
import { prepaid } from "#shared/policies/definitions/prepaid.ts";
import type { RuleNotKept } from "#shared/policies/model.ts";
import { policyProblems } from "#shared/policies/problems.ts";
import { hold, policy, policyIfAny } from "#shared/policies/reading.ts";
import { workingDayAfter } from "#shared/policies/workingDays.ts";
import { webhookParts } from "#shared/webhooks/events.ts";
import { freezeReview } from "./acts.ts";
import type { BankAccount, Merchant, MerchantDetail, Move, Staff } from "./model.ts";
import { leaseRuns, moved, refuseMove, refuseOwn } from "./rules.ts";
import { staffIdOf } from "./staff.ts";
import { enterLists, findMerchantAndStaff, planMove } from "./store.ts";
import { detailView } from "./views.ts";

/** What an official decides on a merchant. */
interface Decision {
  caller: Caller;
  merchantId: string;
  reason: string;
  now: Date;
}

interface Decided {
  parts: Part[];
  effect: MerchantDetail;
}

interface Standing {
  merchant: Merchant;
  /** The place that who decides has or had on its staff. */
  place: Staff | undefined;
  by: string;
}

/** The merchant in a state in which the move begins. Refuses `not-found`, `merchant-state`. */
async function standing({ caller, merchantId }: Decision, move: Move): Promise<Standing> {
  const by = await actorOf(caller);
  const { merchant, place } = await findMerchantAndStaff(merchantId, await staffIdOf(merchantId, by));
  if (!merchant) throw new Refusal(problems.notFound);
  refuseMove(move, merchant);
  return { merchant, place, by };
}

/** What the merchant's own systems are told of a move; once for each version that it makes. */
function toldOf({ merchantId, version }: Merchant, move: Move, { reason, now }: Decision): Part[] {
  const timestamp = now.toISOString();
  const event: WebhookEvent | undefined =
    move === "approve"
      ? { type: "merchant.approved", timestamp, data: { merchantId } }
      : move === "freeze"
        ? { type: "merchant.frozen", timestamp, data: { merchantId, reason } }
        : move === "unfreeze"
          ? { type: "merchant.unfrozen", timestamp, data: { merchantId } }
          : undefined;
  return event ? webhookParts(merchantId, event, `${move}.${version}`) : [];
}

/** The parts of a move, with its line in the audit log. */
function planned(
  before: Merchant,
  after: Merchant,
  move: Move,
  decision: Decision,
  of: { by: string; facts?: AuditEntry["facts"] },
): Decided {
  const { caller, reason, now } = decision;
  const entry = {
    actor: of.by,
    action: `merchant.${move}`,
    subject: before.merchantId,
    facts: { before: before.status, reason, ...of.facts },
  };
  return {
    parts: [
      ...planMove(before, after, move),
      auditPart(auditEntry(caller, entry, now)),
      ...toldOf(after, move, decision),
    ],
    effect: detailView(after),
  };
}

/** A decision that changes nothing but the state: reject or blacklist. */
export async function planDecision(move: "reject" | "blacklist", decision: Decision): Promise<Decided> {
  const { merchant, by } = await standing(decision, move);
  const { reason, now } = decision;
  const after = moved(merchant, move, { at: now.toISOString(), by, reason });
  return planned(merchant, after, move, decision, { by });
}

/** Rules that the merchant does not keep and that only warn. Refuses `refused-by-policy` by those that refuse. */
async function heldToRules(merchant: Merchant, abnormal: boolean, now: Date): Promise<RuleNotKept[]> {
  const today = businessDate(now);
  const [lease, listed] = await Promise.all([
    policy(merchants.lease, today),
    policyIfAny(prepaid.abnormalOperator, today),
  ]);
  const until = daysAfter(today, lease.value.remainingDays);
  const ended = hold(merchants.lease, lease, leaseRuns(merchant, until));
  const abnormally = listed && hold(prepaid.abnormalOperator, listed, !abnormal);
  return [ended, abnormally].flatMap((warning) => warning ?? []);
}

/**
 * Lets a merchant in. Of the abnormal list: where the rule refuses, it stays out. Where it only warns, the rule is
 * still that such an operator "sells no cards", and money prepaid to one is just what it protects; what the milder
 * enforcement leaves open is everything else. So it is admitted, redeems vouchers (public money, paid after the
 * service) and may sell no cards. Where the rule is off or none, cards are not its matter.
 */
export async function planApproval(
  decision: Decision & { abnormal: boolean; custodyAccount: BankAccount | undefined },
): Promise<Decided> {
  const { merchant, place, by } = await standing(decision, "approve");
  const { reason, now, abnormal, custodyAccount } = decision;
  refuseOwn(merchant, place, by);
  const warnings = await heldToRules(merchant, abnormal, now);
  const after: Merchant = {
    ...moved(merchant, "approve", { at: now.toISOString(), by, reason }),
    cardsAllowed: !warnings.some(({ policyId }) => policyId === prepaid.abnormalOperator.id),
    abnormal,
    warnings,
    ...(custodyAccount && { custodyAccount }),
  };
  await enterLists(after);
  const facts = { abnormal, supervised: custodyAccount !== undefined, cardsAllowed: after.cardsAllowed };
  return planned(merchant, after, "approve", decision, { by, facts });
}

/**
 * The last working day for the review of a freeze. People's money does not wait for a calendar to be entered: without
 * one it is the very next day, which no calendar makes later than the rule.
 */
async function reviewDay(today: BusinessDate): Promise<BusinessDate> {
  const { value } = await policy(merchants.freezeReview, today);
  try {
    return await workingDayAfter(today, value.workingDays);
  } catch (error) {
    if (!(error instanceof Refusal) || error.problem !== policyProblems.calendarMissing) throw error;
    return daysAfter(today, 1);
  }
}

/** Freezes at once, and puts the freeze before another person in the same write. */
export async function planFreeze(decision: Decision): Promise<Decided> {
  const { merchant, by } = await standing(decision, "freeze");
  const { caller, reason, now } = decision;
  const { merchantId } = merchant;
  const at = now.toISOString();
  const asked = { act: freezeReview.name, subject: merchantId, reason, payload: { merchantId, at } };
  const approval = await proposalOf(asked, caller, now);
  const frozen: Merchant = {
    ...moved(merchant, "freeze", { at, by, reason }),
    frozen: {
      at,
      by,
      reason,
      reviewBy: await reviewDay(businessDate(now)),
      approvalId: approval.approvalId,
    },
  };
  const { parts, effect } = planned(merchant, frozen, "freeze", decision, { by });
  return { parts: [...parts, ...propose(approval, caller, now)], effect };
}

/** Lifts a freeze; never by who froze. */
export async function planUnfreeze(decision: Decision): Promise<Decided> {
  const { merchant, place, by } = await standing(decision, "unfreeze");
  const { reason, now } = decision;
  refuseOwn(merchant, place, by);
  const after = moved(merchant, "unfreeze", { at: now.toISOString(), by, reason });
  return planned(merchant, after, "unfreeze", decision, { by });
}
