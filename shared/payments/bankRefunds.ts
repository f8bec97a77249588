import type { BankMapping, PayoutLine } from "#shared/bank/mapping.ts";
import { writePayoutFile } from "#shared/bank/payoutFile.ts";
import type { PayoutResult } from "#shared/bank/payoutResults.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { post } from "#shared/ledger/post.ts";
import { openPerson } from "#shared/people/profiles.ts";
import { findPerson } from "#shared/people/store.ts";
import { again } from "./again.ts";
import { ofSending, type Refund, sendingId } from "./model.ts";
import { refundReturnedDraft } from "./postings.ts";
import { bankRefundSent, failedCase, refundArrived, refundFailed } from "./refunding.ts";
import { casePart, findRefund, next, refundPart } from "./store.ts";

/** What a payer's bank statement says of it. */
const PURPOSE = "退款";

/** The line of a refund in a bank's file; `undefined` while the payer has named no account of their own. */
async function lineOf(refund: Refund): Promise<PayoutLine | undefined> {
  const person = refund.payerId === undefined ? undefined : await findPerson(refund.payerId, true);
  if (!person) return undefined;
  const { name, refundAccount } = (await openPerson(person)).fields;
  if (!refundAccount) return undefined;
  return {
    reference: sendingId(refund),
    payeeAccount: refundAccount.accountNumber,
    payeeName: name,
    payeeBankNumber: refundAccount.bankCode,
    payeeBankName: refundAccount.bankName,
    amountFen: refund.amountFen,
    purpose: PURPOSE,
  };
}

/** Refunds as a file for the bank, and those that wait for the payer to name an account. */
export interface BankRefunds {
  file: Uint8Array | undefined;
  sent: readonly Refund[];
  waiting: readonly Refund[];
}

/**
 * Sends refunds by the bank (同名账户): each is booked as on its way (F4, R3) before the file leaves this function, so
 * that nothing is paid of which the books say nothing. Those that were sent before are written again as they were: a
 * file that was lost is made anew, and the bank refuses a reference that it has paid.
 *
 * The bytes hold names and accounts: the caller keeps them only in a bucket that is made for them.
 */
export async function sendByBank(refunds: readonly Refund[], mapping: BankMapping): Promise<BankRefunds> {
  const sent: Refund[] = [];
  const waiting: Refund[] = [];
  const lines: PayoutLine[] = [];
  for (const refund of refunds) {
    const known = await lineOf(refund);
    const after = known && (refund.status === "due" ? await bankRefundSent(refund) : refund);
    if (!known || !after) {
      waiting.push(refund);
      continue;
    }
    sent.push(after);
    lines.push({ ...known, reference: sendingId(after) });
  }
  return { file: lines.length > 0 ? writePayoutFile(lines, mapping) : undefined, sent, waiting };
}

/** A payout that the bank had made came back days later (退汇): it is owed again, and somebody has to look. */
async function refundReturned(refund: Refund): Promise<void> {
  const at = ledger.now();
  const failure = { reason: "bank", code: "returned", at: at.toISOString() } as const;
  const { refundedAt: _, ...rest } = next(refund, { status: "failed", failure });
  await post(ledger, refundReturnedDraft(refund), [refundPart(rest), casePart(failedCase(refund, at))]);
}

/**
 * Books what the bank says became of a refund: once, however often its file is read. What it says of another amount
 * than was sent, or of nothing of ours, is answered and booked nowhere. `open` has no outcome yet.
 */
export const bankSaid = (result: PayoutResult): Promise<"booked" | "stood" | "open" | "differs"> =>
  again(async () => {
    const { refundId, attempt } = ofSending(result.reference);
    const refund = await findRefund(refundId);
    if (refund?.route !== "bank" || refund.attempt !== attempt || refund.amountFen !== result.amountFen)
      return "differs";
    const { outcome, code, processedAt } = result;
    if (outcome === "pending" || outcome === "unknown") return "open";
    if (refund.status === "paid" && outcome === "returned") {
      await refundReturned(refund);
      return "booked";
    }
    if (refund.status !== "sent") return "stood";
    if (outcome === "paid") await refundArrived(refund, processedAt ?? ledger.now().toISOString());
    else await refundFailed(refund, { reason: "bank", code });
    return "booked";
  });
