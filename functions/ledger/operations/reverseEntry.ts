import { previewReversal, reversal, reversalOf } from "#shared/accounting/acts.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { actorOf } from "#shared/approvals/actor.ts";
import { propose } from "#shared/approvals/propose.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { once } from "#shared/platform/operation.ts";

/** Asks for a reversal: what would be refused then is refused now, and nothing is posted until another agrees. */
export const reverseEntry = once(accountingRoutes.reverseEntry)(
  async ({ caller, path, body, now }) => {
    await ledger.gate();
    const maker = await actorOf(caller);
    const { reason, ...rest } = body;
    const payload = { ...(await reversalOf(path.journalId, rest)) };
    const proposal = { act: reversal.name, subject: path.journalId, reason, payload };
    const { approvalId, part } = propose(proposal, maker, now);
    await previewReversal({ ...proposal, approvalId, maker });
    return { parts: [part], effect: { approvalId } };
  },
  ({ approvalId }) => ({ status: 202, body: { status: "pending-approval", approvalId } }),
);
