import { ledger } from "#shared/ledger/ledger.ts";
import { post } from "#shared/ledger/post.ts";
import type { Part } from "#shared/platform/database.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { again } from "./again.ts";
import type { Payment, PaymentCase, Receipt } from "./model.ts";
import { receiptDraft } from "./postings.ts";
import { NotTaken, takingOf } from "./purposes.ts";
import { refundOf } from "./refunds.ts";
import { receiptOutcome, statusAfter, type Told } from "./rules.ts";
import {
  casePart,
  findPayment,
  findReceipt,
  Moved,
  next,
  paymentPart,
  receiptPart,
  refundPart,
  unasked,
} from "./store.ts";

/** Money that came, under which id and through whom. */
export interface Came extends Told {
  provider: string;
  paymentId: string;
  receiver?: string | undefined;
}

function caseOf(receipt: Receipt, now: Date): PaymentCase | undefined {
  const { outcome, provider, transactionId, paymentId, amountFen } = receipt;
  if (outcome !== "wrong-amount" && outcome !== "unidentified") return undefined;
  return {
    caseId: `${outcome}.${provider}.${transactionId}`,
    kind: outcome,
    provider,
    paymentId,
    transactionId,
    amountFen,
    openedAt: now.toISOString(),
    status: "open",
  };
}

/** What is written with the receipt, besides the entry. */
function partsOf(receipt: Receipt, payment: Payment | undefined, taken: readonly Part[], now: Date): Part[] {
  const { outcome, paidAt, transactionId } = receipt;
  const back = outcome === "late" || outcome === "double";
  const refund = back ? refundOf(receipt, { amountFen: receipt.amountFen, cause: outcome, now }) : undefined;
  const opened = caseOf(receipt, now);
  const paid = outcome === "taken" ? { paidAt, transactionId } : {};
  const after = payment && unasked(next(payment, { status: statusAfter(payment, outcome), ...paid }));
  return [
    receiptPart(receipt),
    ...(after ? [paymentPart(after)] : []),
    ...(refund ? [refundPart(refund)] : []),
    ...(opened ? [casePart(opened)] : []),
    ...taken,
  ];
}

/** The receipt as it would be booked, with what is written beside it. */
async function planned(
  came: Came,
  payment: Payment | undefined,
  late: boolean,
  now: Date,
): Promise<{ receipt: Receipt; parts: Part[] }> {
  const { provider, transactionId, paymentId, amountFen, paidAt } = came;
  let outcome = payment ? receiptOutcome(payment, came) : "unidentified";
  let taken: readonly Part[] = [];
  if (payment && outcome === "taken") {
    const parts = late ? "late" : await takingOf(payment).take(payment, now);
    if (parts === "late") outcome = "late";
    else taken = parts;
  }
  const receiver = payment?.receiver ?? came.receiver;
  const receipt: Receipt = {
    provider,
    transactionId,
    paymentId,
    ...(payment && { for: payment.for, payerId: payment.payerId }),
    ...(receiver !== undefined && { receiver }),
    amountFen,
    paidAt,
    outcome,
    // What came late or twice is owed back at once, and nobody has to ask for it.
    refundedFen: outcome === "late" || outcome === "double" ? amountFen : 0,
    version: 1,
  };
  return { receipt, parts: partsOf(receipt, payment, taken, now) };
}

/**
 * Books money that came: once, however often it is told, and as what it is (F1, F2, C1, K4). Answers the receipt that
 * stands. Refuses `money-read-only`; throws Unavailable, after which a repetition finds out what became of it.
 */
export async function receive(came: Came): Promise<Receipt> {
  let late = false;
  return again(async () => {
    const stood = await findReceipt(came.provider, came.transactionId);
    if (stood) return stood;
    const found = await findPayment(came.paymentId);
    const payment = found?.provider === came.provider ? found : undefined;
    const { receipt, parts } = await planned(came, payment, late, ledger.now());
    try {
      const { outcome } = await post(ledger, receiptDraft(receipt), parts);
      const stands = outcome === "stood" && (await findReceipt(came.provider, came.transactionId));
      return stands || receipt;
    } catch (error) {
      late ||= error instanceof NotTaken;
      if (error instanceof NotTaken) throw new Moved("it takes no money any more");
      // It may have been booked as something else meanwhile: whoever was first decided it.
      const booked = error instanceof Refusal && (await findReceipt(came.provider, came.transactionId));
      if (booked) return booked;
      throw error;
    }
  });
}
