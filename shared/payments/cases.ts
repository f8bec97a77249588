import type { Act } from "#shared/approvals/act.ts";
import type { Approval } from "#shared/approvals/store.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { post } from "#shared/ledger/post.ts";
import type { Item, Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { again } from "./again.ts";
import { type Decision, decisions } from "./decisions.ts";
import type { Payment, PaymentCase, Receipt, Refund } from "./model.ts";
import { identifiedDraft, refundFailedDraft, refundPaidDraft } from "./postings.ts";
import { paymentProblems } from "./problems.ts";
import { takingOf } from "./purposes.ts";
import { planRefund } from "./refunds.ts";
import {
  decidedParts,
  findCase,
  findPayment,
  findReceipt,
  findRefund,
  next,
  paymentPart,
  receiptPart,
  refundPart,
  unasked,
} from "./store.ts";

export interface CaseDecision {
  caseId: string;
  decision: Decision;
  /** The payment that an unidentified receipt is for. */
  paymentId?: string;
}

interface About {
  of: PaymentCase;
  payment: Payment | undefined;
  receipt: Receipt | undefined;
  refund: Refund | undefined;
}

export async function caseOrRefuse(caseId: string): Promise<PaymentCase> {
  const of = await findCase(caseId);
  if (!of) throw new Refusal(problems.notFound);
  return of;
}

async function aboutCase(caseId: string): Promise<About> {
  const of = await caseOrRefuse(caseId);
  const [payment, receipt, refund] = await Promise.all([
    findPayment(of.paymentId),
    of.transactionId === undefined ? undefined : findReceipt(of.provider, of.transactionId),
    of.refundId === undefined ? undefined : findRefund(of.refundId),
  ]);
  return { of, payment, receipt, refund };
}

/** The payment that somebody says an unidentified receipt is for. Refuses `payment-not-matching`. */
async function identified(paymentId: string | undefined, receipt: Receipt): Promise<Payment> {
  const payment = paymentId === undefined ? undefined : await findPayment(paymentId);
  const open = payment?.status === "pending" || payment?.status === "closed";
  if (!payment || !open || payment.provider !== receipt.provider || payment.amountFen !== receipt.amountFen)
    throw new Refusal(paymentProblems.notIdentified);
  return payment;
}

/** What a decision writes; with it `draft` where money changes accounts. Refuses what does not fit the case. */
async function effectOf({ decision, ...asked }: CaseDecision, about: About, now: Date) {
  const { of, payment, receipt, refund } = about;
  const kinds: readonly string[] = decisions[decision].kinds;
  const unfit = () => new Refusal(paymentProblems.decisionUnfit);
  if (of.status !== "open") throw new Refusal(paymentProblems.caseDecided);
  if (!kinds.includes(of.kind)) throw unfit();
  const askAt = now.toISOString();
  const askedAgain = { askAt, asked: 0 };
  switch (decision) {
    case "ask-again":
      if (refund) return { parts: [refundPart(next(refund, { ...askedAgain, sentAt: askAt }))] };
      if (!payment) throw unfit();
      return { parts: [paymentPart(next(payment, askedAgain))] };
    case "close":
      if (!payment || refund || payment.status !== "pending") throw unfit();
      return { parts: [paymentPart(unasked(next(payment, { status: "closed" })))] };
    case "retry":
      if (refund?.status !== "failed") throw unfit();
      return { parts: [refundPart(next(refund, { ...askedAgain, status: "due" }))] };
    case "by-bank":
      if (refund?.status !== "failed") throw unfit();
      return { parts: [refundPart(unasked(next(refund, { status: "due", route: "bank" })))] };
    case "arrived":
      if (refund?.status !== "sent") throw unfit();
      return {
        parts: [refundPart(unasked(next(refund, { status: "paid", refundedAt: askAt })))],
        draft: refundPaidDraft(refund),
      };
    case "came-back":
      if (refund?.status !== "sent") throw unfit();
      return {
        parts: [refundPart(unasked(next(refund, { status: "due", route: "bank" })))],
        draft: refundFailedDraft(refund),
      };
    case "refund": {
      if (!receipt) throw unfit();
      const cause = of.kind === "unidentified" ? "unidentified" : "wrong-amount";
      const { parts } = planRefund(receipt, { amountFen: receipt.amountFen, cause, now });
      const after = payment && receipt.for ? [paymentPart(next(payment, { status: "refunding" }))] : [];
      return { parts: [...parts, ...after] };
    }
    case "identify": {
      if (!receipt) throw unfit();
      const found = await identified(asked.paymentId, receipt);
      const { paidAt, transactionId } = receipt;
      const paid = unasked(next(found, { status: "paid", paidAt, transactionId }));
      const taken = await takingOf(found).take(found, now);
      if (taken === "late") throw new Refusal(paymentProblems.notIdentified);
      const { paymentId, payerId } = found;
      const known = next(receipt, { for: found.for, paymentId, payerId, outcome: "taken" });
      return {
        parts: [receiptPart(known), paymentPart(paid), ...taken],
        draft: identifiedDraft(receipt, found.for, paymentId),
      };
    }
  }
}

const statusOf = ({ payment, receipt, refund }: About): Item => ({
  ...(payment && { payment: payment.status }),
  ...(receipt && { received: receipt.outcome, receivedFen: receipt.amountFen }),
  ...(refund && { refund: refund.status, route: refund.route }),
});

/** What would become of a case. */
export async function previewDecision(asked: CaseDecision): Promise<{ before: Item; after: Item }> {
  const about = await aboutCase(asked.caseId);
  await effectOf(asked, about, ledger.now());
  const { kind, amountFen } = about.of;
  const { decision, paymentId } = asked;
  const after = { decision, ...(paymentId !== undefined && { paymentId }) };
  return { before: { kind, amountFen, ...statusOf(about) }, after };
}

/** A case as it stands once it is decided. */
export const decidedCase = (of: PaymentCase, decision: Decision, now: Date): PaymentCase => ({
  ...of,
  status: "decided",
  decision,
  decidedAt: now.toISOString(),
});

/** Decides a case, with further parts in the same write. */
export const carryOutDecision = (asked: CaseDecision, also: readonly Part[]): Promise<void> =>
  again(async () => {
    const about = await aboutCase(asked.caseId);
    const now = ledger.now();
    const { parts, draft } = await effectOf(asked, about, now);
    const decided = decidedCase(about.of, asked.decision, now);
    const all = [...also, ...decidedParts(decided), ...parts];
    if (draft) await post(ledger, draft, all);
    else await ledger.db.commit(all);
  });

const askedOf = ({ payload }: Pick<Approval, "payload">): CaseDecision => payload as unknown as CaseDecision;

/** A second person agrees to what becomes of money that did not come, or did not go, as it should. */
export const paymentCaseDecision: Act = {
  name: "payment.case",
  title: { zh: "处理异常收付款", en: "Decide on a payment that went wrong" },
  preview: (approval) => previewDecision(askedOf(approval)),
  carryOut: (approval, decision) => carryOutDecision(askedOf(approval), decision),
};
