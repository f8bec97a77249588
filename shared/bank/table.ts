import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { decodeText, UNREADABLE } from "./encoding.ts";
import { type Fault, fault } from "./faults.ts";
import type { BankMapping } from "./mapping.ts";

/** A row of the file. */
export interface Row {
  /** Line of the file, counted from 1. */
  row: number;
  /** Without blanks and tabs around: banks put a tab behind long numbers, to keep spreadsheets from rounding them. */
  cells: readonly string[];
}

/** A bank's file as rows. */
export interface Table {
  /** Missing where the file has no table. */
  titles?: Row;
  /** Before the titles. */
  particulars: readonly Row[];
  /** After the titles, without empty rows; as wide as the titles and readable. */
  rows: readonly Row[];
  /** Rows after the titles that are there and could not be read. */
  unreadable: readonly number[];
  /** What stands in a row below a title; empty where the bank's table lacks the column. */
  cell: (row: Row, title: string) => string;
  /** The file ends before its end. */
  cutOff: boolean;
  lastRow: number;
  faults: readonly Fault[];
}

/** Names a file by its bytes. */
export const fileHash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

interface Parsed {
  rows: Row[];
  broken: { row: number; open: boolean }[];
}

function parseRows(text: string): Parsed {
  const broken: Parsed["broken"] = [];
  const records = parse(text, {
    info: true,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      const row = Number(error?.["lines"] ?? 0);
      broken.push({ row, open: error?.code === "CSV_QUOTE_NOT_CLOSED" });
      return undefined;
    },
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const rows = records.map(({ record, info }) => ({
    row: info.lines,
    cells: record.map((cell) => cell.trim()),
  }));
  return { rows: rows.filter(({ cells }) => cells.some((cell) => cell !== "")), broken };
}

/** Where the table begins: the first row that holds most of the titles, so that a missing one can be told. */
const titlesOf = (rows: readonly Row[], wanted: readonly string[]): Row | undefined =>
  rows.find(({ cells }) => wanted.filter((title) => cells.includes(title)).length * 2 > wanted.length);

function titleFaults({ row, cells }: Row, wanted: readonly string[]): Fault[] {
  return wanted.flatMap((title) => {
    const times = cells.filter((cell) => cell === title).length;
    if (times === 0) return [fault("column-missing", row, title)];
    return times > 1 ? [fault("column-twice", row, title)] : [];
  });
}

const beginsAsUtf8 = (bytes: Uint8Array) => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

/** Why a row below the titles cannot be read as one. */
function rowFault({ row, cells }: Row, titles: Row, mapping: BankMapping): Fault | undefined {
  if (cells.length !== titles.cells.length)
    return fault("width", row, "", { wanted: titles.cells.length, found: cells.length });
  const at = cells.findIndex((cell) => cell.includes(UNREADABLE));
  if (at < 0) return undefined;
  return fault("encoding", row, titles.cells[at] ?? "", { encoding: mapping.encoding });
}

/**
 * Reads a file as a table whose titles are `wanted`. Nothing throws: what is wrong is a fault. A file that does not
 * end in a line's end is cut off, and its last row is not read: half an amount looks like an amount.
 */
export function readTable(bytes: Uint8Array, mapping: BankMapping, wanted: readonly string[]): Table {
  const text = decodeText(bytes, mapping.encoding);
  const { rows, broken } = parseRows(text);
  const cutOff = !text.endsWith("\n") || broken.some(({ open }) => open);
  const lastRow = Math.max(0, ...rows.map(({ row }) => row), ...broken.map(({ row }) => row));
  const kept = text.endsWith("\n") ? rows : rows.filter(({ row }) => row < lastRow);
  const faults: Fault[] = broken.filter(({ open }) => !open).map(({ row }) => fault("quoting", row, ""));
  if (cutOff) faults.push(fault("cut-off", lastRow, ""));

  const titles = titlesOf(kept, wanted);
  const none = { particulars: [], rows: [], unreadable: [], cell: () => "", cutOff, lastRow };
  if (!titles) {
    const other = text.includes(UNREADABLE) || (mapping.encoding !== "utf-8" && beginsAsUtf8(bytes));
    if (other) faults.push(fault("encoding", 0, "", { encoding: mapping.encoding }));
    return { ...none, faults: [...faults, fault("no-table", 0, "")] };
  }
  faults.push(...titleFaults(titles, wanted));
  if (faults.some(({ kind }) => kind.startsWith("column-"))) return { ...none, faults };

  const unreadable = broken.filter(({ row }) => row > titles.row).map(({ row }) => row);
  if (kept.length < rows.length) unreadable.push(lastRow);
  const below: Row[] = [];
  for (const row of kept.filter((one) => one.row > titles.row)) {
    const wrong = rowFault(row, titles, mapping);
    if (wrong) {
      faults.push(wrong);
      unreadable.push(row.row);
    } else below.push(row);
  }
  const columns = new Map(titles.cells.map((title, at) => [title, at]));
  return {
    titles,
    particulars: kept.filter(({ row }) => row < titles.row),
    rows: below,
    unreadable,
    cell: ({ cells }, title) => cells[columns.get(title) ?? -1] ?? "",
    cutOff,
    lastRow,
    faults,
  };
}

/** What stands in the cell after a label before the table, a colon behind the label or not. */
export function valueAfter(
  particulars: readonly Row[],
  label: string,
): { row: number; written: string } | undefined {
  for (const { row, cells } of particulars) {
    const at = cells.findIndex((cell) => cell.replace(/[:：]$/, "") === label);
    if (at >= 0) return { row, written: cells[at + 1] ?? "" };
  }
  return undefined;
}

/** Holds the rows against the number that the file announces before the table, where it does. */
export function countFaults(table: Table, rows: readonly Row[], label: string | undefined): Fault[] {
  if (label === undefined || !table.titles || table.cutOff) return [];
  const at = valueAfter(table.particulars, label);
  if (!at) return [fault("label-missing", 0, label)];
  if (!/^\d{1,9}$/.test(at.written)) return [fault("label-value", at.row, label)];
  const [wanted, found] = [Number(at.written), rows.length + table.unreadable.length];
  return wanted === found ? [] : [fault("count", at.row, label, { wanted, found })];
}
