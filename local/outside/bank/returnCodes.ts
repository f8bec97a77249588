import type { BankId } from "./banks.ts";

type Status = "paid" | "failed" | "processing" | "returned";

const code = (a: string, b: string, status: Status, message: string) => ({ a, b, status, message });

/** What a bank says of a payout, in both banks' codes. */
export const returnCodes = {
  success: code("0000", "S000", "paid", "交易成功"),
  nightly: code("0001", "P001", "processing", "受理成功，待营业时间处理"),
  processing: code("0002", "P002", "processing", "处理中"),
  tomorrow: code("0003", "P003", "processing", "超过当日累计限额，次日处理"),
  accountMissing: code("1001", "E101", "failed", "收款账号不存在"),
  nameMismatch: code("1002", "E102", "failed", "户名不符"),
  accountClosed: code("1003", "E103", "failed", "收款账户已销户"),
  accountDormant: code("1004", "E104", "failed", "收款账户为久悬户"),
  accountFrozen: code("1005", "E105", "failed", "收款账户已冻结"),
  bankMissing: code("1006", "E106", "failed", "收款行联行号不存在"),
  overLimit: code("2001", "E201", "failed", "单笔金额超过限额"),
  insufficient: code("2002", "E202", "failed", "付款账户余额不足"),
  payerState: code("2003", "E203", "failed", "付款账户状态不正常"),
  duplicate: code("3001", "E301", "failed", "商户流水号重复"),
  amountFormat: code("3002", "E302", "failed", "金额格式不正确"),
  rowFormat: code("3003", "E303", "failed", "收款信息不完整或格式不正确"),
  returned: code("4001", "R401", "returned", "已退汇"),
  unknown: code("9999", "U999", "processing", "交易结果未知，请稍后查询"),
} as const;

export type Family = keyof typeof returnCodes;

/** The banks' words for a status. */
export const statusWords: Readonly<Record<BankId, Readonly<Record<Status, string>>>> = {
  a: { paid: "成功", failed: "失败", processing: "处理中", returned: "已退汇" },
  b: { paid: "SUCC", failed: "FAIL", processing: "PROC", returned: "RTND" },
};
