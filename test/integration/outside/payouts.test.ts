import iconv from "iconv-lite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PayoutLine } from "#shared/bank/mapping.ts";
import { bankMappings } from "#shared/bank/mappings.ts";
import { writePayoutFile } from "#shared/bank/payoutFile.ts";
import { readPayoutResults } from "#shared/bank/payoutResults.ts";
import { readStatement } from "#shared/bank/statement.ts";
import { type BankAccount, bankNumbers, OutsideProcess, type SandboxBank } from "#test/support/bank.ts";

let bank: OutsideProcess;
beforeAll(async () => {
  bank = await OutsideProcess.start({ now: "2026-11-24T01:00:00.000Z" });
});
afterAll(() => bank.stop());

// Each test has a day of its own, since the bank's books never go back.
let days = 0;
let day = "";
beforeEach(() => {
  days += 10;
  day = new Date(Date.UTC(2026, 10, 24 + days)).toISOString().slice(0, 10);
  bank.to(day, "10:00:00");
});
const daysOn = (count: number) => new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10);

const mappings = { a: bankMappings["sandbox-a"], b: bankMappings["sandbox-b"] };
const banks: SandboxBank[] = ["a", "b"];
const other = { a: "b", b: "a" } as const;

const open = (of: SandboxBank, name: string, more: object = {}) =>
  bank.good<BankAccount>("POST /accounts", { bank: of, name, kind: "merchant", ...more });
const payerOf = (of: SandboxBank, depositFen: number, more: object = {}) =>
  open(of, "存管户", { kind: "custody", depositFen, ...more });
const balance = async (account: string) =>
  (await bank.good<BankAccount>(`GET /accounts/${account}`)).balanceFen;

let references = 0;
const lineTo = (
  of: SandboxBank,
  { number, name }: BankAccount,
  more: Partial<PayoutLine> = {},
): PayoutLine => {
  references += 1;
  return {
    reference: `ref-${references}`,
    payeeAccount: number,
    payeeName: name,
    payeeBankNumber: bankNumbers[of],
    payeeBankName: "沙盒银行",
    amountFen: 1_000,
    purpose: "结算",
    ...more,
  };
};

interface Submitted {
  batch: string;
  accepted: number;
  refused: { row: number; reference: string; code: string; message: string }[];
}
const submit = (payer: BankAccount, bytes: Uint8Array) =>
  bank.good<Submitted>(`POST /payouts?account=${payer.number}`, bytes);
const results = async (of: SandboxBank, { batch }: Submitted) =>
  readPayoutResults(await bank.file(`/payouts/${batch}/results`), mappings[of]);
const outcomes = async (of: SandboxBank, submitted: Submitted) => {
  const { rows, faults } = await results(of, submitted);
  expect(faults).toEqual([]);
  return rows.map(({ outcome, reason }) => (reason === undefined ? outcome : `${outcome} ${reason}`));
};

