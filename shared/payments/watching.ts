import { ledger } from "#shared/ledger/ledger.ts";
import { Unavailable } from "#shared/platform/database.ts";
import { again } from "./again.ts";
import type { Payment } from "./model.ts";
import { type PaymentProvider, type ProviderPayment, untold } from "./port.ts";
import { providerNamed } from "./providers.ts";
import { receive } from "./receive.ts";
import { askAgainAt, isOverdue, toldOf } from "./rules.ts";
import { casePart, findPayment, next, paymentPart, unasked } from "./store.ts";

const save = (payment: Payment): Promise<void> => ledger.db.commit([paymentPart(payment)]);

/** Asked again later, and at once when its time is over. */
function postponed(payment: Payment, now: Date): Payment {
  const later = askAgainAt(now, payment.asked + 1);
  const { expiresAt } = payment;
  const askAt = now.toISOString() < expiresAt && expiresAt < later ? expiresAt : later;
  return next(payment, { askAt, asked: payment.asked + 1 });
}

/** The provider does not answer: after a day of that it is a person's to find out. */
async function unanswered(payment: Payment, now: Date): Promise<void> {
  if (!isOverdue(payment.createdAt, now)) return save(postponed(payment, now));
  const { paymentId, provider, amountFen } = payment;
  const about = { kind: "unknown", provider, paymentId, amountFen, status: "open" } as const;
  await ledger.db.commit([
    paymentPart(unasked(next(payment, { asked: payment.asked + 1 }))),
    casePart({ ...about, caseId: `unknown.${paymentId}.${payment.asked}`, openedAt: now.toISOString() }),
  ]);
}

const paidOf = async (payment: Payment, said: ProviderPayment): Promise<boolean> => {
  const told = toldOf(said);
  if (!told) return false;
  const { paymentId, receiver } = payment;
  await receive({ provider: payment.provider, paymentId, receiver, ...told });
  return true;
};

/** Its time is over: the provider takes no money for it any more, or has taken it already. */
async function close(payment: Payment, provider: PaymentProvider, said: ProviderPayment): Promise<void> {
  const closed = () => save(unasked(next(payment, { status: "closed" })));
  if (said.state !== "unpaid") return closed();
  if ((await provider.close(payment)) === "closed") return closed();
  if (!(await paidOf(payment, await provider.find(payment))))
    throw new Unavailable("paid, and not to be found");
}

async function lookOnce(payment: Payment): Promise<void> {
  const now = ledger.now();
  const provider = await providerNamed(payment.provider);
  try {
    const said = await provider.find(payment);
    if (await paidOf(payment, said)) return;
    if (said.state === "closed" || now.toISOString() >= payment.expiresAt)
      return await close(payment, provider, said);
  } catch (error) {
    if (!untold(error)) throw error;
    return unanswered(payment, now);
  }
  await save(postponed(payment, now));
}

/** Asks the provider what became of a payment it said nothing of (hard case: a notification is lost). */
export const lookAfter = (paymentId: string): Promise<void> =>
  again(async () => {
    const payment = await findPayment(paymentId);
    if (payment?.status === "pending" && payment.askAt !== undefined) await lookOnce(payment);
  });
