import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fenOf, readFunds, readTrades } from "#shared/payments/bills/reading.ts";

const TRADES =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const TRADE_TOTALS =
  "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
const FUNDS =
  "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额（元）,账户结余（元）,资金变更提交申请人,备注,业务凭证号";
const FUNDS_TOTALS = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额";

const line = (values: readonly string[]) => values.map((value) => `\`${value}`).join(",");
const file = (lines: readonly string[]) => `\uFEFF${lines.join("\r\n")}\r\n`;

const payment = (of: Readonly<Record<string, string>> = {}) => ({
  交易时间: "2026-06-10 12:00:05",
  公众账号ID: "wx0",
  商户号: "1900000109",
  特约商户号: "0",
  设备号: "",
  微信订单号: "4200001",
  商户订单号: "pay_1",
  用户标识: "oSecretPayer",
  交易类型: "NATIVE",
  交易状态: "SUCCESS",
  付款银行: "OTHERS",
  货币种类: "CNY",
  应结订单金额: "128.00",
  代金券金额: "0.00",
  微信退款单号: "0",
  商户退款单号: "0",
  退款金额: "0.00",
  充值券退款金额: "0.00",
  退款类型: "",
  退款状态: "",
  商品名称: "健步走, 成人组",
  商户数据包: "",
  手续费: "0.77000",
  费率: "0.60%",
  订单金额: "128.00",
  申请退款金额: "0.00",
  费率备注: "",
  ...of,
});
const refund = (of: Readonly<Record<string, string>> = {}) =>
  payment({
    特约商户号: "1900000201",
    交易状态: "REFUND",
    应结订单金额: "0.00",
    微信退款单号: "5030001",
    商户退款单号: "re_1-2",
    退款金额: "28.00",
    退款类型: "ORIGINAL",
    退款状态: "SUCCESS",
    手续费: "-0.17000",
    订单金额: "0.00",
    申请退款金额: "28.00",
    ...of,
  });
const trades = (rows: readonly Readonly<Record<string, string>>[], totals: readonly string[]) =>
  file([TRADES, ...rows.map((row) => line(Object.values(row))), TRADE_TOTALS, line(totals)]);
const bothTotals = ["2", "128.00", "28.00", "0.00", "0.60000", "128.00", "28.00"];

describe("yuan", () => {
  it("are whole fen, exactly, however many noughts follow", () => {
    expect(["0.01", "1", "1.1", "12.30", "0.60000", "-0.17000", "99999999999.99"].map(fenOf)).toEqual([
      1, 100, 110, 1230, 60, -17, 9_999_999_999_999,
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: -9_999_999_999, max: 9_999_999_999 }),
        fc.nat({ max: 4 }),
        (fen, noughts) => {
          const digits = String(Math.abs(fen)).padStart(3, "0");
          const text = `${fen < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}${"0".repeat(noughts)}`;
          expect(fenOf(text)).toBe(fen);
        },
      ),
    );
  });

  it("that are no whole fen, or no number, are none", () => {
    for (const text of ["", "0.001", "0.123", "1e3", "1,000.00", "+1", ".5", "1.", " 1", "１", "0x10", "NaN"])
      expect([text, fenOf(text)]).toEqual([text, undefined]);
  });
});

