import { proposalOf, propose } from "#shared/approvals/propose.ts";
import { once } from "#shared/platform/operation.ts";
import { policyChange, previewPolicy } from "#shared/policies/acts.ts";
import { policyRoutes } from "#shared/policies/contract.ts";

/** Asks for a new version of a rule; it holds when another has agreed, from the day it names. */
export const changePolicy = once(policyRoutes.changePolicy)(
  async ({ caller, body, now }) => {
    const { reason, ...payload } = body;
    await previewPolicy({ payload });
    const proposal = { act: policyChange.name, subject: body.policyId, reason, payload };
    const approval = await proposalOf(proposal, caller, now);
    return { parts: propose(approval, caller, now), effect: { approvalId: approval.approvalId } };
  },
  ({ approvalId }) => ({ status: 202, body: { status: "pending-approval", approvalId } }),
);
