import iconv from "iconv-lite";
import { wallClock } from "../shanghai.ts";
import { type BankId, banks } from "./banks.ts";
import type { Books } from "./books.ts";
import type { Mistakes } from "./mistakes.ts";
import { payoutTitles } from "./payoutFile.ts";
import { type Family, returnCodes, statusWords } from "./returnCodes.ts";
import type { Account, Batch, Mistake, PayoutRow, Transaction } from "./state.ts";

const yuan = (fen: number): string => {
  const digits = String(Math.abs(fen)).padStart(3, "0");
  return `${fen < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
const grouped = (fen: number) => yuan(fen).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const compact = (date: string) => date.replaceAll("-", "");
/** Keeps a spreadsheet from rounding a long number. */
const asText = (number: string) => (number === "" ? "" : `${number}\t`);

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function encode(rows: readonly (readonly string[])[], bank: BankId): Buffer {
  const { encoding, lineEnd } = banks[bank];
  const text = rows.map((row) => row.map(quoted).join(",") + lineEnd).join("");
  return iconv.encode(text, encoding, { addBOM: encoding === "utf-8" });
}

/** Cut somewhere in the middle, also of a character. */
function cut(bytes: Buffer, mistakes: readonly Mistake[]): Buffer {
  const mistake = mistakes.find(({ kind }) => kind === "cut-off");
  return mistake ? bytes.subarray(0, Math.floor((bytes.length * (mistake.keeps ?? 500)) / 1000)) : bytes;
}

const sum = (lines: readonly Transaction[], side: Transaction["side"]) =>
  lines.filter((line) => line.side === side).reduce((total, { amountFen }) => total + amountFen, 0);

interface Day {
  account: Account;
  date: string;
  lines: readonly Transaction[];
  opening: number;
  closing: number;
  wrongByFen: number;
}

function statementOfA({ account, date, lines, wrongByFen }: Day): string[][] {
  const row = (line: Transaction) => {
    const { date: day, time } = wallClock(line.at);
    const amount = grouped(line.amountFen);
    return [
      day,
      time,
      asText(line.serial),
      line.summary,
      line.side === "debit" ? amount : "",
      line.side === "credit" ? amount : "",
      grouped(line.balanceFen),
      line.counterparty.name,
      asText(line.counterparty.number),
      line.counterparty.bank,
    ];
  };
  const debit = grouped(sum(lines, "debit"));
  const credit = grouped(sum(lines, "credit") + wrongByFen);
  return [
    ["账号", asText(account.number)],
    ["户名", account.name],
    ["起止日期", `${date} 至 ${date}`],
    ["币种", "人民币"],
    [],
    [
      ...["交易日期", "交易时间", "流水号", "摘要", "借方发生额", "贷方发生额"],
      ...["余额", "对方户名", "对方账号", "对方开户行"],
    ],
    ...lines.map(row),
    ["合计", "", `共${lines.length}笔`, "", debit, credit, "", "", "", ""],
  ];
}

function statementOfB({ account, date, lines, opening, closing, wrongByFen }: Day): string[][] {
  const row = (line: Transaction) => {
    const { date: day, time } = wallClock(line.at);
    const debit = line.side === "debit";
    return [
      compact(day),
      time.replaceAll(":", ""),
      compact(line.valueDate),
      line.serial,
      debit ? "D" : "C",
      yuan(debit ? -line.amountFen : line.amountFen),
      yuan(line.balanceFen),
      line.counterparty.name,
      line.counterparty.number,
      line.counterparty.bank,
      line.summary,
    ];
  };
  return [
    ["账号", account.number, "账户名称", account.name, "币种", "CNY"],
    ["开始日期", compact(date), "结束日期", compact(date)],
    ["期初余额", yuan(opening), "期末余额", yuan(closing + wrongByFen), "笔数", String(lines.length)],
    [
      ...["记账日", "记账时间", "起息日", "交易流水号", "借贷标志", "发生额"],
      ...["账户余额", "对方户名", "对方账号", "对方行名", "摘要"],
    ],
    ...lines.map(row),
  ];
}

/** The statement of an account's day as its bank writes it, with the bank's mistakes. */
export function writeStatement(
  account: Account,
  date: string,
  books: Books,
  planted: readonly Mistake[],
): { bytes: Buffer; shown: readonly Mistake[] } {
  const { transactions, opening, closing } = books.day(account.number, date);
  const of = (kind: Mistake["kind"], serial: string) =>
    planted.find((one) => one.kind === kind && one.serial === serial);
  const lines = transactions.flatMap((line) => {
    if (of("missing-line", line.serial)) return [];
    const wrong = of("wrong-amount", line.serial);
    const shown = wrong ? { ...line, amountFen: wrong.shownFen ?? line.amountFen } : line;
    return of("duplicate-line", line.serial) ? [shown, shown] : [shown];
  });
  const appearing = planted
    .filter(({ kind, appearsOn }) => kind === "missing-line" && appearsOn === date)
    .flatMap(({ serial }) => books.ofAccount(account.number).filter((line) => line.serial === serial));
  const wrongByFen = planted.find(({ kind }) => kind === "wrong-total")?.byFen ?? 0;
  const day = { account, date, lines: [...appearing, ...lines], opening, closing, wrongByFen };
  const rows = account.bank === "a" ? statementOfA(day) : statementOfB(day);
  return { bytes: cut(encode(rows, account.bank), planted), shown: planted };
}

const refusedAtOnce: readonly string[] = ["duplicate", "amountFormat", "rowFormat"];

/** What the file says of a row: while results are late, no word of what became of it. */
function told(row: PayoutRow, mistakes: readonly Mistake[]): { family: Family; decided: boolean } {
  const late = mistakes.find(({ kind }) => kind === "late-result");
  if (late && !refusedAtOnce.includes(row.family))
    return { family: late.shows ?? "processing", decided: false };
  return { family: row.family, decided: row.processedAt !== undefined };
}

/** The results of a batch as its bank writes them. */
export function writeResults(
  batch: Batch,
  mistakes: Mistakes,
  now: Date,
): { bytes: Buffer; shown: Mistake[] } {
  const shown = mistakes.ofResults(batch, now);
  const rows = batch.rows.map((row) => {
    const { family, decided } = told(row, shown);
    const code = returnCodes[family];
    const { date, time } = wallClock(row.processedAt ?? batch.submittedAt);
    const at = batch.bank === "a" ? `${date} ${time}` : compact(date) + time.replaceAll(":", "");
    const number = batch.bank === "a" ? asText(row.cells.account) : row.cells.account;
    const cause = row.cause && decided ? `：${returnCodes[row.cause].message}` : "";
    return [
      ...[row.cells.sequence, number, row.cells.name, row.cells.bankNumber, row.cells.bankName],
      ...[row.amount, row.purpose, row.reference],
      statusWords[batch.bank][code.status],
      code[batch.bank],
      code.message + cause,
      decided ? (row.serial ?? "") : "",
      decided ? at : "",
    ];
  });
  const titles = [...payoutTitles, "处理状态", "返回码", "返回信息", "银行流水号", "处理时间"];
  const before = [["批次号", asText(batch.number)], ["总笔数", String(batch.rows.length)], []];
  const all = [...(batch.bank === "a" ? before : []), titles, ...rows];
  return { bytes: cut(encode(all, batch.bank), shown), shown };
}