describe("a bill of trades", () => {
  it("is read by the names of its columns, a comma in a name notwithstanding", () => {
    expect(readTrades(trades([payment(), refund()], bothTotals))).toEqual({
      rows: [
        {
          at: "2026-06-10T04:00:05.000Z",
          kind: "payment",
          transactionId: "4200001",
          paymentId: "pay_1",
          amountFen: 12_800,
          feeFen: 77,
        },
        {
          at: "2026-06-10T04:00:05.000Z",
          kind: "refund",
          transactionId: "4200001",
          paymentId: "pay_1",
          receiver: "1900000201",
          amountFen: 2_800,
          feeFen: -17,
          refundId: "re_1-2",
          providerRefundId: "5030001",
          refundState: "succeeded",
        },
      ],
      faults: [],
    });
  });

  it("says of a refund how it stood", () => {
    const states = ["SUCCESS", "PROCESSING", "FAIL", "CHANGE"].map((state) => refund({ 退款状态: state }));
    const { rows } = readTrades(trades(states, ["4", "0.00", "112.00", "0.00", "-0.68", "0.00", "112.00"]));
    expect(rows.map(({ refundState }) => refundState)).toEqual([
      "succeeded",
      "processing",
      "failed",
      "failed",
    ]);
  });

  it.each([
    ["an amount that is no whole fen", payment({ 订单金额: "128.001" }), "订单金额"],
    ["an amount of nothing", payment({ 订单金额: "0.00", 应结订单金额: "0.00" }), "订单金额"],
    ["less settled than was paid", payment({ 应结订单金额: "127.00" }), "订单金额"],
    ["less given back than was asked", refund({ 退款金额: "27.00" }), "申请退款金额"],
    ["a fee that is no number", payment({ 手续费: "-" }), "手续费"],
    ["a day that is none", payment({ 交易时间: "2026-02-30 12:00:05" }), "交易时间"],
    ["no transaction", payment({ 微信订单号: "" }), "微信订单号"],
    ["a state that nobody knows", payment({ 交易状态: "REVOKED" }), "交易状态"],
    ["a refund's state that nobody knows", refund({ 退款状态: "?" }), "退款状态"],
    ["a refund without our number", refund({ 商户退款单号: "" }), "商户退款单号"],
  ])("with %s in a line has a fault there and every other row", (_, row, at) => {
    const { rows, faults } = readTrades(trades([row, payment({ 商户订单号: "pay_2" })], bothTotals));
    expect(faults).toEqual([{ line: 2, at }]);
    expect(rows.map(({ paymentId }) => paymentId)).toEqual(["pay_2"]);
  });

  it("with a line of too few values has a fault there", () => {
    const text = file([TRADES, line(Object.values(payment()).slice(1)), TRADE_TOTALS, line(bothTotals)]);
    expect(readTrades(text)).toEqual({ rows: [], faults: [{ line: 2, at: "cells" }] });
  });

  it.each([
    ["count", ["3", "128.00", "28.00", "0.00", "0.60", "128.00", "28.00"], "总交易单数"],
    ["sum of payments", ["2", "128.00", "28.00", "0.00", "0.60", "128.01", "28.00"], "订单总金额"],
    ["sum of refunds", ["2", "128.00", "28.00", "0.00", "0.60", "128.00", "28.10"], "申请退款总金额"],
    ["sum of fees", ["2", "128.00", "28.00", "0.00", "0.77", "128.00", "28.00"], "手续费总金额"],
  ])("whose %s is another than its rows' has a fault", (_, totals, at) => {
    const { rows, faults } = readTrades(trades([payment(), refund()], totals));
    expect(faults).toEqual([{ line: 5, at }]);
    expect(rows).toHaveLength(2);
  });

  it("that was cut short has a fault, wherever it was cut", () => {
    const text = trades([payment(), refund()], bothTotals);
    const whole = text.trimEnd().length;
    for (let length = 0; length < whole; length += 11)
      expect([length, readTrades(text.slice(0, length)).faults.length > 0]).toEqual([length, true]);
  });

  it("without totals says that they are missing", () => {
    const text = [TRADES, line(Object.values(payment()))].join("\n");
    expect(readTrades(text).faults).toEqual([{ line: 3, at: "totals" }]);
    expect(readTrades(`${text}\n${FUNDS_TOTALS}\n${line(["1", "1", "1.00", "0", "0.00"])}`).faults).toEqual([
      { line: 3, at: "cells" },
      { line: 4, at: "cells" },
      { line: 5, at: "totals" },
    ]);
  });

  it("never tells who paid, in rows or faults", () => {
    const read = readTrades(trades([payment(), payment({ 订单金额: "x" }), refund()], bothTotals));
    expect(JSON.stringify(read)).not.toContain("oSecretPayer");
  });
});

