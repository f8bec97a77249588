import { createHash, randomUUID } from "node:crypto";
import { dayOf, type Mistake, type Movement, type Refund, shanghaiTime, type Transaction } from "./books.ts";
import { invalidRequest, Refused } from "./refusal.ts";
import type { Sandbox } from "./sandbox.ts";

const TRADES =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类," +
  "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包," +
  "手续费,费率,订单金额,申请退款金额,费率备注";
const TRADE_TOTALS =
  "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
// The bill of one merchant has no column for whose it is; here all are in one file, and a last column tells.
const FUNDS =
  "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元)," +
  "资金变更提交申请人,备注,业务凭证号,特约商户号";
const FUNDS_TOTALS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额";

const yuan = (fen: number): string => {
  const digits = String(Math.abs(fen)).padStart(3, "0");
  return `${fen < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
const fee = (fen: number): string => `${yuan(fen)}000`;
const time = (instant: string): string => shanghaiTime(instant).slice(0, 19).replace("T", " ");
const line = (values: readonly string[]): string => values.map((value) => `\`${value}`).join(",");
const file = (lines: readonly string[]): string => `\uFEFF${lines.join("\r\n")}\r\n`;

interface TradeLine {
  paid: Transaction;
  refund?: Refund;
  amountFen: number;
}

/** The wrong bill that the controls asked for: rows left out, changed or twice. */
function mistaken<Row extends { amountFen: number }>(
  rows: readonly Row[],
  mistakes: readonly Mistake[],
  named: (row: Row) => readonly string[],
): Row[] {
  return rows.flatMap((row) => {
    const found = mistakes.find((one) => named(row).includes(one.row));
    switch (found?.mistake) {
      case "leave-out":
        return [];
      case "double":
        return [row, row];
      case "amount":
        return [{ ...row, amountFen: found.amountFen ?? row.amountFen + 1 }];
      default:
        return [row];
    }
  });
}

function tradeLine({ identity, books }: Sandbox, { paid, refund, amountFen }: TradeLine): string {
  const states = {
    PROCESSING: "PROCESSING",
    SUCCESS: "SUCCESS",
    CLOSED: "FAIL",
    ABNORMAL: "CHANGE",
  } as const;
  const refunded = refund
    ? [refund.refundId, refund.outRefundNo, yuan(amountFen), "0.00", "ORIGINAL", states[refund.state]]
    : ["0", "0", "0.00", "0.00", "", ""];
  return line([
    time(refund ? refund.acceptedAt : paid.paidAt),
    identity.appId,
    identity.mchid,
    paid.subMchid ?? "0",
    "",
    paid.transactionId,
    paid.outTradeNo,
    paid.openId,
    paid.tradeType,
    refund ? "REFUND" : "SUCCESS",
    "OTHERS",
    "CNY",
    refund ? "0.00" : yuan(amountFen),
    "0.00",
    ...refunded,
    paid.description,
    "",
    fee(refund ? -refund.feeReturnedFen : paid.feeFen),
    `${yuan(books.config.feeBasisPoints)}%`,
    refund ? "0.00" : yuan(amountFen),
    refund ? yuan(amountFen) : "0.00",
    "",
  ]);
}

const sum = <Row>(rows: readonly Row[], of: (row: Row) => number) =>
  rows.reduce((total, row) => total + of(row), 0);

function tradesOf(sandbox: Sandbox, date: string, mistakes: readonly Mistake[]): string | undefined {
  const { books } = sandbox;
  const all: (TradeLine & { at: string })[] = [
    ...books.transactions.map((paid) => ({ at: paid.paidAt, paid, amountFen: paid.amountFen })),
    ...books.refunds.flatMap((refund) => {
      const paid = books.transactions.find((one) => one.transactionId === refund.transactionId);
      return paid ? [{ at: refund.acceptedAt, paid, refund, amountFen: refund.amountFen }] : [];
    }),
  ];
  const ofDay = all.filter(({ at }) => dayOf(at) === date).toSorted((a, b) => a.at.localeCompare(b.at));
  if (ofDay.length === 0) return undefined;
  const rows = mistaken(ofDay, mistakes, ({ paid, refund }) =>
    refund ? [refund.outRefundNo, refund.refundId] : [paid.outTradeNo, paid.transactionId],
  );
  const paid = sum(rows, ({ refund, amountFen }) => (refund ? 0 : amountFen));
  const refunded = sum(rows, ({ refund, amountFen }) => (refund ? amountFen : 0));
  const fees = sum(rows, (row) => (row.refund ? -row.refund.feeReturnedFen : row.paid.feeFen));
  const totals = [
    String(rows.length),
    yuan(paid),
    yuan(refunded),
    "0.00",
    fee(fees),
    yuan(paid),
    yuan(refunded),
  ];
  return file([TRADES, ...rows.map((row) => tradeLine(sandbox, row)), TRADE_TOTALS, line(totals)]);
}

const fundsLine = ({ identity }: Sandbox, of: Movement): string =>
  line([
    time(of.at),
    of.reference,
    of.flowId,
    of.type,
    of.type,
    of.direction,
    yuan(of.amountFen),
    yuan(of.balanceFen),
    "system",
    "",
    of.voucher,
    of.receiver === identity.mchid ? "0" : of.receiver,
  ]);

function fundsOf(sandbox: Sandbox, date: string, mistakes: readonly Mistake[]): string | undefined {
  const ofDay = sandbox.books.movements.filter(({ at }) => dayOf(at) === date);
  if (ofDay.length === 0) return undefined;
  // One payment moves the balance twice: a row is called by its type and what moved it, a paying out by its reference.
  const rows = mistaken(ofDay, mistakes, ({ type, reference, voucher, flowId }) => [
    flowId,
    ...[reference, voucher].map((of) => (type === "提现" ? of : `${type} ${of}`)),
  ]);
  const ways = (["收入", "支出"] as const).flatMap((direction) => {
    const those = rows.filter((row) => row.direction === direction);
    return [String(those.length), yuan(sum(those, ({ amountFen }) => amountFen))];
  });
  const totals = [String(rows.length), ...ways];
  return file([FUNDS, ...rows.map((row) => fundsLine(sandbox, row)), FUNDS_TOTALS, line(totals)]);
}

/** Where a day's bill can be fetched. There is none of a day that has not ended, and none of one without rows. */
export function askForBill(
  sandbox: Sandbox,
  kind: Mistake["kind"],
  date: string | null,
  base: string,
): { hash_type: string; hash_value: string; download_url: string } {
  const { books, clock } = sandbox;
  if (date === null || !/^\d{4}-\d{2}-\d{2}$/.test(date)) throw invalidRequest("账单日期不正确");
  if (date >= dayOf(clock.now())) throw new Refused(400, "STATEMENT_CREATING", "账单生成中");
  const mistakes = books.mistakes.filter((one) => one.kind === kind && one.date === date);
  const text = kind === "trades" ? tradesOf(sandbox, date, mistakes) : fundsOf(sandbox, date, mistakes);
  if (text === undefined) throw new Refused(400, "NO_STATEMENT_EXIST", "账单文件不存在");
  const token = randomUUID();
  books.bills = { ...Object.fromEntries(Object.entries(books.bills).slice(-20)), [token]: text };
  return {
    hash_type: "SHA1",
    hash_value: createHash("sha1").update(text).digest("hex"),
    download_url: `${base}/v3/billdownload/file?token=${token}`,
  };
}

export function billBehind({ books }: Sandbox, token: string | null): string {
  const text = token === null ? undefined : books.bills[token];
  if (text === undefined) throw invalidRequest("账单地址已失效");
  return text;
}
