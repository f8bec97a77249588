import * as z from "zod";
import { balanceOf, inSeconds, nextId, type Refund, shanghaiTime, type Transaction } from "./books.ts";
import { feeReturned, putBack, refundedFen, takeRefund } from "./money.ts";
import { notify } from "./notices.ts";
import { invalidRequest, paramError, Refused } from "./refusal.ts";
import { merchantsOf, receiverOf, type Sandbox } from "./sandbox.ts";

const YEAR_MS = 365 * 86_400_000;
const AT_MOST = 50;

const wanted = z
  .strictObject({
    sub_mchid: z.string().optional(),
    transaction_id: z.string().optional(),
    out_trade_no: z.string().optional(),
    out_refund_no: z.string().regex(/^[0-9a-zA-Z_\-|*@]{1,64}$/),
    reason: z.string().max(80).optional(),
    notify_url: z.url().max(256).optional(),
    amount: z.strictObject({
      refund: z.int().positive(),
      total: z.int().positive(),
      currency: z.literal("CNY"),
    }),
  })
  .refine((of) => of.transaction_id !== undefined || of.out_trade_no !== undefined);

/** A refund as it is answered; a notification calls its state by another name. */
function shown(refund: Refund): object {
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: refund.transactionId,
    out_trade_no: refund.outTradeNo,
    channel: "ORIGINAL",
    user_received_account: "支付用户零钱",
    create_time: shanghaiTime(refund.acceptedAt),
    status: refund.state,
    ...(refund.succeededAt !== undefined && { success_time: shanghaiTime(refund.succeededAt) }),
    ...(refund.subMchid !== undefined && { sub_mchid: refund.subMchid }),
    amount: {
      total: refund.totalFen,
      refund: refund.amountFen,
      payer_total: refund.totalFen,
      payer_refund: refund.amountFen,
      currency: "CNY",
    },
  };
}

function refuseUnfit(sandbox: Sandbox, paid: Transaction, amountFen: number, totalFen: number): void {
  const { books, clock } = sandbox;
  if (totalFen !== paid.amountFen) throw invalidRequest("订单金额与原订单不一致");
  if (clock.now().getTime() > Date.parse(paid.paidAt) + YEAR_MS)
    throw invalidRequest("订单已超过可退款的最大期限");
  if (refundedFen(sandbox, paid) + amountFen > paid.amountFen) throw invalidRequest("退款金额大于可退金额");
  if (books.refunds.filter((one) => one.transactionId === paid.transactionId).length >= AT_MOST)
    throw invalidRequest("部分退款次数超过上限");
  const available = balanceOf(books, receiverOf(sandbox, paid)) + feeReturned(sandbox, paid, amountFen);
  if (available < amountFen) throw new Refused(403, "NOT_ENOUGH", "基本账户余额不足");
}

/** Accepts a refund, or answers the same one again. */
export function makeRefund(sandbox: Sandbox, body: unknown): object {
  const { books, clock } = sandbox;
  const read = wanted.safeParse(body);
  if (!read.success) throw paramError(`参数错误：${read.error.issues[0]?.path.join("/")}`);
  const { sub_mchid, transaction_id, out_trade_no, out_refund_no, notify_url, amount } = read.data;
  const paid = books.transactions.find(
    (one) =>
      one.subMchid === sub_mchid &&
      (transaction_id === undefined ? one.outTradeNo === out_trade_no : one.transactionId === transaction_id),
  );
  if (!paid) throw new Refused(404, "RESOURCE_NOT_EXISTS", "订单不存在");
  const known = books.refunds.find(({ outRefundNo }) => outRefundNo === out_refund_no);
  if (known) {
    const same = known.transactionId === paid.transactionId && known.amountFen === amount.refund;
    if (!same) throw invalidRequest("请求重入时，参数与首次请求时不一致");
    return shown(known);
  }
  refuseUnfit(sandbox, paid, amount.refund, amount.total);
  const now = clock.now();
  const refund: Refund = {
    ...(paid.subMchid !== undefined && { subMchid: paid.subMchid }),
    outRefundNo: out_refund_no,
    refundId: nextId(books, "5030", now),
    transactionId: paid.transactionId,
    outTradeNo: paid.outTradeNo,
    amountFen: amount.refund,
    totalFen: paid.amountFen,
    feeReturnedFen: feeReturned(sandbox, paid, amount.refund),
    state: "PROCESSING",
    acceptedAt: inSeconds(now),
    dueAt: new Date(now.getTime() + books.config.refundSeconds * 1_000).toISOString(),
    outcome: books.outcomes.shift() ?? "succeed",
    notifyUrl: notify_url ?? paid.notifyUrl,
  };
  books.refunds.push(refund);
  takeRefund(sandbox, refund);
  return shown(refund);
}

export function findRefund(sandbox: Sandbox, outRefundNo: string, subMchid: string | undefined): object {
  const found = sandbox.books.refunds.find(
    (one) => one.outRefundNo === outRefundNo && one.subMchid === subMchid,
  );
  if (!found) throw new Refused(404, "RESOURCE_NOT_EXISTS", "退款单不存在");
  return shown(found);
}

const states = { succeed: "SUCCESS", abnormal: "ABNORMAL", closed: "CLOSED" } as const;
const events = { SUCCESS: "REFUND.SUCCESS", ABNORMAL: "REFUND.ABNORMAL", CLOSED: "REFUND.CLOSED" } as const;

/**
 * What becomes of a refund, and the merchant is told. Of an abnormal one the money stays with the platform until
 * somebody closes it or it arrives after all.
 */
export function endRefund(sandbox: Sandbox, refund: Refund, outcome: keyof typeof states): void {
  refund.state = states[outcome];
  if (refund.state === "SUCCESS") refund.succeededAt = inSeconds(sandbox.clock.now());
  if (refund.state === "CLOSED") putBack(sandbox, refund);
  const { status, ...rest } = shown(refund) as { status: string };
  notify(sandbox, {
    eventType: events[refund.state],
    originalType: "refund",
    url: refund.notifyUrl,
    resource: { ...merchantsOf(sandbox, refund), ...rest, refund_status: status },
  });
}

/** Ends every refund whose time has come. */
export function endDueRefunds(sandbox: Sandbox): void {
  const now = sandbox.clock.now().toISOString();
  for (const refund of sandbox.books.refunds)
    if (refund.state === "PROCESSING" && refund.outcome !== "hang" && refund.dueAt <= now)
      endRefund(sandbox, refund, refund.outcome);
}
