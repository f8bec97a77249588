import type { Act } from "#shared/approvals/act.ts";
import { approvalProblems } from "#shared/approvals/problems.ts";
import type { Approval } from "#shared/approvals/store.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import type { Freeze, Merchant } from "./model.ts";
import { merchantProblems } from "./problems.ts";
import { findMerchant, planNote } from "./store.ts";

interface FreezePayload {
  merchantId: string;
  /** When it was frozen: a later freeze is another one, with a review of its own. */
  at: string;
}

/** The freeze that a request is about. Refuses `merchant-state` when it was lifted. */
async function frozenBy({
  payload,
}: Pick<Approval, "payload">): Promise<{ merchant: Merchant; frozen: Freeze }> {
  const { merchantId, at } = payload as unknown as FreezePayload;
  const merchant = await findMerchant(merchantId);
  const { status = "none", frozen } = merchant ?? {};
  if (!merchant || frozen?.at !== at)
    throw new Refusal(merchantProblems.merchantState, { facts: { merchantStatus: status } });
  return { merchant, frozen };
}

/**
 * Another person looks at a freeze within a working day. Agreeing lets it stand; disagreeing leaves it to be lifted
 * by `unfreeze`, which names a reason of its own.
 */
export const freezeReview: Act = {
  name: "merchant.freezeReview",
  title: { zh: "复核商户冻结", en: "Review the freeze of a merchant" },
  async preview(approval) {
    const { merchant, frozen } = await frozenBy(approval);
    const { at, reason, reviewBy } = frozen;
    const before = { name: merchant.name, status: merchant.status, frozen: { at, reason, reviewBy } };
    return { before, after: { ...before, frozen: { ...before.frozen, reviewed: true } } };
  },
  async carryOut(approval, decision) {
    const { merchant, frozen } = await frozenBy(approval);
    const { decidedAt = "", checker = "" } = approval;
    const reviewed = { ...frozen, reviewedAt: decidedAt, reviewedBy: checker };
    const after = { ...merchant, version: merchant.version + 1, frozen: reviewed };
    const changed = () => new Refusal(approvalProblems.requestChanged);
    await dynamo.commit([...decision, planNote(merchant, after, changed)]);
  },
};
