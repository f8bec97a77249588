import * as z from "zod";
import type { ProviderPayment, ProviderRefund } from "../port.ts";

/** Of what the platform tells, only what is named here is read: never the payer. */
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const merchants = {
  mchid: z.string().optional(),
  sp_mchid: z.string().optional(),
  sub_mchid: z.string().optional(),
};

const paymentStates = {
  NOTPAY: "unpaid",
  USERPAYING: "unpaid",
  SUCCESS: "paid",
  REFUND: "refunded",
  CLOSED: "closed",
  REVOKED: "closed",
} as const satisfies Record<string, ProviderPayment["state"]>;

const refundStates = {
  PROCESSING: "processing",
  SUCCESS: "succeeded",
  CLOSED: "closed",
  ABNORMAL: "abnormal",
} as const satisfies Record<string, ProviderRefund["state"]>;

type StateName<States> = keyof States & string;
const namesOf = <States extends object>(states: States) =>
  Object.keys(states) as [StateName<States>, ...StateName<States>[]];

/** Whose it is: our merchant, and the one for whom it asked. */
interface Owner {
  merchant: string | undefined;
  receiver?: string;
}

const ownerOf = (of: z.infer<z.ZodObject<typeof merchants>>): Owner => ({
  merchant: of.mchid ?? of.sp_mchid,
  ...(of.sub_mchid !== undefined && { receiver: of.sub_mchid }),
});

/**
 * A transaction as a query and a notification show it. `total` is what the order came to: what a coupon of the
 * platform paid of it is ours as well.
 */
export const transaction = z
  .object({
    ...merchants,
    out_trade_no: z.string(),
    trade_state: z.enum(namesOf(paymentStates)),
    transaction_id: z.string().min(1).optional(),
    success_time: instant.optional(),
    amount: z.object({ total: z.int().positive(), currency: z.literal("CNY").default("CNY") }).optional(),
  })
  .transform(({ out_trade_no, trade_state, transaction_id, success_time, amount, ...of }, context) => {
    const owner = ownerOf(of);
    const state = paymentStates[trade_state];
    const about = { paymentId: out_trade_no, owner };
    if (state === "unpaid" || state === "closed") return { ...about, payment: { state } };
    if (transaction_id === undefined || success_time === undefined || amount === undefined) {
      context.addIssue("paid, and does not say what, when or under which id");
      return z.NEVER;
    }
    const paid = { transactionId: transaction_id, amountFen: amount.total, paidAt: success_time };
    return { ...about, payment: { state, ...paid } };
  });

const refundFields = {
  ...merchants,
  refund_id: z.string().min(1),
  out_refund_no: z.string(),
  success_time: instant.optional(),
  amount: z.object({ refund: z.int().positive() }),
};
const refundState = z.enum(namesOf(refundStates));

function refundOf(
  { refund_id, out_refund_no, success_time, amount, ...of }: z.infer<z.ZodObject<typeof refundFields>>,
  state: ProviderRefund["state"],
) {
  const refund: ProviderRefund = {
    state,
    providerRefundId: refund_id,
    amountFen: amount.refund,
    ...(state === "succeeded" && success_time !== undefined && { succeededAt: success_time }),
  };
  return { refundId: out_refund_no, owner: ownerOf(of), refund };
}

/** A refund as it is answered. */
export const refund = z
  .object({ ...refundFields, status: refundState })
  .transform(({ status, ...fields }) => refundOf(fields, refundStates[status]));

/** A refund as it is notified: its state has another name there. */
export const notifiedRefund = z
  .object({ ...refundFields, refund_status: refundState })
  .transform(({ refund_status, ...fields }) => refundOf(fields, refundStates[refund_status]));

/** What the payer's device needs, by the way it pays. */
export const prepared = {
  native: z.object({ code_url: z.string().min(1) }),
  h5: z.object({ h5_url: z.string().min(1) }),
  jsapi: z.object({ prepay_id: z.string().min(1) }),
} as const;

/** Where a bill can be fetched, and the hash of its bytes. */
export const billPlace = z.object({
  hash_type: z.literal("SHA1"),
  hash_value: z.string().regex(/^[0-9a-fA-F]{40}$/),
  download_url: z.url({ protocol: /^https?$/ }),
});
