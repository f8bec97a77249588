import { parseDate, parseInstant } from "./dates.ts";
import { type Fault, fault } from "./faults.ts";
import type { BankMapping } from "./mapping.ts";
import type { StatementLine } from "./model.ts";
import { parseFen } from "./money.ts";
import type { Row, Table } from "./table.ts";

/** The amount, positive for money in. */
function readAmount(row: Row, { cell }: Table, mapping: BankMapping): number | Fault {
  const style = mapping.statement.amounts;
  if (style.kind === "signed") {
    const fen = parseFen(cell(row, style.amount));
    if (fen === undefined || fen === 0) return fault("amount", row.row, style.amount);
    const word = fen > 0 ? style.in : style.out;
    return cell(row, style.direction) === word ? fen : fault("direction", row.row, style.direction);
  }
  const fenOf = (title: string) => (cell(row, title) === "" ? 0 : parseFen(cell(row, title)));
  const into = fenOf(style.in);
  const out = fenOf(style.out);
  if (out === undefined || out < 0) return fault("amount", row.row, style.out);
  if (into === undefined || into < 0) return fault("amount", row.row, style.in);
  return into > 0 === out > 0 ? fault("amount-sides", row.row, style.out) : into - out;
}

/** Reads a row as a line, or says by column why it is none. */
export function readLine(
  row: Row,
  table: Table,
  mapping: BankMapping,
): { line?: StatementLine; faults: Fault[] } {
  const { columns, returned } = mapping.statement;
  const text = (title: string) => table.cell(row, title);
  const amount = readAmount(row, table, mapping);
  const date = parseDate(text(columns.date), mapping.date);
  const bookedAt = parseInstant(text(columns.date), text(columns.time), mapping);
  const valueColumn = columns.valueDate ?? columns.date;
  const valueDate = parseDate(text(valueColumn), mapping.date);
  const serial = text(columns.serial);
  const balanceFen = parseFen(text(columns.balance));
  const wrong = [
    date === undefined && fault("date", row.row, columns.date),
    date !== undefined && bookedAt === undefined && fault("date", row.row, columns.time),
    columns.valueDate !== undefined && valueDate === undefined && fault("date", row.row, columns.valueDate),
    serial === "" && fault("serial-missing", row.row, columns.serial),
    typeof amount !== "number" && amount,
    balanceFen === undefined && fault("amount", row.row, columns.balance),
  ];
  const faults = wrong.filter((one) => one !== false);
  if (
    faults.length > 0 ||
    typeof amount !== "number" ||
    bookedAt === undefined ||
    valueDate === undefined ||
    balanceFen === undefined
  )
    return { faults };

  const summary = text(columns.summary);
  const returns = returned === undefined ? undefined : new RegExp(returned).exec(summary)?.[1];
  return {
    line: {
      lineNo: row.row,
      serial,
      bookedAt,
      valueDate,
      direction: amount > 0 ? "in" : "out",
      amountFen: Math.abs(amount),
      balanceFen,
      counterparty: {
        name: text(columns.counterpartyName),
        account: text(columns.counterpartyAccount),
        bank: text(columns.counterpartyBank),
      },
      summary,
      ...(returns !== undefined && { returns }),
    },
    faults: [],
  };
}
