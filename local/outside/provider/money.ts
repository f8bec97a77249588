import { move, nextId, type Order, type Refund, type Transaction } from "./books.ts";
import { paidBy } from "./orders.ts";
import { receiverOf, type Sandbox } from "./sandbox.ts";

/** The fee on what is paid: half a fen is one. */
export const feeOf = (amountFen: number, basisPoints: number): number =>
  basisPoints === 0 ? 0 : Math.max(1, Math.floor((amountFen * basisPoints + 5_000) / 10_000));

/** Books a payment: the amount in, the fee out. */
export function pay(
  sandbox: Sandbox,
  of: { order?: Order; outTradeNo: string; amountFen: number; subMchid?: string },
): Transaction {
  const { books, clock } = sandbox;
  const now = clock.now();
  const feeFen = feeOf(of.amountFen, books.config.feeBasisPoints);
  const paid = paidBy(sandbox, { ...of, feeFen, id: nextId(books, "4200", now) });
  books.transactions.push(paid);
  const common = {
    receiver: receiverOf(sandbox, paid),
    reference: paid.transactionId,
    voucher: paid.outTradeNo,
  };
  move(books, now, { ...common, type: "交易", direction: "收入", amountFen: paid.amountFen });
  move(books, now, { ...common, type: "扣除交易手续费", direction: "支出", amountFen: feeFen });
  return paid;
}

const ofTransaction = ({ books }: Sandbox, { transactionId }: Transaction): Refund[] =>
  books.refunds.filter((one) => one.transactionId === transactionId && one.state !== "CLOSED");

export const refundedFen = (sandbox: Sandbox, paid: Transaction): number =>
  ofTransaction(sandbox, paid).reduce((sum, { amountFen }) => sum + amountFen, 0);

/** The part of the fee that goes back with a refund, so that a payment given back in full has cost nothing. */
export function feeReturned(sandbox: Sandbox, paid: Transaction, amountFen: number): number {
  if (!sandbox.books.config.returnsFees) return 0;
  const before = ofTransaction(sandbox, paid).reduce((sum, one) => sum + one.feeReturnedFen, 0);
  const refunded = refundedFen(sandbox, paid) + amountFen;
  return Math.floor((paid.feeFen * refunded) / paid.amountFen) - before;
}

const movedBy = (sandbox: Sandbox, refund: Refund) => ({
  receiver: receiverOf(sandbox, refund),
  reference: refund.refundId,
  voucher: refund.outRefundNo,
});

/** A refund leaves the balance when it is accepted, not when it arrives. */
export function takeRefund(sandbox: Sandbox, refund: Refund): void {
  const { books, clock } = sandbox;
  const common = movedBy(sandbox, refund);
  move(books, clock.now(), {
    ...common,
    type: "退回交易手续费",
    direction: "收入",
    amountFen: refund.feeReturnedFen,
  });
  move(books, clock.now(), { ...common, type: "退款", direction: "支出", amountFen: refund.amountFen });
}

/** A refund that was given up comes back to the balance. */
export function putBack(sandbox: Sandbox, refund: Refund): void {
  const { books, clock } = sandbox;
  const common = movedBy(sandbox, refund);
  move(books, clock.now(), { ...common, type: "退款", direction: "收入", amountFen: refund.amountFen });
  move(books, clock.now(), {
    ...common,
    type: "扣除交易手续费",
    direction: "支出",
    amountFen: refund.feeReturnedFen,
  });
}
