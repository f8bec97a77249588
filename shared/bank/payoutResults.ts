import type { Instant } from "#shared/platform/time.ts";
import { parseDateTime } from "./dates.ts";
import { type Fault, fault, sameness } from "./faults.ts";
import type { BankMapping, CodeMeaning, FailureReason } from "./mapping.ts";
import { parseFen } from "./money.ts";
import { countFaults, fileHash, type Row, readTable, type Table } from "./table.ts";

/** What a bank says became of one payout. */
export interface PayoutResult {
  /** Line of the file, counted from 1. */
  lineNo: number;
  /** Ours, from the payout file. */
  reference: string;
  /** As the bank repeats it; to be held against what was sent. */
  amountFen: number;
  /**
   * `pending` and `unknown` are no failures: the money may be on its way or have arrived, and it is not sent again
   * under another reference.
   */
  outcome: CodeMeaning["outcome"];
  reason?: FailureReason | "duplicate-reference";
  /** The bank's own code and words. */
  code: string;
  message: string;
  bankSerial?: string;
  processedAt?: Instant;
}

export interface PayoutResults {
  /** The mapping by which they were read. */
  mapping: { id: string; version: number };
  /** Each reference once. */
  rows: PayoutResult[];
  faults: Fault[];
  /** Of the file's bytes. */
  sha256: string;
}

/** What the row's code means, `unknown` where the row contradicts itself. */
function meaningOf(row: Row, table: Table, mapping: BankMapping): { meaning: CodeMeaning; fault?: Fault } {
  const { codes, columns } = mapping.results;
  const code = table.cell(row, columns.code);
  const known = Object.hasOwn(codes, code) ? codes[code] : undefined;
  const unknown = { outcome: "unknown" } as const;
  if (!known) return { meaning: unknown, fault: fault("code", row.row, columns.code) };
  if (table.cell(row, columns.status) !== known.status)
    return { meaning: unknown, fault: fault("status", row.row, columns.status, { code }) };
  const proven = table.cell(row, columns.bankSerial) !== "" && table.cell(row, columns.processedAt) !== "";
  if (known.outcome === "paid" && !proven)
    return { meaning: unknown, fault: fault("paid-without-serial", row.row, columns.bankSerial) };
  return { meaning: known };
}

function readResult(
  row: Row,
  table: Table,
  mapping: BankMapping,
): { result?: PayoutResult; faults: Fault[] } {
  const { columns } = mapping.results;
  const text = (title: string) => table.cell(row, title);
  const reference = text(columns.reference);
  const amountFen = parseFen(text(columns.amount));
  const time = text(columns.processedAt);
  const processedAt = time === "" ? undefined : parseDateTime(time, mapping);
  const { meaning, fault: doubt } = meaningOf(row, table, mapping);
  const wrong = [
    reference === "" && fault("reference-missing", row.row, columns.reference),
    (amountFen === undefined || amountFen <= 0) && fault("amount", row.row, columns.amount),
    time !== "" && processedAt === undefined && fault("date", row.row, columns.processedAt),
  ].filter((one) => one !== false);
  if (wrong.length > 0 || amountFen === undefined) return { faults: [...wrong, ...(doubt ? [doubt] : [])] };
  const bankSerial = text(columns.bankSerial);
  return {
    result: {
      lineNo: row.row,
      reference,
      amountFen,
      outcome: meaning.outcome,
      ...("reason" in meaning && meaning.reason !== undefined && { reason: meaning.reason }),
      code: text(columns.code),
      message: text(columns.message),
      ...(bankSerial !== "" && { bankSerial }),
      ...(processedAt !== undefined && { processedAt }),
    },
    faults: doubt ? [doubt] : [],
  };
}

const said = ({ lineNo, ...result }: PayoutResult) => JSON.stringify(result);

/** Keeps the first row of each reference. Where a later one says otherwise, neither is believed. */
function once(results: readonly PayoutResult[], column: string): { rows: PayoutResult[]; faults: Fault[] } {
  const rows = new Map<string, PayoutResult>();
  const faults: Fault[] = [];
  for (const result of results) {
    const before = rows.get(result.reference);
    if (!before) {
      rows.set(result.reference, result);
      continue;
    }
    const same = said(before) === said(result);
    const facts = { reference: result.reference, first: before.lineNo, ...sameness(same) };
    faults.push(fault("duplicate-reference", result.lineNo, column, facts));
    if (!same) {
      const { reason, ...doubted } = before;
      rows.set(result.reference, { ...doubted, outcome: "unknown" });
    }
  }
  return { rows: [...rows.values()], faults };
}

/**
 * Reads a result file (批量转账结果). Nothing throws: what is wrong is named by row and column. A row that contradicts
 * itself is `unknown`, never a guess.
 *
 * Not to be seen in the file alone: rows that are not there, where the bank announces no number. The caller holds the
 * references against those it sent; a payout without a row is not known to have failed. A success that the bank takes
 * back later stands only in a later statement, as a line with `returns`.
 */
export function readPayoutResults(bytes: Uint8Array, mapping: BankMapping): PayoutResults {
  const { columns } = mapping.results;
  const table = readTable(bytes, mapping, Object.values(columns));
  const read = table.rows.map((row) => readResult(row, table, mapping));
  const { rows, faults } = once(
    read.flatMap(({ result }) => result ?? []),
    columns.reference,
  );
  return {
    mapping: { id: mapping.id, version: mapping.version },
    rows,
    faults: [
      ...table.faults,
      ...countFaults(table, table.rows, mapping.results.count),
      ...read.flatMap((one) => one.faults),
      ...faults,
    ].sort((a, b) => a.row - b.row),
    sha256: fileHash(bytes),
  };
}
