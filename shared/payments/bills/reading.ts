import { type Instant, isCalendarDate } from "#shared/platform/time.ts";

/** A payment or refund that a provider's bill of trades lists. */
export interface TradeRow {
  at: Instant;
  transactionId: string;
  /** Our id of the order, or whatever it was paid under. */
  paymentId: string;
  /** The merchant of the provider to whom it went; absent where it is the platform's own. */
  receiver?: string;
  kind: "payment" | "refund";
  /** What was paid or given back; never negative. */
  amountFen: number;
  /** The provider's fee for it: positive where it was taken, negative where it was given back with a refund. */
  feeFen: number;
  /** Our id of the sending of a refund. */
  refundId?: string;
  providerRefundId?: string;
  /** How the refund stood when the bill was made: it is listed once, on the day it was accepted. */
  refundState?: "succeeded" | "processing" | "failed";
}

/** A movement of a merchant's balance that a provider's bill of funds lists. */
export interface FundsRow {
  at: Instant;
  receiver?: string;
  /** `settlement`: paid out to the bank. `other`: something that this service does not cause. */
  kind: "payment" | "refund" | "fee" | "fee-return" | "settlement" | "other";
  direction: "in" | "out";
  /** Never negative. */
  amountFen: number;
  /** The balance after it. */
  balanceFen: number;
  /** The provider's id of what moved it: a transaction, a refund, or a paying out as the bank names it. */
  reference: string;
  /** Our id of it, where there is one. */
  voucher?: string;
}

/** A line that could not be read, or totals that are not those of the rows. Never what stood there. */
export interface BillFault {
  /** In the file, from 1. */
  line: number;
  /** The column, or `cells`, `header`, `totals`. */
  at: string;
}

export interface Bill<Row> {
  rows: Row[];
  faults: BillFault[];
}

/** Yuan as exact fen; `undefined` for a text that is no amount of whole fen. `0.60000` is 60. */
export function fenOf(yuan: string): number | undefined {
  const [, sign, whole = "", cents = ""] = /^(-?)(\d{1,11})(?:\.(\d{1,2})0*)?$/.exec(yuan) ?? [];
  if (sign === undefined) return undefined;
  const fen = Number(whole) * 100 + Number(cents.padEnd(2, "0"));
  return sign === "-" && fen !== 0 ? -fen : fen;
}

/** `2026-06-10 12:00:00` in Shanghai. */
function instantOf(text: string): Instant | undefined {
  const [, day = "", time] = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(text) ?? [];
  const at = new Date(`${day}T${time}+08:00`);
  return isCalendarDate(day) && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined;
}

/** Thrown for the first cell of a line that is not what it should be. */
class Unreadable extends Error {
  readonly at: string;
  constructor(at: string) {
    super(at);
    this.at = at;
  }
}

type Cells = ReadonlyMap<string, string>;

const cellOf = (cells: Cells, column: string): string => {
  const cell = cells.get(column);
  if (cell === undefined) throw new Unreadable(column);
  return cell;
};
const textIn = (cells: Cells, column: string): string => cellOf(cells, column) || unreadable(column);
const fenIn = (cells: Cells, column: string): number => fenOf(cellOf(cells, column)) ?? unreadable(column);
const instantIn = (cells: Cells, column: string): Instant =>
  instantOf(cellOf(cells, column)) ?? unreadable(column);

function unreadable(at: string): never {
  throw new Unreadable(at);
}

/** What is empty is written as nothing or as 0. */
const given = (text: string | undefined): string | undefined =>
  text === undefined || text === "" || text === "0" ? undefined : text;

/** Headings name their unit in brackets of either width. */
const heading = (text: string): string => text.replaceAll("（", "(").replaceAll("）", ")").trim();

/** Each value has a backtick before it, so that a comma within a value separates nothing. */
const valuesOf = (line: string): string[] =>
  line
    .replace(/^`/, "")
    .split(",`")
    .map((value) => value.trim());

interface Totals<Row> {
  /** The heading by which the line of totals' names is known. */
  first: string;
  /** By heading, what the rows come to. */
  sums: (rows: readonly Row[]) => Readonly<Record<string, number>>;
}

/** Reads a bill: names of columns, rows, names of totals, totals. */
function read<Row>(
  text: string,
  required: string,
  rowOf: (cells: Cells) => Row,
  totals: Totals<Row>,
): Bill<Row> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const names = (lines[0] ?? "").split(",").map(heading);
  if (!names.includes(required)) return { rows: [], faults: [{ line: 1, at: "header" }] };
  const rows: Row[] = [];
  const faults: BillFault[] = [];
  let at = 1;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.startsWith(totals.first)) break;
    if (line === "") continue;
    const values = valuesOf(line);
    try {
      if (values.length !== names.length) throw new Unreadable("cells");
      rows.push(rowOf(new Map(names.map((name, index) => [name, values[index] ?? ""]))));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      faults.push({ line: at + 1, at: error.at });
    }
  }
  return {
    rows,
    faults: [...faults, ...faultsOfTotals(lines, at, totals.first, totals.sums(rows), faults.length > 0)],
  };
}

