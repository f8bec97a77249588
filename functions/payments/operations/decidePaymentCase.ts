import { paymentRoutes } from "#shared/payments/contract.ts";
import { askDecision, type CaseAnswer } from "#shared/payments/deciding.ts";
import { caseAsShown } from "#shared/payments/views.ts";
import { operation } from "#shared/platform/operation.ts";
import { recall } from "#shared/platform/remember.ts";

/** Decides a payment that went wrong; where money is moved by it, asks for a second person's decision. */
export const decidePaymentCase = operation(paymentRoutes.decidePaymentCase)(
  async ({ caller, path, body, key, now }) => {
    const { reason, decision, paymentId } = body;
    const asked = { caseId: path.caseId, decision, ...(paymentId !== undefined && { paymentId }) };
    const done = (await recall<CaseAnswer>(key)) ?? (await askDecision({ asked, reason, caller, key, now }));
    if ("approvalId" in done) return { status: 202, body: { status: "pending-approval", ...done } };
    return { status: 200, body: caseAsShown(done.decided) };
  },
);
