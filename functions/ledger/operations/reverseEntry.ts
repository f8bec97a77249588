import { previewReversal, reversal, reversalOf } from "#shared/accounting/acts.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { proposalOf, propose } from "#shared/approvals/propose.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { once } from "#shared/platform/operation.ts";

/** Asks for a reversal: what would be refused then is refused now, and nothing is posted until another agrees. */
export const reverseEntry = once(accountingRoutes.reverseEntry)(
  async ({ caller, path, body, now }) => {
    await ledger.gate();
    const { reason, ...asked } = body;
    const payload = { ...(await reversalOf(path.journalId, asked)) };
    const proposal = { act: reversal.name, subject: path.journalId, reason, payload };
    const approval = await proposalOf(proposal, caller, now);
    await previewReversal(approval);
    return { parts: propose(approval, caller, now), effect: { approvalId: approval.approvalId } };
  },
  ({ approvalId }) => ({ status: 202, body: { status: "pending-approval", approvalId } }),
);
