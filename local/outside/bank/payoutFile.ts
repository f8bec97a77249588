import { parse } from "csv-parse/sync";
import iconv from "iconv-lite";
import { type BankId, banks } from "./banks.ts";
import { BankRefusal } from "./refusal.ts";
import type { PayoutRow } from "./state.ts";

export const payoutTitles = [
  "序号",
  "收款账号",
  "收款户名",
  "收款行联行号",
  "收款行名",
  "金额",
  "用途",
  "商户流水号",
];
const MAX_REFERENCE = 32;

const refuse = (line: number, message: string) => new BankRefusal(422, "file-refused", { line, message });

/** Bank A's upload cuts at every comma; bank B's reads quotes. */
function linesOf(bytes: Buffer, bank: BankId): string[][] {
  const utf8 = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
  if (bank === "a") {
    if (utf8) throw refuse(1, "文件编码应为GB18030");
    const lines = iconv.decode(bytes, "gb18030").split(/\r?\n/);
    return (lines.at(-1) === "" ? lines.slice(0, -1) : lines).map((line) => line.split(","));
  }
  if (!utf8) throw refuse(1, "文件应为带BOM的UTF-8");
  try {
    return parse(bytes, { bom: true, relax_column_count: true, skip_empty_lines: false });
  } catch (error) {
    throw refuse(Number((error as { lines?: number }).lines ?? 0), "文件格式不正确");
  }
}

/** Whole fen of `1234.56`; nothing else is an amount to this bank. */
const fenOf = (amount: string): number | undefined =>
  /^(0|[1-9]\d{0,11})\.\d{2}$/.test(amount) && Number(amount.replace(".", "")) > 0
    ? Number(amount.replace(".", ""))
    : undefined;

function rowOf(cells: readonly string[], line: number): PayoutRow {
  const [sequence = "", account = "", name = "", bankNumber = "", bankName = "", amount = "", purpose = ""] =
    cells;
  const reference = cells[7] ?? "";
  const amountFen = fenOf(amount);
  const complete =
    cells.length === payoutTitles.length &&
    /^\d+$/.test(account) &&
    name !== "" &&
    /^\d{12}$/.test(bankNumber) &&
    reference !== "" &&
    reference.length <= MAX_REFERENCE;
  const wrong = complete ? (amountFen === undefined ? "amountFormat" : undefined) : "rowFormat";
  return {
    line,
    cells: { sequence, account, name, bankNumber, bankName },
    amount,
    amountFen: amountFen ?? 0,
    purpose,
    reference,
    state: wrong ? "failed" : "waiting",
    family: wrong ?? "processing",
  };
}

/** Bank A wants number and sum first, and takes no file that does not come to them. */
function checkTotals(totals: readonly string[], rows: readonly PayoutRow[]): void {
  const [countLabel, count, amountLabel, amount] = totals;
  if (countLabel !== "总笔数" || amountLabel !== "总金额") throw refuse(1, "首行应为总笔数和总金额");
  const sum = rows.reduce((total, row) => total + (fenOf(row.amount) ?? 0), 0);
  const readable = rows.every((row) => fenOf(row.amount) !== undefined);
  if (Number(count) !== rows.length || (readable && fenOf(amount ?? "") !== sum))
    throw refuse(1, "总笔数或总金额与明细不符");
}

/** Reads a payout file. Refuses the whole for its form; a row that is wrong is refused as that row. */
export function readPayoutFile(bytes: Buffer, bank: BankId): PayoutRow[] {
  const lines = linesOf(bytes, bank);
  const before = bank === "a" ? 1 : 0;
  const titles = lines[before] ?? [];
  if (titles.join() !== payoutTitles.join()) throw refuse(before + 1, "表头与约定不符");
  const rows = lines.slice(before + 1).map((cells, at) => rowOf(cells, before + 2 + at));
  if (rows.length === 0) throw refuse(before + 2, "没有付款明细");
  if (bank === "a") checkTotals(lines[0] ?? [], rows);
  return rows;
}

/** Which bank has a 联行号. */
export const bankOf = (number: string): BankId | undefined =>
  (Object.keys(banks) as BankId[]).find((id) => banks[id].number === number);
