import { latest, turnoverAt } from "#shared/ledger/asOf.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { balanceFen } from "#shared/ledger/model.ts";
import { post } from "#shared/ledger/post.ts";
import { noticeParts } from "#shared/notices/notices.ts";
import type { Part } from "#shared/platform/database.ts";
import { prepaid } from "#shared/policies/definitions/prepaid.ts";
import { policy } from "#shared/policies/reading.ts";
import { accountsOf } from "./accounts.ts";
import { again } from "./again.ts";
import { OWN } from "./bills/model.ts";
import { findOutstanding } from "./bills/store.ts";
import { ofSending, type Payment, type PaymentCase, type Refund, SENDINGS, sendingId } from "./model.ts";
import { type PaymentProvider, type ProviderRefund, ProviderRefused, untold } from "./port.ts";
import { refundFailedDraft, refundPaidDraft, refundSentDraft } from "./postings.ts";
import { providerNamed } from "./providers.ts";
import { askAgainAt, closesRoute, isOverdue, routeOf } from "./rules.ts";
import {
  casePart,
  findPayment,
  findReceipt,
  findRefund,
  next,
  paymentPart,
  refundPart,
  unasked,
} from "./store.ts";

const HOUR_MS = 3_600_000;

/** What the provider holds of the same owner as far as the books are sealed. The provider itself has the last word. */
async function withProviderFen({ provider, for: of }: Refund): Promise<number> {
  const { clearing } = accountsOf(provider, of);
  const moment = await latest(ledger.db).catch(() => undefined);
  if (!moment) return 0;
  return balanceFen(clearing.normal, await turnoverAt(ledger.db, clearing.id, moment));
}

async function chosenRoute(refund: Refund, now: Date) {
  const { provider, transactionId, receiver = OWN } = refund;
  const billedOn = (await findReceipt(provider, transactionId))?.billedOn;
  const { value } = await policy(prepaid.refundRoute);
  const day = billedOn && (await findOutstanding({ provider, receiver, date: billedOn }));
  const settled = day !== undefined && day !== "" && day.paidOutBy !== undefined;
  const held = settled ? await withProviderFen(refund) : 0;
  return routeOf(refund, { now, days: value.days, settled, withProviderFen: held });
}

const save = (refund: Refund): Promise<void> => ledger.db.commit([refundPart(refund)]);

/** What the payer is told, in the write of what they are told of; of what nobody owned there is nobody to tell. */
function told(
  refund: Refund,
  payment: Payment | undefined,
  template: "refund-paid" | "refund-failed",
): Part[] {
  const { payerId: to, paymentId, amountFen } = refund;
  if (to === undefined || !payment) return [];
  const of = payment.description;
  const noticeId = `${template}:${sendingId(refund)}`;
  return noticeParts({ to, template, facts: { of, amountFen }, about: paymentId, noticeId });
}

/** How the payment stands once a refund of it has arrived. What was paid twice stays paid. */
function paymentAfter({ cause, amountFen, paidFen }: Refund, payment: Payment | undefined): Part[] {
  if (!payment || cause === "double" || cause === "unidentified") return [];
  const status = cause === "decided" && amountFen < paidFen ? "paid" : "refunded";
  return payment.status === status ? [] : [paymentPart(next(payment, { status }))];
}

/** It has arrived with the payer (F4, R4). */
export async function refundArrived(refund: Refund, at: string): Promise<void> {
  const paid = unasked(next(refund, { status: "paid", refundedAt: at }));
  const payment = await findPayment(refund.paymentId);
  await post(ledger, refundPaidDraft(refund), [
    refundPart(paid),
    ...paymentAfter(refund, payment),
    ...told(refund, payment, "refund-paid"),
  ]);
}

export const failedCase = (refund: Refund, now: Date): PaymentCase => ({
  caseId: `refund-failed.${sendingId(refund)}`,
  kind: "refund-failed",
  provider: refund.provider,
  paymentId: refund.paymentId,
  transactionId: refund.transactionId,
  refundId: refund.refundId,
  amountFen: refund.amountFen,
  openedAt: now.toISOString(),
  status: "open",
});

/** It came back. Where the original route is closed it goes by the bank; otherwise somebody has to look. */
export async function refundFailed(
  refund: Refund,
  failure: Omit<NonNullable<Refund["failure"]>, "at">,
): Promise<void> {
  const now = ledger.now();
  const byBank = refund.route === "provider" && closesRoute(failure.reason);
  const after = unasked(
    next(refund, {
      status: byBank ? "due" : "failed",
      route: byBank ? "bank" : refund.route,
      failure: { ...failure, at: now.toISOString() },
    }),
  );
  const opened = byBank ? [] : [casePart(failedCase(refund, now))];
  // What failed for a reason of ours is no matter of the payer's.
  const telling =
    after.route === "bank" ? told(refund, await findPayment(refund.paymentId), "refund-failed") : [];
  await post(ledger, refundFailedDraft(refund), [refundPart(after), ...opened, ...telling]);
}