describe.each(banks)("a payout file for bank %s", (of) => {
  it("is taken row by row and paid: the results name every reference, the statement every serial", async () => {
    const payer = await payerOf(of, 1_000_000);
    const names = ["𠮷田健身", "㐂·瑜伽", "阿依古丽·买买提", "吴江（同里）体育"];
    const payees = await Promise.all(names.map((name) => open(of, name)));
    const lines = payees.map((payee, at) => lineTo(of, payee, { amountFen: 12_345 + at }));
    const submitted = await submit(payer, writePayoutFile(lines, mappings[of]));
    expect(submitted).toMatchObject({ accepted: 4, refused: [] });
    expect(await outcomes(of, submitted)).toEqual(["pending", "pending", "pending", "pending"]);
    expect(await balance(payer.number)).toBe(1_000_000);

    bank.to(day, "10:01:01");
    const { rows } = await results(of, submitted);
    expect(rows.map(({ reference, amountFen, outcome }) => [reference, amountFen, outcome])).toEqual(
      lines.map(({ reference, amountFen }) => [reference, amountFen, "paid"]),
    );
    expect(rows.every(({ processedAt }) => processedAt === `${day}T02:01:00.000Z`)).toBe(true);
    bank.to(daysOn(1), "06:30:00");
    const statement = readStatement(await bank.file(`/statements/${payer.number}/${day}`), mappings[of]);
    const out = statement.lines.filter(({ direction }) => direction === "out");
    expect(statement.faults).toEqual([]);
    expect(out.map(({ serial, amountFen, counterparty }) => [serial, amountFen, counterparty.name])).toEqual(
      rows.map(({ bankSerial, amountFen }, at) => [bankSerial, amountFen, names[at]]),
    );
    expect(await balance(payees[0]?.number ?? "")).toBe(12_345);
  });

  it("fails row by row for each reason a bank has, and moves no money for them", async () => {
    const payer = await payerOf(of, 10_000, { dailyLimitFen: 900_000 });
    const payee = await open(of, "正常户");
    const inState = async (state: string) => {
      const account = await open(of, `${state}户`);
      await bank.good(`PATCH /accounts/${account.number}`, { state });
      return account;
    };
    const states = await Promise.all(["closed", "dormant", "frozen"].map(inState));
    const lines = [
      lineTo(of, payee),
      lineTo(of, payee, { payeeName: "正常户吗" }),
      lineTo(of, { ...payee, number: "123456789" }),
      ...states.map((account) => lineTo(of, account)),
      lineTo(of, payee, { payeeBankNumber: "999999999999" }),
      lineTo(of, payee, { amountFen: 900_001 }),
      lineTo(of, payee, { amountFen: 9_001 }),
    ];
    const submitted = await submit(payer, writePayoutFile(lines, mappings[of]));
    bank.to(day, "10:02:00");
    expect(await outcomes(of, submitted)).toEqual([
      "paid",
      "failed name-mismatch",
      "failed account-missing",
      "failed account-closed",
      "failed account-closed",
      "failed account-frozen",
      "failed bank-unknown",
      "failed over-limit",
      "failed payer-funds",
    ]);
    expect(await balance(payer.number)).toBe(9_000);
  });

  it("to another bank leaves the account at once; a wrong name sends the money back", async () => {
    const payer = await payerOf(of, 10_000);
    const payee = await open(other[of], "他行户");
    const wrong = lineTo(other[of], payee, { payeeName: "她行户" });
    const nowhere = lineTo(other[of], { ...payee, number: "123456789" });
    const submitted = await submit(
      payer,
      writePayoutFile([lineTo(other[of], payee), wrong, nowhere], mappings[of]),
    );
    bank.to(day, "10:02:00");
    expect(await outcomes(of, submitted)).toEqual(["pending", "pending", "pending"]);
    expect(await balance(payer.number)).toBe(7_000);
    bank.to(day, "10:40:00");
    expect(await outcomes(of, submitted)).toEqual(["paid", "returned", "returned"]);
    expect(await balance(payer.number)).toBe(9_000);
    expect(await balance(payee.number)).toBe(1_000);
    const { rows } = await results(of, submitted);
    expect(rows.map(({ message }) => message)).toEqual([
      "交易成功",
      "已退汇：户名不符",
      "已退汇：收款账号不存在",
    ]);
    bank.to(daysOn(1), "06:30:00");
    const { lines } = readStatement(await bank.file(`/statements/${payer.number}/${day}`), mappings[of]);
    expect(lines.flatMap(({ returns }) => returns ?? [])).toEqual(
      rows.slice(1).map(({ bankSerial }) => bankSerial),
    );
  });

  it("sent twice pays once: the second time every reference is a duplicate, which is no failure", async () => {
    const payer = await payerOf(of, 10_000);
    const payee = await open(of, "商户");
    const bytes = writePayoutFile([lineTo(of, payee), lineTo(of, payee)], mappings[of]);
    const first = await submit(payer, bytes);
    const second = await submit(payer, bytes);
    expect(second).toMatchObject({ accepted: 0, refused: [{ message: "商户流水号重复" }, {}] });
    bank.to(day, "10:02:00");
    expect(await outcomes(of, first)).toEqual(["paid", "paid"]);
    expect(await outcomes(of, second)).toEqual([
      "unknown duplicate-reference",
      "unknown duplicate-reference",
    ]);
    expect(await balance(payee.number)).toBe(2_000);
  });

  it("at night is taken and waits for the morning", async () => {
    const payer = await payerOf(of, 10_000);
    const payee = await open(of, "商户");
    bank.to(day, "22:00:00");
    const submitted = await submit(payer, writePayoutFile([lineTo(of, payee)], mappings[of]));
    expect((await results(of, submitted)).rows).toMatchObject([
      { outcome: "pending", message: "受理成功，待营业时间处理" },
    ]);
    bank.to(daysOn(1), "08:30:59");
    expect(await outcomes(of, submitted)).toEqual(["pending"]);
    bank.to(daysOn(1), "08:31:00");
    expect(await outcomes(of, submitted)).toEqual(["paid"]);
  });

  it("over the account's limit of a day waits for the next day, in its order", async () => {
    const payer = await payerOf(of, 10_000, { dailyLimitFen: 2_500 });
    const payee = await open(of, "商户");
    const lines = [1, 2, 3, 4].map(() => lineTo(of, payee));
    const submitted = await submit(payer, writePayoutFile(lines, mappings[of]));
    bank.to(day, "17:00:00");
    expect(await outcomes(of, submitted)).toEqual(["paid", "paid", "pending", "pending"]);
    bank.to(daysOn(1), "12:00:00");
    expect(await outcomes(of, submitted)).toEqual(["paid", "paid", "paid", "paid"]);
  });

  it("from an account that is frozen fails", async () => {
    const payer = await payerOf(of, 10_000);
    const payee = await open(of, "商户");
    await bank.good(`PATCH /accounts/${payer.number}`, { state: "frozen" });
    const submitted = await submit(payer, writePayoutFile([lineTo(of, payee)], mappings[of]));
    bank.to(day, "10:02:00");
    expect(await outcomes(of, submitted)).toEqual(["failed payer-account"]);
  });
});

