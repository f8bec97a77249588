import * as z from "zod";

/** Work on payments: what a provider told, or a payment that it is to be asked about. */
export const paymentsMessage = z.union([
  z.object({
    type: z.literal("leyun.payments.told.v1"),
    provider: z.string(),
    notificationId: z.string(),
  }),
  z.object({ type: z.literal("leyun.payments.due.v1"), paymentId: z.string() }),
]);

export type PaymentsMessage = z.output<typeof paymentsMessage>;