/** Sent, and booked as sent before it is: a sending that nobody remembers would be sent again. */
async function markSent(refund: Refund, now: Date, askAt: string | undefined): Promise<Refund> {
  const sent = next(refund, {
    status: "sent",
    attempt: refund.attempt + 1,
    sentAt: now.toISOString(),
    asked: 0,
    ...(askAt !== undefined && { askAt }),
  });
  const kept = askAt === undefined ? unasked(sent) : sent;
  await post(ledger, refundSentDraft(kept), [refundPart(kept)]);
  return kept;
}

/** A refund by the bank, booked as on its way; the file that takes it there is made afterwards. */
export const bankRefundSent = (refund: Refund): Promise<Refund> => markSent(refund, ledger.now(), undefined);

/** What the provider says of a sending. */
async function settle(refund: Refund, said: ProviderRefund): Promise<void> {
  const now = ledger.now();
  switch (said.state) {
    case "succeeded":
      return refundArrived(refund, said.succeededAt ?? now.toISOString());
    case "abnormal":
    case "closed":
      return refundFailed(refund, { reason: said.state, code: said.state.toUpperCase() });
    default: {
      // With the provider, who may take days; that it has it is known.
      const askAt = new Date(now.getTime() + (refund.asked < 5 ? 60_000 : HOUR_MS)).toISOString();
      return save(next(refund, { askAt, asked: refund.asked + 1 }));
    }
  }
}

/** Hands a sending to the provider; the same sending again is no second one. */
async function handOver(refund: Refund, provider: PaymentProvider): Promise<void> {
  const { transactionId, amountFen, paidFen, receiver } = refund;
  let said: ProviderRefund;
  try {
    said = await provider.refund({
      refundId: sendingId(refund),
      transactionId,
      amountFen,
      paidFen,
      reason: refund.cause === "decided" ? "退款" : "付款未被接收，原路退回",
      ...(receiver !== undefined && { receiver }),
    });
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error;
    return refundFailed(refund, { reason: error.reason, code: error.code });
  }
  return settle(refund, said);
}

async function send(refund: Refund, provider: PaymentProvider): Promise<void> {
  const now = ledger.now();
  const route = await chosenRoute(refund, now);
  if (route === "bank" || refund.attempt >= SENDINGS)
    return save(unasked(next(refund, { route: "bank", asked: 0 })));
  const sent = await markSent({ ...refund, route }, now, askAgainAt(now, 0));
  return handOver(sent, provider);
}

/** What became of a sending whose answer was lost, or is not there yet. */
async function ask(refund: Refund, provider: PaymentProvider): Promise<void> {
  const { receiver } = refund;
  const said = await provider.findRefund({
    refundId: sendingId(refund),
    ...(receiver !== undefined && { receiver }),
  });
  return said.state === "absent" ? handOver(refund, provider) : settle(refund, said);
}

async function forwardOnce(refund: Refund): Promise<void> {
  if (refund.route === "bank" || !["due", "sent"].includes(refund.status))
    return refund.askAt === undefined ? undefined : save(unasked(next(refund, {})));
  const provider = await providerNamed(refund.provider);
  try {
    await (refund.status === "due" ? send(refund, provider) : ask(refund, provider));
  } catch (error) {
    if (!untold(error)) throw error;
    await postpone(refund.refundId);
  }
}

/** Brings a refund on as far as it goes now. What is still unknown a day after it was sent is a person's. */
export const forwardRefund = (refundId: string): Promise<void> =>
  again(async () => {
    const refund = await findRefund(refundId);
    if (refund) await forwardOnce(refund);
  });

/** The provider tells what became of a sending. Of one that is over, or of nobody's, it is not news. */
export const refundHeard = (sending: string, said: ProviderRefund): Promise<void> =>
  again(async () => {
    const { refundId, attempt } = ofSending(sending);
    const refund = await findRefund(refundId);
    if (refund?.status === "sent" && refund.attempt === attempt) await settle(refund, said);
  });

/** The provider did not answer: it is asked again later, and after a day by a person. */
async function postpone(refundId: string): Promise<void> {
  const refund = await findRefund(refundId);
  if (refund?.status !== "sent") return;
  const now = ledger.now();
  if (!isOverdue(refund.sentAt ?? refund.decidedAt, now))
    return save(next(refund, { askAt: askAgainAt(now, refund.asked + 1), asked: refund.asked + 1 }));
  const { refundId: id, provider, paymentId, transactionId, amountFen } = refund;
  const opened = {
    caseId: `unknown.${sendingId(refund)}`,
    kind: "unknown" as const,
    openedAt: now.toISOString(),
  };
  const about = { provider, paymentId, transactionId, refundId: id, amountFen, status: "open" as const };
  await ledger.db.commit([
    refundPart(unasked(next(refund, { asked: refund.asked + 1 }))),
    casePart({ ...opened, ...about }),
  ]);
}
