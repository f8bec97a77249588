import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { bankMappings } from "#shared/bank/mappings.ts";
import type { BankStatement } from "#shared/bank/model.ts";
import { readStatement } from "#shared/bank/statement.ts";

const a = bankMappings["sandbox-a"];
const b = bankMappings["sandbox-b"];
const inGb = (text: string) => iconv.encode(text.replaceAll("\n", "\r\n"), "gb18030");
const inUtf8 = (text: string) => Buffer.from(`\uFEFF${text}`);
const readA = (text: string) => readStatement(inGb(text), a);
const readB = (text: string) => readStatement(inUtf8(text), b);

/** Bank A; the titles are on line 6. */
const fileA = `账号,6299010100001\t
户名,吴江体育预付资金存管户
起止日期,2026-11-24 至 2026-11-24
币种,人民币

交易日期,交易时间,流水号,摘要,借方发生额,贷方发生额,余额,对方户名,对方账号,对方开户行
2026-11-24,09:30:15,2026112400000001\t,转账汇入,,"1,234.56","11,234.56",𠮷田·买买提,62220001\t,某银行
2026-11-24,10:00:00,2026112400000002\t,划付,234.56,,"11,000.00",㐂健身,62220002\t,某银行
2026-11-24,17:45:59,2026112400000003\t,退汇 原流水号2026112400000002,,234.56,"11,234.56",㐂健身,62220002\t,某银行
合计,,共3笔,,234.56,"1,469.12",,,,
`;

/** Bank B; the titles are on line 4. */
const fileB = `账号,889900001,账户名称,专项资金户,币种,CNY
开始日期,20261124,结束日期,20261125
期初余额,10000.00,期末余额,11234.56,笔数,3
记账日,记账时间,起息日,交易流水号,借贷标志,发生额,账户余额,对方户名,对方账号,对方行名,摘要
20261124,093015,20261124,00000001,C,1234.56,11234.56,"甲, 乙公司",62220001,某银行,转账汇入
20261125,000000,20261126,00000002,D,-234.56,11000.00,,,,划付
20261125,100000,20261125,00000003,C,234.56,11234.56,,,,退汇/原流水00000002
`;

const told = ({ faults }: BankStatement) => faults.map(({ kind, row, column }) => [kind, row, column]);
const serials = ({ lines }: BankStatement) => lines.map(({ serial }) => serial.slice(-1));

