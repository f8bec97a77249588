import { stringify } from "csv-stringify/sync";
import { type FieldError, Refusal } from "#shared/platform/problem.ts";
import { encodeText, unwritable } from "./encoding.ts";
import type { BankMapping, PayoutField, PayoutLine } from "./mapping.ts";
import { writeYuan } from "./money.ts";
import { bankProblems } from "./problems.ts";

const texts = ["payeeAccount", "payeeName", "payeeBankNumber", "payeeBankName", "purpose"] as const;
const patterns: Partial<Record<keyof PayoutLine, RegExp>> = {
  reference: /^[A-Za-z0-9_-]{1,32}$/,
  payeeAccount: /^\d{5,32}$/,
  payeeBankNumber: /^\d{12}$/,
};

const say = (zh: string, en: string) => ({ zh, en });
const missing = say("缺少这一项", "It is missing");
const formula = say("不能以 = + - @ 开头，表格软件会当作公式", "A spreadsheet takes it for a formula");
const control = say("不能含有换行或控制字符", "It holds a line's end or a control character");
const delimiter = say("该银行的文件不能含有逗号或引号", "This bank's file takes no comma and no quote");
const foreign = say("含有该银行编码无法表示的字符", "It holds a character that the bank's encoding lacks");
const form = say("格式不正确", "It is not of the form that is needed");
const tooLong = say("过长", "It is too long");
const blank = say("首尾有空格", "It begins or ends in a blank");
const twice = say("同一文件中出现了两次", "It is in the file twice");
const amount = say("金额须为大于零的整数分", "It must be whole fen above zero");

function textFault(text: string, name: keyof PayoutLine, { payout, encoding }: BankMapping) {
  if (text.trim() === "") return missing;
  if (/\p{Cc}|[\u2028\u2029]/u.test(text)) return control;
  if (text !== text.trim()) return blank;
  if (name !== "reference" && /^[=+\-@]/.test(text)) return formula;
  if (!payout.quotes && /[",]/.test(text)) return delimiter;
  if (unwritable(text, encoding).length > 0) return foreign;
  const longest = { payeeName: payout.maxNameLength, payeeBankName: 100, purpose: payout.maxPurposeLength };
  if ([...text].length > (longest[name as keyof typeof longest] ?? 32)) return tooLong;
  return (patterns[name]?.test(text) ?? true) ? undefined : form;
}

/**
 * What keeps lines out of a bank's file, with pointers `/lines/{index}/{field}`; `/lines` for their number. Asked
 * before a batch is proposed, so that nobody approves what cannot be paid.
 */
export function payoutFaults(lines: readonly PayoutLine[], mapping: BankMapping): FieldError[] {
  const { maxRows } = mapping.payout;
  const faults: FieldError[] = [];
  const seen = new Set<string>();
  if (lines.length === 0 || lines.length > maxRows)
    faults.push({
      pointer: "/lines",
      message: say(`须为 1 至 ${maxRows} 笔`, `From 1 to ${maxRows} payouts go into a file`),
    });
  for (const [at, line] of lines.entries()) {
    const tell = (name: keyof PayoutLine, message: FieldError["message"] | undefined) => {
      if (message) faults.push({ pointer: `/lines/${at}/${name}`, message });
    };
    for (const name of ["reference", ...texts] as const) tell(name, textFault(line[name], name, mapping));
    tell("amountFen", Number.isSafeInteger(line.amountFen) && line.amountFen > 0 ? undefined : amount);
    tell("reference", seen.has(line.reference) ? twice : undefined);
    seen.add(line.reference);
  }
  return faults;
}

const cellOf = (line: PayoutLine, holds: PayoutField, sequence: number): string => {
  if (holds === "sequence") return String(sequence);
  return holds === "amount" ? writeYuan(line.amountFen) : line[holds];
};

/**
 * Writes the file for a bulk transfer (批量转账): the bank's columns in its order and encoding, amounts as `1234.56`.
 * Refuses `payout-unwritable` for what {@link payoutFaults} tells, all of it at once: no line is left out silently.
 *
 * The bytes hold names and accounts of payees: a caller keeps them only in the bucket that is made for them.
 */
export function writePayoutFile(lines: readonly PayoutLine[], mapping: BankMapping): Uint8Array {
  const errors = payoutFaults(lines, mapping);
  if (errors.length > 0) throw new Refusal(bankProblems.payoutUnwritable, { errors });
  const { columns, totals, quotes } = mapping.payout;
  const sum = lines.reduce((total, { amountFen }) => total + amountFen, 0);
  const rows = [
    ...(totals ? [[totals.count, String(lines.length), totals.amount, writeYuan(sum)]] : []),
    columns.map(([title]) => title),
    ...lines.map((line, at) => columns.map(([, holds]) => cellOf(line, holds, at + 1))),
  ];
  const text = stringify(rows, {
    record_delimiter: "windows",
    quote: quotes ? '"' : false,
  });
  return encodeText(text, mapping.encoding);
}