describe("the bank's upload", () => {
  const refusedFile = async (of: SandboxBank, bytes: Uint8Array) => {
    const payer = await payerOf(of, 10_000);
    const { status, bytes: body } = await bank.ask(`POST /payouts?account=${payer.number}`, bytes);
    return [status, JSON.parse(body.toString())];
  };
  const titles = "序号,收款账号,收款户名,收款行联行号,收款行名,金额,用途,商户流水号";
  const gb = (text: string) => iconv.encode(text, "gb18030");

  it("refuses a row with a wrong amount by its number and takes the others", async () => {
    const payer = await payerOf("a", 10_000);
    const payee = await open("a", "商户");
    const rows = ["10.00", "10.0", "1,000.00", "10元", "0.00", "-1.00"].map(
      (amount, at) => `${at},${payee.number},商户,${bankNumbers.a},行,${amount},用途,form-${at}`,
    );
    const submitted = await submit(
      payer,
      gb(`总笔数,6,总金额,10.00\r\n${titles}\r\n${rows.join("\r\n")}\r\n`),
    );
    expect(submitted.accepted).toBe(1);
    expect(submitted.refused.map(({ row, code }) => [row, code])).toEqual([
      [4, "3002"],
      [5, "3003"],
      [6, "3002"],
      [7, "3002"],
      [8, "3002"],
    ]);
  });

  const row = `1,12345,户,${bankNumbers.a},行,1.00,用途,t-1\r\n`;
  it.each<[string, SandboxBank, Uint8Array, number, string]>([
    [
      "UTF-8 to bank A",
      "a",
      Buffer.from(`\uFEFF总笔数,1,总金额,1.00\r\n${titles}\r\n${row}`),
      1,
      "文件编码应为GB18030",
    ],
    ["GB18030 to bank B", "b", gb(`${titles}\r\n${row}`), 1, "文件应为带BOM的UTF-8"],
    ["no totals to bank A", "a", gb(`${titles}\r\n${row}`), 2, "表头与约定不符"],
    ["a wrong sum", "a", gb(`总笔数,1,总金额,1.01\r\n${titles}\r\n${row}`), 1, "总笔数或总金额与明细不符"],
    ["a wrong number", "a", gb(`总笔数,2,总金额,1.00\r\n${titles}\r\n${row}`), 1, "总笔数或总金额与明细不符"],
    [
      "columns in another order",
      "b",
      Buffer.from(`\uFEFF${titles.replace("金额,用途", "用途,金额")}\n${row}`),
      1,
      "表头与约定不符",
    ],
    ["no rows", "b", Buffer.from(`\uFEFF${titles}\n`), 2, "没有付款明细"],
  ])("refuses a file: %s", async (_, of, bytes, line, message) => {
    expect(await refusedFile(of, bytes)).toEqual([422, { error: "file-refused", line, message }]);
  });
});
