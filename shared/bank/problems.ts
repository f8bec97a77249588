import { problem } from "#shared/platform/problems.ts";

/** Refusals of files for a bank. */
export const bankProblems = {
  payoutUnwritable: problem(
    "payout-unwritable",
    422,
    "付款明细无法写入银行文件",
    "A payout cannot be written into the bank's file",
    "请按 errors 中列出的收款信息更正后重新生成。",
    "Correct the payees' particulars that errors lists and make the file again.",
  ),
} as const;
