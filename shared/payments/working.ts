import { ledger } from "#shared/ledger/ledger.ts";
import { ledgerProblems } from "#shared/ledger/problems.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { receive } from "./receive.ts";
import { forwardRefund, refundHeard } from "./refunding.ts";
import { toldOf } from "./rules.ts";
import { findTold, listDuePayments, listDueRefunds, listTold, markWorked, type Told } from "./store.ts";
import { lookAfter } from "./watching.ts";

async function workOn(told: Told): Promise<void> {
  const { provider, notification } = told;
  if (notification.about === "payment") {
    const { paymentId, receiver } = notification;
    const came = toldOf(notification);
    if (came) await receive({ provider, paymentId, receiver, ...came });
  }
  if (notification.about === "refund") await refundHeard(notification.refundId, notification);
  await markWorked(told);
}

/** Books what a provider told; a second time changes nothing. */
export async function workOnTold(provider: string, notificationId: string): Promise<void> {
  const told = await findTold(provider, notificationId);
  if (told && !told.worked) await workOn(told);
}

/** False while money is read-only: everything stands as it is and is found again afterwards. */
export async function moneyMoves(): Promise<boolean> {
  try {
    await ledger.gate();
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.problem === ledgerProblems.moneyReadOnly) return false;
    throw error;
  }
}

const AT_ONCE = 25;

/**
 * Brings on a page of everything that is due: what was told and not worked on, payments to be asked after, refunds to
 * be sent. One that fails does not hold the others up. Answers how many were handled, and the first failure.
 */
export async function sweepDue(now: Date): Promise<{ handled: number; failures: unknown[] }> {
  const [told, payments, refunds] = await Promise.all([
    listTold(now, AT_ONCE),
    listDuePayments(now, AT_ONCE),
    listDueRefunds(now, AT_ONCE),
  ]);
  const work = [
    ...told.map((one) => () => workOn(one)),
    ...payments.map(
      ({ paymentId }) =>
        () =>
          lookAfter(paymentId),
    ),
    ...refunds.map(
      ({ refundId }) =>
        () =>
          forwardRefund(refundId),
    ),
  ];
  const failures: unknown[] = [];
  for (const one of work) await one().catch((error: unknown) => failures.push(error));
  return { handled: work.length - failures.length, failures };
}
