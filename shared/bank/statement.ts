import { balanceFaults, duplicates, periodFaults, totalsFaults } from "./continuity.ts";
import { type Fault, fault } from "./faults.ts";
import type { BankMapping, StatementMapping } from "./mapping.ts";
import { type BankStatement, change } from "./model.ts";
import { readParticulars } from "./particulars.ts";
import { readLine } from "./statementLine.ts";
import { countFaults, fileHash, type Row, readTable, type Table } from "./table.ts";

const titles = ({ columns, amounts }: StatementMapping): string[] => [
  ...Object.values(columns),
  ...(amounts.kind === "two-columns" ? [amounts.out, amounts.in] : [amounts.amount, amounts.direction]),
];

/** Parts the rows at the row of totals. A bank that writes one and has not done so here was cut off. */
function partAtTotals(
  table: Table,
  mapping: BankMapping,
): { rows: readonly Row[]; totals?: Row; faults: Fault[] } {
  const { totals } = mapping.statement;
  if (!totals || table.titles === undefined) return { rows: table.rows, faults: [] };
  const at = table.rows.findIndex((row) => table.cell(row, totals.column) === totals.word);
  const found = table.rows[at];
  if (!found) {
    const known = table.faults.some(({ kind }) => kind === "cut-off");
    return { rows: table.rows, faults: known ? [] : [fault("cut-off", table.lastRow, "")] };
  }
  const after = table.rows.slice(at + 1);
  return {
    rows: table.rows.slice(0, at),
    totals: found,
    faults: after.map(({ row }) => fault("after-totals", row, "")),
  };
}

/**
 * Reads a statement file (交易明细). Nothing throws, whatever the bytes: what is wrong is named by row and column,
 * and what could be read is given beside it. Whether a file with faults is used is its caller's decision.
 *
 * Not to be seen in one file alone: a line left out at the end of a day by a bank that states no closing balance.
 * The next file's opening balance shows it.
 *
 * Payers and payees are persons: callers keep names and accounts of counterparties masked or encrypted, and never
 * the bytes outside the bucket that is made for them.
 */
export function readStatement(bytes: Uint8Array, mapping: BankMapping): BankStatement {
  const table = readTable(bytes, mapping, titles(mapping.statement));
  const { account, name, from, to, opening, closing, faults } = readParticulars(table, mapping);
  const { rows, totals, faults: atTotals } = partAtTotals(table, mapping);
  const read = rows.map((row) => ({ row: row.row, ...readLine(row, table, mapping) }));
  const written = read.flatMap(({ line }) => line ?? []);
  const unreadable = [...table.unreadable, ...read.flatMap(({ row, line }) => (line ? [] : [row]))];
  const { once, faults: twice } = duplicates(written, mapping);
  const balances = balanceFaults(
    { lines: once, unreadable, opening, closing, cutOff: table.cutOff },
    mapping,
  );
  const period = periodFaults(once, { from, to }, mapping);
  const sums = totals && unreadable.length === 0 ? totalsFaults(written, totals, table, mapping) : [];

  const [first] = once;
  const last = once.at(-1);
  const firstRow = Math.min(Number.POSITIVE_INFINITY, ...unreadable);
  const derived = first && first.lineNo < firstRow ? first.balanceFen - change(first) : undefined;
  const whole =
    !table.cutOff && unreadable.every((row) => row < (last?.lineNo ?? 0)) && atTotals.length === 0;
  const openingFen = opening?.fen ?? derived;
  const closingFen = closing?.fen ?? (whole ? last?.balanceFen : undefined);
  return {
    mapping: { id: mapping.id, version: mapping.version },
    account,
    name,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    lines: once,
    ...(openingFen !== undefined && { openingFen }),
    ...(closingFen !== undefined && { closingFen }),
    faults: [
      ...table.faults,
      ...faults,
      ...countFaults(table, rows, mapping.statement.labels.count),
      ...read.flatMap((one) => one.faults),
      ...twice,
      ...period,
      ...balances,
      ...sums,
      ...atTotals,
    ].sort((a, b) => a.row - b.row),
    sha256: fileHash(bytes),
  };
}
