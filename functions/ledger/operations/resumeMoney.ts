import { previewResumption, resumption } from "#shared/accounting/acts.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { proposalOf, propose } from "#shared/approvals/propose.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { readMoneyMode } from "#shared/ledger/moneyMode.ts";
import { once } from "#shared/platform/operation.ts";

/** Asks that money moves again, after everything was verified since the stop. */
export const resumeMoney = once(accountingRoutes.resumeMoney)(
  async ({ caller, body, now }) => {
    const stop = (await readMoneyMode(ledger.db))?.stop;
    const payload = { stop };
    await previewResumption({ payload });
    const proposal = { act: resumption.name, subject: `stop ${stop}`, reason: body.reason, payload };
    const approval = await proposalOf(proposal, caller, now);
    return { parts: propose(approval, caller, now), effect: { approvalId: approval.approvalId } };
  },
  ({ approvalId }) => ({ status: 202, body: { status: "pending-approval", approvalId } }),
);
