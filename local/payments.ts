import * as z from "zod";
import { ordered, planPayment } from "#shared/payments/opening.ts";
import { watchPayment } from "#shared/payments/telling.ts";
import { paymentAsShown } from "#shared/payments/views.ts";
import { callersPersonId } from "#shared/people/store.ts";
import { clock } from "#shared/platform/clock.ts";
import { dynamo } from "#shared/platform/dynamo.ts";

const paymentRequest = z.strictObject({
  /** The account that owes it, or the person. */
  sub: z.string().min(1).optional(),
  payerId: z.string().optional(),
  amountFen: z.number().int().min(1),
  seconds: z.number().int().min(1).default(900),
  receiver: z.string().optional(),
  for: z.discriminatedUnion("purpose", [
    z.strictObject({
      purpose: z.literal("fees"),
      eventId: z.string(),
      organiserId: z.string(),
      registrationId: z.string(),
    }),
    z.strictObject({ purpose: z.literal("cards"), merchantId: z.string(), cardId: z.string() }),
  ]),
});

/**
 * Makes a payment that an account owes. On one machine only: tests and demonstrations pay before every context that
 * asks for money is there.
 */
export async function makePayment(body: unknown) {
  const { sub = "", payerId, seconds, receiver, ...asked } = paymentRequest.parse(body);
  const now = clock.now();
  const { payment, parts } = planPayment(
    {
      ...asked,
      payerId: payerId ?? (await callersPersonId(sub)),
      description: asked.for.purpose === "fees" ? "报名费" : "健身卡",
      channel: { kind: "native" },
      expiresAt: new Date(now.getTime() + seconds * 1_000).toISOString(),
      ...(receiver !== undefined && { receiver }),
    },
    now,
  );
  await dynamo.commit(parts);
  await watchPayment(payment.paymentId);
  return paymentAsShown(await ordered(payment, now));
}
