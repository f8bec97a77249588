import { mayActFor } from "#shared/people/acting.ts";
import { callersPersonId } from "#shared/people/store.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import type { Payment } from "./model.ts";
import { findPayment } from "./store.ts";

/** A payment of the caller's, or of somebody the caller acts for; another's does not exist. Refuses `not-found`, `profile-missing`. */
export async function ownPayment(caller: Caller, paymentId: string): Promise<Payment> {
  const personId = await callersPersonId(caller.sub);
  const payment = await findPayment(paymentId);
  if (!payment || !(await mayActFor(personId, payment.payerId))) throw new Refusal(problems.notFound);
  return payment;
}