describe("a bill of funds", () => {
  const funds = (rows: readonly (readonly string[])[], totals: readonly string[], names = FUNDS) =>
    file([names, ...rows.map(line), FUNDS_TOTALS, line(totals)]);
  const row = (
    type: string,
    direction: string,
    amount: string,
    balance: string,
    reference: string,
    voucher = "",
  ) => [
    "2026-06-10 12:00:05",
    reference,
    "6000001",
    type,
    type,
    direction,
    amount,
    balance,
    "system",
    "缺货, 退",
    voucher,
  ];

  it("is read with every movement's kind, direction and balance", () => {
    const rows = [
      row("交易", "收入", "128.00", "128.00", "4200001", "pay_1"),
      row("扣除交易手续费", "支出", "0.77", "127.23", "4200001", "pay_1"),
      row("退款", "支出", "28.00", "99.23", "5030001", "re_1"),
      row("退回交易手续费", "收入", "0.17", "99.40", "5030001", "re_1"),
      row("提现", "支出", "99.40", "0.00", "7100001"),
      row("充值", "收入", "1.00", "1.00", "8100001"),
    ];
    const { rows: read, faults } = readFunds(funds(rows, ["6.0", "3.0", "129.17", "3.0", "128.17"]));
    expect(faults).toEqual([]);
    expect(
      read.map(({ kind, direction, amountFen, balanceFen }) => [kind, direction, amountFen, balanceFen]),
    ).toEqual([
      ["payment", "in", 12_800, 12_800],
      ["fee", "out", 77, 12_723],
      ["refund", "out", 2_800, 9_923],
      ["fee-return", "in", 17, 9_940],
      ["settlement", "out", 9_940, 0],
      ["other", "in", 100, 100],
    ]);
    expect(read[4]).toMatchObject({ reference: "7100001", at: "2026-06-10T04:00:05.000Z" });
    expect(read[0]).toMatchObject({ reference: "4200001", voucher: "pay_1" });
  });

  it("of several merchants says whose each is", () => {
    const names = `${FUNDS},特约商户号`;
    const rows = [
      [...row("交易", "收入", "1.00", "1.00", "4200001"), "1900000201"],
      [...row("交易", "收入", "1.00", "1.00", "4200002"), "0"],
    ];
    const { rows: read } = readFunds(funds(rows, ["2", "2", "2.00", "0", "0.00"], names));
    expect(read.map(({ receiver }) => receiver)).toEqual(["1900000201", undefined]);
  });

  it.each([
    ["a direction", row("交易", "转移", "1.00", "1.00", "4200001"), "收支类型"],
    ["an amount", row("交易", "收入", "-1.00", "1.00", "4200001"), "收支金额(元)"],
    ["a balance", row("交易", "收入", "1.00", "", "4200001"), "账户结余(元)"],
    ["a reference", row("交易", "收入", "1.00", "1.00", ""), "微信支付业务单号"],
  ])("with a line that lacks %s has a fault there", (_, bad, at) => {
    expect(readFunds(funds([bad], ["1", "1", "1.00", "0", "0.00"]))).toEqual({
      rows: [],
      faults: [{ line: 2, at }],
    });
  });

  it("whose totals are others than its rows' has a fault for each", () => {
    const rows = [row("交易", "收入", "1.00", "1.00", "4200001")];
    const { faults } = readFunds(funds(rows, ["2", "1", "2.00", "0", "0.00"]));
    expect(faults.map(({ at }) => at)).toEqual(["资金流水总笔数", "收入金额"]);
  });
});

it("a text that is no bill has a fault and no row", () => {
  for (const text of ["", "<html>502</html>", '{"code":"NO_AUTH"}', FUNDS_TOTALS])
    for (const read of [readTrades, readFunds])
      expect(read(text)).toEqual({ rows: [], faults: [{ line: 1, at: "header" }] });
});
