import { type BusinessDate, businessDate } from "#shared/platform/time.ts";
import { type Fault, fault, sameness } from "./faults.ts";
import type { BankMapping } from "./mapping.ts";
import { change, type StatementLine } from "./model.ts";
import { parseFen, writeYuan } from "./money.ts";
import type { StatedBalance } from "./particulars.ts";
import type { Row, Table } from "./table.ts";

const written = ({ lineNo, ...line }: StatementLine) => JSON.stringify(line);

/** Keeps the first line of each serial, and tells the others. */
export function duplicates(
  lines: readonly StatementLine[],
  mapping: BankMapping,
): { once: StatementLine[]; faults: Fault[] } {
  const first = new Map<string, StatementLine>();
  const faults: Fault[] = [];
  for (const line of lines) {
    const { serial, lineNo } = line;
    const before = first.get(serial);
    if (!before) first.set(serial, line);
    else {
      const same = sameness(written(before) === written(line));
      const facts = { serial, first: before.lineNo, ...same };
      faults.push(fault("duplicate-serial", lineNo, mapping.statement.columns.serial, facts));
    }
  }
  return { once: [...first.values()], faults };
}

/**
 * Each balance must follow from the one before, from the opening to the closing. After a break it goes on from the
 * balance that is written, so that one wrong line is one fault; across a row that could not be read nothing is said.
 */
export function balanceFaults(
  of: {
    lines: readonly StatementLine[];
    unreadable: readonly number[];
    opening: StatedBalance | undefined;
    closing: StatedBalance | undefined;
    cutOff: boolean;
  },
  mapping: BankMapping,
): Fault[] {
  const { columns, labels } = mapping.statement;
  const faults: Fault[] = [];
  let reached = 0;
  let balance = of.opening?.fen;
  const gap = (until: number) => of.unreadable.some((row) => row > reached && row < until);
  for (const line of of.lines) {
    if (gap(line.lineNo)) balance = undefined;
    const wanted = balance === undefined ? undefined : balance + change(line);
    if (wanted !== undefined && wanted !== line.balanceFen) {
      const facts = { wanted: writeYuan(wanted), found: writeYuan(line.balanceFen) };
      faults.push(fault("balance", line.lineNo, columns.balance, facts));
    }
    balance = line.balanceFen;
    reached = line.lineNo;
  }
  const known = !of.cutOff && !gap(Number.POSITIVE_INFINITY) && balance !== undefined;
  if (of.closing && known && balance !== of.closing.fen) {
    const facts = { wanted: writeYuan(balance ?? 0), found: writeYuan(of.closing.fen) };
    faults.push(fault("closing", of.closing.row, labels.closing ?? "", facts));
  }
  return faults;
}

/** A line of a day that the file is not about: most often one that an earlier file left out. */
export function periodFaults(
  lines: readonly StatementLine[],
  { from, to }: { from: BusinessDate | undefined; to: BusinessDate | undefined },
  mapping: BankMapping,
): Fault[] {
  return lines.flatMap(({ lineNo, bookedAt }) => {
    const date = businessDate(bookedAt);
    const outside = (from !== undefined && date < from) || (to !== undefined && date > to);
    return outside ? [fault("outside-period", lineNo, mapping.statement.columns.date, { date })] : [];
  });
}

/** Holds the row of totals against all lines as they are written, a line written twice too. */
export function totalsFaults(
  lines: readonly StatementLine[],
  totals: Row,
  { cell }: Table,
  mapping: BankMapping,
): Fault[] {
  const columns = mapping.statement.totals;
  if (!columns) return [];
  return (["out", "in"] as const).flatMap((direction) => {
    const title = columns[direction];
    const found = parseFen(cell(totals, title));
    if (found === undefined) return [fault("amount", totals.row, title)];
    const wanted = lines
      .filter((line) => line.direction === direction)
      .reduce((sum, { amountFen }) => sum + amountFen, 0);
    if (found === wanted) return [];
    return [fault("totals", totals.row, title, { wanted: writeYuan(wanted), found: writeYuan(found) })];
  });
}
