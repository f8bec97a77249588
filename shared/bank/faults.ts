import type { Bilingual } from "#shared/platform/problem.ts";

/** What can be wrong with a bank's file, and how it is told. `{name}` is filled in. */
const reasons = {
  encoding: {
    zh: "含有无法识别的字节，不是约定的编码 {encoding}",
    en: "Holds bytes that are not {encoding}, the encoding agreed on",
  },
  "no-table": { zh: "没有找到表头行", en: "No row holds the titles of the table" },
  "column-missing": { zh: "缺少这一列", en: "The column is missing" },
  "column-twice": { zh: "这一列出现了两次", en: "The column is there twice" },
  "label-missing": { zh: "表头之前缺少这一项", en: "It is missing before the table" },
  "label-value": { zh: "这一项的内容无法识别", en: "What stands there cannot be read" },
  quoting: { zh: "引号不成对，这一行无法识别", en: "A quote is out of place: the row cannot be read" },
  width: { zh: "应有 {wanted} 列，实有 {found} 列", en: "{wanted} cells are expected and {found} are there" },
  date: { zh: "日期或时间无法识别", en: "The day or time cannot be read" },
  amount: { zh: "金额无法识别", en: "The amount cannot be read" },
  "amount-sides": {
    zh: "借方和贷方应当只有一方有大于零的金额",
    en: "Exactly one of debit and credit must hold an amount above zero",
  },
  direction: {
    zh: "借贷标志与金额的正负不符",
    en: "The word for debit or credit contradicts the amount's sign",
  },
  "serial-missing": { zh: "缺少流水号", en: "The serial number is missing" },
  "duplicate-serial": {
    zh: "流水号 {serial} 与第 {first} 行重复，内容{same}",
    en: "Serial {serial} is that of row {first}, {sameEn}",
  },
  balance: {
    zh: "余额与上一行不衔接：应为 {wanted}，实为 {found}",
    en: "The balance does not follow from the row before: {wanted} expected, {found} written",
  },
  closing: {
    zh: "期末余额与明细不符：应为 {wanted}，实为 {found}",
    en: "The closing balance is not what the lines come to: {wanted} expected, {found} written",
  },
  totals: {
    zh: "合计与明细不符：应为 {wanted}，实为 {found}",
    en: "The total is not what the lines come to: {wanted} expected, {found} written",
  },
  "after-totals": { zh: "合计行之后还有内容", en: "Something follows the row of totals" },
  "cut-off": { zh: "文件在此处中断，之后的内容缺失", en: "The file breaks off here" },
  "outside-period": {
    zh: "日期 {date} 不在文件的起止日期之内",
    en: "The day {date} is outside the period of the file",
  },
  "reference-missing": { zh: "缺少商户流水号", en: "The reference is missing" },
  "duplicate-reference": {
    zh: "商户流水号 {reference} 与第 {first} 行重复，结果{same}",
    en: "Reference {reference} is that of row {first}, {sameEn}",
  },
  code: { zh: "返回码不在约定的码表中", en: "The return code is not in the agreed table" },
  status: { zh: "处理状态与返回码 {code} 不符", en: "The status does not go with return code {code}" },
  "paid-without-serial": {
    zh: "处理状态为成功，但缺少银行流水号或处理时间",
    en: "It says paid without the bank's serial or the time",
  },
  count: { zh: "应有 {wanted} 笔，实有 {found} 笔", en: "{wanted} rows are announced and {found} are there" },
} as const satisfies Record<string, Bilingual>;

export type FaultKind = keyof typeof reasons;

/** Something wrong in a file. */
export interface Fault {
  kind: FaultKind;
  /** Line of the file, counted from 1; 0 is the file as a whole. A row on several lines is named by its last. */
  row: number;
  /** The bank's own title; empty for a whole row. */
  column: string;
  reason: Bilingual;
}

/** Names a fault. Of the file it quotes only what was read as amount, day, serial or code: nothing personal. */
export function fault(
  kind: FaultKind,
  row: number,
  column: string,
  facts: Readonly<Record<string, string | number>> = {},
): Fault {
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ""));
  return { kind, row, column, reason: { zh: fill(reasons[kind].zh), en: fill(reasons[kind].en) } };
}

/** How two rows of one name compare, as the texts above say it. */
export const sameness = (same: boolean) =>
  same ? { same: "相同", sameEn: "and the same" } : { same: "不同", sameEn: "and differs" };
