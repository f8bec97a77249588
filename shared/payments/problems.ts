import { problem } from "#shared/platform/problems.ts";

/** Refusals of payments. */
export const paymentProblems = {
  refundExceeds: problem(
    "refund-exceeds",
    422,
    "退款金额超过可退金额",
    "More than may be given back",
    "可退金额为实付金额减去已退和退款中的金额；请减少金额。",
    "Give back at most what was paid less what was given back or is on its way.",
  ),
  notPaid: problem(
    "payment-not-paid",
    409,
    "该笔付款尚未完成",
    "It is not paid",
    "请先查询付款结果。",
    "Read first how the payment stands.",
  ),
  notOpen: problem(
    "payment-not-open",
    409,
    "该笔付款已结束",
    "It can be paid no more",
    "请重新发起付款。",
    "Make a new payment.",
  ),
  caseDecided: problem(
    "already-decided",
    409,
    "该事项已处理",
    "It was decided already",
    "请查看处理结果。",
    "Read what was decided.",
  ),
  decisionUnfit: problem(
    "decision-unfit",
    422,
    "该处理方式不适用于此事项",
    "That cannot be decided on such a case",
    "请从该事项允许的处理方式中选择。",
    "Choose one of the decisions that the case offers.",
  ),
  notIdentified: problem(
    "payment-not-matching",
    422,
    "所选付款与该笔到账不符",
    "The payment is not what that money is for",
    "所选付款须属于同一支付机构、金额相同，且尚未支付。",
    "Name a payment of the same provider and amount that is not paid.",
  ),
} as const;