/** A bill that was cut short has no totals, or others. Where a row could not be read they cannot be compared. */
function faultsOfTotals(
  lines: readonly string[],
  at: number,
  first: string,
  sums: Readonly<Record<string, number>>,
  unread: boolean,
): BillFault[] {
  const names = (lines[at] ?? "").split(",").map(heading);
  const values = valuesOf(lines[at + 1] ?? "");
  if (names[0] !== first || names.length !== values.length) return [{ line: at + 1, at: "totals" }];
  if (unread) return [];
  return Object.entries(sums).flatMap(([name, sum]) => {
    const value = values[names.indexOf(name)] ?? "";
    // A count is written as a number of its own, `3` or `3.0`.
    const told = name.endsWith("数") ? Number(value) : fenOf(value);
    return told === sum ? [] : [{ line: at + 2, at: name }];
  });
}

const sum = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

const refundStates: Readonly<Record<string, TradeRow["refundState"]>> = {
  SUCCESS: "succeeded",
  PROCESSING: "processing",
  FAIL: "failed",
  CLOSED: "failed",
  CHANGE: "failed",
  ABNORMAL: "failed",
};

/** Paid by a coupon of the merchant's own, less would be received than the bill's order says; nobody issues any. */
const sameFen = (cells: Cells, column: string, settled: string): number => {
  const fen = fenIn(cells, column);
  return fenIn(cells, settled) === fen && fen > 0 ? fen : unreadable(column);
};

function tradeRow(cells: Cells): TradeRow {
  const receiver = given(cells.get("特约商户号") ?? cells.get("子商户号"));
  const common = {
    at: instantIn(cells, "交易时间"),
    transactionId: textIn(cells, "微信订单号"),
    paymentId: textIn(cells, "商户订单号"),
    ...(receiver !== undefined && { receiver }),
    feeFen: fenIn(cells, "手续费"),
  };
  switch (cellOf(cells, "交易状态")) {
    case "SUCCESS":
      return { ...common, kind: "payment", amountFen: sameFen(cells, "订单金额", "应结订单金额") };
    case "REFUND": {
      const refundState = refundStates[cellOf(cells, "退款状态")] ?? unreadable("退款状态");
      return {
        ...common,
        kind: "refund",
        amountFen: sameFen(cells, "申请退款金额", "退款金额"),
        refundId: given(cellOf(cells, "商户退款单号")) ?? unreadable("商户退款单号"),
        providerRefundId: given(cellOf(cells, "微信退款单号")) ?? unreadable("微信退款单号"),
        refundState,
      };
    }
    default:
      return unreadable("交易状态");
  }
}

/**
 * The rows of a WeChat Pay bill of trades (交易账单, ALL). A line that says anything that this service does not know
 * is a fault and no row. The text itself names payers (用户标识): keep the rows, not the text.
 */
export const readTrades = (text: string): Bill<TradeRow> =>
  read(text, "微信订单号", tradeRow, {
    first: "总交易单数",
    sums: (rows) => ({
      总交易单数: rows.length,
      订单总金额: sum(rows, ({ kind, amountFen }) => (kind === "payment" ? amountFen : 0)),
      申请退款总金额: sum(rows, ({ kind, amountFen }) => (kind === "refund" ? amountFen : 0)),
      手续费总金额: sum(rows, ({ feeFen }) => feeFen),
    }),
  });

const fundsKinds: Readonly<Record<string, FundsRow["kind"]>> = {
  交易: "payment",
  退款: "refund",
  扣除交易手续费: "fee",
  退回交易手续费: "fee-return",
  提现: "settlement",
};

function fundsRow(cells: Cells): FundsRow {
  const receiver = given(cells.get("特约商户号") ?? cells.get("子商户号") ?? cells.get("二级商户号"));
  const voucher = given(cells.get("业务凭证号"));
  const amountFen = fenIn(cells, "收支金额(元)");
  const direction = { 收入: "in", 支出: "out" }[cellOf(cells, "收支类型")] as
    | FundsRow["direction"]
    | undefined;
  return {
    at: instantIn(cells, "记账时间"),
    ...(receiver !== undefined && { receiver }),
    kind: fundsKinds[cellOf(cells, "业务类型")] ?? "other",
    direction: direction ?? unreadable("收支类型"),
    amountFen: amountFen >= 0 ? amountFen : unreadable("收支金额(元)"),
    balanceFen: fenIn(cells, "账户结余(元)"),
    reference: textIn(cells, "微信支付业务单号"),
    ...(voucher !== undefined && { voucher }),
  };
}

/** The rows of a WeChat Pay bill of funds (资金账单, basic account). */
export const readFunds = (text: string): Bill<FundsRow> =>
  read(text, "资金流水单号", fundsRow, {
    first: "资金流水总笔数",
    sums: (rows) => {
      const of = (direction: FundsRow["direction"]) => rows.filter((row) => row.direction === direction);
      return {
        资金流水总笔数: rows.length,
        收入笔数: of("in").length,
        收入金额: sum(of("in"), ({ amountFen }) => amountFen),
        支出笔数: of("out").length,
        支出金额: sum(of("out"), ({ amountFen }) => amountFen),
      };
    },
  });