describe("a statement", () => {
  it("of bank A is read line by line, with its balances and characters beyond the basic plane", () => {
    const statement = readA(fileA);
    expect(statement).toMatchObject({
      mapping: { id: "sandbox-a", version: 1 },
      account: "6299010100001",
      name: "吴江体育预付资金存管户",
      from: "2026-11-24",
      to: "2026-11-24",
      openingFen: 1_000_000,
      closingFen: 1_123_456,
      faults: [],
    });
    expect(statement.lines).toEqual([
      {
        lineNo: 7,
        serial: "2026112400000001",
        bookedAt: "2026-11-24T01:30:15.000Z",
        valueDate: "2026-11-24",
        direction: "in",
        amountFen: 123_456,
        balanceFen: 1_123_456,
        counterparty: { name: "𠮷田·买买提", account: "62220001", bank: "某银行" },
        summary: "转账汇入",
      },
      expect.objectContaining({ lineNo: 8, direction: "out", amountFen: 23_456, balanceFen: 1_100_000 }),
      expect.objectContaining({ lineNo: 9, direction: "in", returns: "2026112400000002" }),
    ]);
  });

  it("of bank B is read by its own rules: sign and letter, opening and closing, a value date", () => {
    const statement = readB(fileB);
    expect(statement).toMatchObject({
      account: "889900001",
      from: "2026-11-24",
      to: "2026-11-25",
      openingFen: 1_000_000,
      closingFen: 1_123_456,
      faults: [],
    });
    expect(statement.lines).toMatchObject([
      { lineNo: 5, direction: "in", amountFen: 123_456, counterparty: { name: "甲, 乙公司" } },
      { lineNo: 6, direction: "out", bookedAt: "2026-11-24T16:00:00.000Z", valueDate: "2026-11-26" },
      { lineNo: 7, returns: "00000002" },
    ]);
  });

  it("is named by its bytes: the same file has the same hash, another has another", () => {
    expect(readA(fileA).sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(readA(fileA).sha256).toBe(readA(fileA).sha256);
    expect(readA(fileA.replace("1,234.56", "1,234.57")).sha256).not.toBe(readA(fileA).sha256);
  });

  it("of a day on which nothing happened is no fault", () => {
    const empty = fileB.split("\n").slice(0, 4).join("\n").replace("11234.56,笔数,3", "10000.00,笔数,0");
    expect(readB(`${empty}\n`)).toMatchObject({
      lines: [],
      openingFen: 1_000_000,
      closingFen: 1_000_000,
      faults: [],
    });
  });
});

describe("a fault", () => {
  it.each([
    ["an amount with a letter O", "234.56,,", "234.5O,,", [["amount", 8, "借方发生额"]], ["1", "3"]],
    [
      "an amount of three decimals",
      ',,234.56,"11',
      ',,234.560,"11',
      [["amount", 9, "贷方发生额"]],
      ["1", "2"],
    ],
    ["an amount below zero", "234.56,,", "-234.56,,", [["amount", 8, "借方发生额"]], ["1", "3"]],
    ["a credit below zero", ',,234.56,"11', ',,-234.56,"11', [["amount", 9, "贷方发生额"]], ["1", "2"]],
    ["both sides filled", "234.56,,", "234.56,1.00,", [["amount-sides", 8, "借方发生额"]], ["1", "3"]],
    ["neither side filled", "划付,234.56", "划付,", [["amount-sides", 8, "借方发生额"]], ["1", "3"]],
    ["a balance that is no amount", '"11,000.00"', "11 000", [["amount", 8, "余额"]], ["1", "3"]],
    ["30 February", "2026-11-24,10", "2026-02-30,10", [["date", 8, "交易日期"]], ["1", "3"]],
    ["a day of another bank's style", "2026-11-24,10", "20261124,10", [["date", 8, "交易日期"]], ["1", "3"]],
    ["25 o'clock", "10:00:00", "25:00:00", [["date", 8, "交易时间"]], ["1", "3"]],
    ["no serial number", "2026112400000002\t,划付", ",划付", [["serial-missing", 8, "流水号"]], ["1", "3"]],
    [
      "a comma that nobody quoted",
      "㐂健身,62220002\t,某银行\n2026",
      "㐂,健身,62220002\t,某银行\n2026",
      [["width", 8, ""]],
      ["1", "3"],
    ],
    ["a row that is too short", ",62220002\t,某银行\n2026", "\n2026", [["width", 8, ""]], ["1", "3"]],
    [
      "a line of another day",
      "2026-11-24,09",
      "2026-11-23,09",
      [["outside-period", 7, "交易日期"]],
      ["1", "2", "3"],
    ],
    [
      "a balance that does not follow",
      '"11,000.00"',
      '"11,000.01"',
      [
        ["balance", 8, "余额"],
        ["balance", 9, "余额"],
      ],
      ["1", "2", "3"],
    ],
    ["a total of credits", "1,469.12", "1,469.13", [["totals", 10, "贷方发生额"]], ["1", "2", "3"]],
    ["a total of debits", "共3笔,,234.56", "共3笔,,0.00", [["totals", 10, "借方发生额"]], ["1", "2", "3"]],
    ["a total that is no amount", "1,469.12", "--", [["amount", 10, "贷方发生额"]], ["1", "2", "3"]],
    [
      "a row after the totals",
      '合计,,共3笔,,234.56,"1,469.12",,,,',
      "合计,,,,234.56,1469.12,,,,\n合计,,,,,,,,,",
      [["after-totals", 11, ""]],
      ["1", "2", "3"],
    ],
    [
      "no totals where the bank writes them",
      "合计",
      "小计",
      [
        ["date", 10, "交易日期"],
        ["amount-sides", 10, "借方发生额"],
        ["amount", 10, "余额"],
        ["cut-off", 10, ""],
      ],
      ["1", "2", "3"],
    ],
    ["no account", "账号,", "帐户,", [["label-missing", 0, "账号"]], ["1", "2", "3"]],
    ["an empty account", "账号,6299010100001\t", "账号,", [["label-value", 1, "账号"]], ["1", "2", "3"]],
    [
      "a period without days",
      "2026-11-24 至 2026-11-24",
      "上月",
      [["label-value", 3, "起止日期"]],
      ["1", "2", "3"],
    ],
    ["a column that is called otherwise", "余额,对方", "账面余额,对方", [["column-missing", 6, "余额"]], []],
    [
      "a column twice",
      ",对方开户行",
      ",余额",
      [
        ["column-twice", 6, "余额"],
        ["column-missing", 6, "对方开户行"],
      ],
      [],
    ],
    ["no table", "交易日期,交易时间,流水号,摘要,借方发生额,贷方", "a,b,c,d,e,f", [["no-table", 0, ""]], []],
  ])("is told by row and column: %s", (_, from, to, faults, lines) => {
    expect(fileA).toContain(from);
    const statement = readA(fileA.replace(from, to));
    const kinds = (list: unknown[]) => list.map((one) => JSON.stringify(one)).sort();
    expect(kinds(told(statement))).toEqual(kinds(faults));
    expect(serials(statement)).toEqual(lines);
    for (const { reason } of statement.faults) {
      expect(reason.zh).toMatch(/\p{Script=Han}/u);
      expect(reason.en).toMatch(/^[A-Z0-9]/);
      expect(reason.zh + reason.en).not.toMatch(/[{}]|undefined/);
    }
  });

  it.each([
    ["a letter that contradicts the sign", "D,-234.56", "C,-234.56", [["direction", 6, "借贷标志"]]],
    ["an unknown letter", "D,-234.56", "X,-234.56", [["direction", 6, "借贷标志"]]],
    ["an amount of nothing", "D,-234.56", "D,0.00", [["amount", 6, "发生额"]]],
    ["a value date that is none", "20261126", "20261399", [["date", 6, "起息日"]]],
    ["an opening balance that is not the one before", "10000.00", "10000.01", [["balance", 5, "账户余额"]]],
    [
      "a closing balance that the lines do not reach",
      "期末余额,11234.56",
      "期末余额,11234.57",
      [["closing", 3, "期末余额"]],
    ],
    ["a number of lines that is not theirs", "笔数,3", "笔数,4", [["count", 3, "笔数"]]],
    ["a number of lines that is none", "笔数,3", "笔数,三", [["label-value", 3, "笔数"]]],
    [
      "a stated balance that is no amount",
      "期末余额,11234.56",
      "期末余额,壹万",
      [["label-value", 3, "期末余额"]],
    ],
    ["a quote out of place", "20261125,000000", '202"61125,000000', [["quoting", 6, ""]]],
  ])("of bank B too: %s", (_, from, to, faults) => {
    expect(fileB).toContain(from);
    expect(told(readB(fileB.replace(from, to)))).toEqual(faults);
  });

  it("is told of a line that is there twice, and whether it is the same; the second is left out", () => {
    const lines = fileB.split("\n");
    const twice = (line: string) =>
      readB([...lines.slice(0, 5), line, ...lines.slice(5)].join("\n").replace("笔数,3", "笔数,4"));
    const same = twice(lines[4] ?? "");
    expect(told(same)).toEqual([["duplicate-serial", 6, "交易流水号"]]);
    expect(same.faults[0]?.reason.zh).toBe("流水号 00000001 与第 5 行重复，内容相同");
    expect(serials(same)).toEqual(["1", "2", "3"]);
    const other = twice((lines[4] ?? "").replace("1234.56,", "1234.57,"));
    expect(other.faults[0]?.reason.en).toBe("Serial 00000001 is that of row 5, and differs");
    expect(other.lines[0]?.amountFen).toBe(123_456);
  });

  it("is told of bytes that are not the encoding's, by column", () => {
    const bytes = Buffer.from(inUtf8(fileB));
    bytes[bytes.indexOf("乙")] = 0xff;
    const statement = readStatement(bytes, b);
    expect(told(statement)).toEqual([["encoding", 5, "对方户名"]]);
    expect(serials(statement)).toEqual(["2", "3"]);
  });

  it("is told of a file in another bank's encoding", () => {
    expect(told(readStatement(inUtf8(fileA), a))).toEqual([
      ["encoding", 0, ""],
      ["no-table", 0, ""],
    ]);
    // The same where every byte happens to be a character of GB18030.
    expect(told(readStatement(Buffer.from("\uFEFFAB,c\n"), a))).toContainEqual(["encoding", 0, ""]);
    expect(told(readStatement(iconv.encode(fileB, "gb18030"), b))).toContainEqual(["encoding", 0, ""]);
  });

  it("says nothing of balances that it cannot know: before a first row or after a last that cannot be read", () => {
    const first = readA(fileA.replace("09:30:15", "9:30"));
    expect([first.openingFen, first.closingFen, told(first)]).toEqual([
      undefined,
      1_123_456,
      [["date", 7, "交易时间"]],
    ]);
    const last = readA(fileA.replace("17:45:59", "17:45"));
    expect([last.openingFen, last.closingFen]).toEqual([1_000_000, undefined]);
  });

  it("quotes nothing personal, even when columns have moved", () => {
    const moved = fileA.replace(',"1,234.56","11,234.56",𠮷田·买买提', ",𠮷田·买买提,62220001,13800005678");
    expect(JSON.stringify(readA(moved).faults)).not.toMatch(/买买提|62220001|1380000/);
  });
});

describe("a file that was cut off", () => {
  it.each([
    ["A", inGb(fileA), a],
    ["B", inUtf8(fileB), b],
  ])("at any byte is never taken for whole, and no line is made up (bank %s)", (_, bytes, mapping) => {
    const whole = readStatement(bytes, mapping);
    const known = new Set(whole.lines.map((line) => JSON.stringify(line)));
    for (let length = 0; length < bytes.length; length += 1) {
      const { faults, lines } = readStatement(bytes.subarray(0, length), mapping);
      expect(faults.length).toBeGreaterThan(0);
      expect(lines.filter((line) => !known.has(JSON.stringify(line)))).toEqual([]);
    }
  });

  it("in the middle of an amount does not read the half", () => {
    const half = fileB.slice(0, fileB.indexOf("11000.00") + 4);
    const statement = readB(half);
    expect(told(statement)).toEqual([["cut-off", 6, ""]]);
    expect(serials(statement)).toEqual(["1"]);
  });

  it("between two lines shows by the totals it lacks, or by what is stated before it", () => {
    const rows = (text: string, count: number) => `${text.split("\n").slice(0, count).join("\n")}\n`;
    expect(told(readA(rows(fileA, 8)))).toEqual([["cut-off", 8, ""]]);
    expect(readA(rows(fileA, 8)).closingFen).toBeUndefined();
    expect(told(readB(rows(fileB, 6)))).toEqual([
      ["count", 3, "笔数"],
      ["closing", 3, "期末余额"],
    ]);
  });

  it("before lines that come to nothing shows by the number of lines", () => {
    expect(told(readB(`${fileB.split("\n").slice(0, 5).join("\n")}\n`))).toEqual([["count", 3, "笔数"]]);
  });

  it("inside a quoted cell is told", () => {
    const half = fileB.slice(0, fileB.indexOf("甲, 乙") + 2);
    expect(told(readB(`${half}\n`))).toContainEqual(["cut-off", 5, ""]);
  });
});

it("no bytes make it throw", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.boolean())
      .map(([at, noise, ofA]) => {
        const file = Buffer.from(ofA ? inGb(fileA) : inUtf8(fileB));
        file.set(noise, at % (file.length - noise.length));
        return file;
      }),
  );
  fc.assert(
    fc.property(bytes, fc.constantFrom(a, b), (file, mapping) => {
      const { lines, faults } = readStatement(file, mapping);
      expect(lines.every(({ amountFen }) => Number.isSafeInteger(amountFen) && amountFen > 0)).toBe(true);
      expect(faults.every(({ row }) => Number.isInteger(row) && row >= 0)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
