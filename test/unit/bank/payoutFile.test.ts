import { parse } from "csv-parse/sync";
import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import type { BankMapping, PayoutLine } from "#shared/bank/mapping.ts";
import { bankMappings } from "#shared/bank/mappings.ts";
import { payoutFaults, writePayoutFile } from "#shared/bank/payoutFile.ts";
import type { Refusal } from "#shared/platform/problem.ts";

const a = bankMappings["sandbox-a"];
const b = bankMappings["sandbox-b"];

const line = (of: Partial<PayoutLine> = {}): PayoutLine => ({
  reference: "stl_01K3-0001",
  payeeAccount: "6299010100002",
  payeeName: "㐂田·健身（吴江）",
  payeeBankNumber: "999305000014",
  payeeBankName: "沙盒银行甲吴江支行",
  amountFen: 123_456,
  purpose: "消费券结算",
  ...of,
});

const pointers = (lines: readonly PayoutLine[], mapping: BankMapping) =>
  payoutFaults(lines, mapping).map(({ pointer }) => pointer);

function refusal(lines: readonly PayoutLine[], mapping: BankMapping): Refusal {
  try {
    writePayoutFile(lines, mapping);
  } catch (error) {
    return error as Refusal;
  }
  throw new Error("written");
}

describe("a payout file", () => {
  it("for bank A is GB18030 with number and sum first, and its columns to the letter", () => {
    const bytes = writePayoutFile([line(), line({ reference: "2", amountFen: 5 })], a);
    expect(iconv.decode(Buffer.from(bytes), "gb18030")).toBe(
      [
        "总笔数,2,总金额,1234.61",
        "序号,收款账号,收款户名,收款行联行号,收款行名,金额,用途,商户流水号",
        "1,6299010100002,㐂田·健身（吴江）,999305000014,沙盒银行甲吴江支行,1234.56,消费券结算,stl_01K3-0001",
        "2,6299010100002,㐂田·健身（吴江）,999305000014,沙盒银行甲吴江支行,0.05,消费券结算,2",
        "",
      ].join("\r\n"),
    );
  });

  it("for bank B is UTF-8 with a byte order mark, and a name with a comma is quoted", () => {
    const text = Buffer.from(writePayoutFile([line({ payeeName: 'ABC "Fitness", Ltd.' })], b)).toString();
    expect(text.startsWith("\uFEFF序号,收款账号,")).toBe(true);
    expect(text.split("\r\n")[1]).toBe(
      '1,6299010100002,"ABC ""Fitness"", Ltd.",999305000014,沙盒银行甲吴江支行,1234.56,消费券结算,stl_01K3-0001',
    );
  });

  it("says what it was given, whatever that is", () => {
    const lines = fc.uniqueArray(
      fc.record({
        reference: fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/),
        payeeAccount: fc.stringMatching(/^\d{5,32}$/),
        payeeName: fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }),
        payeeBankNumber: fc.stringMatching(/^\d{12}$/),
        payeeBankName: fc.constantFrom("某银行", "𠮷银行,分行"),
        amountFen: fc.integer({ min: 1, max: 1e12 }),
        purpose: fc.constantFrom("结算", "退款·预付卡"),
      }),
      { minLength: 1, maxLength: 20, selector: ({ reference }) => reference },
    );
    fc.assert(
      fc.property(lines, fc.constantFrom<BankMapping>(a, b), (given, mapping) => {
        const wrong = payoutFaults(given, mapping);
        const written = given.filter(
          (_, at) => !wrong.some(({ pointer }) => pointer.startsWith(`/lines/${at}/`)),
        );
        if (written.length === 0) return;
        const text = new TextDecoder(mapping.encoding).decode(writePayoutFile(written, mapping));
        const rows: string[][] = parse(text, { relax_column_count: true });
        expect(rows.slice(mapping === a ? 2 : 1)).toEqual(
          written.map((one, at) => [
            ...[String(at + 1), one.payeeAccount, one.payeeName, one.payeeBankNumber, one.payeeBankName],
            ...[`${BigInt(one.amountFen) / 100n}.${String(one.amountFen % 100).padStart(2, "0")}`],
            ...[one.purpose, one.reference],
          ]),
        );
      }),
    );
  });
});

describe("a line is refused", () => {
  it.each<[string, Partial<PayoutLine>, string]>([
    ["without a name", { payeeName: "" }, "payeeName"],
    ["with a name of blanks", { payeeName: "  " }, "payeeName"],
    ["with a blank before the name", { payeeName: " 张三" }, "payeeName"],
    ["without an account", { payeeAccount: "" }, "payeeAccount"],
    ["with letters in the account", { payeeAccount: "62A901" }, "payeeAccount"],
    ["with a 联行号 of eleven digits", { payeeBankNumber: "99930500001" }, "payeeBankNumber"],
    ["with a line's end in the purpose", { purpose: "结算\n2,6222,攻击者" }, "purpose"],
    ["with a carriage return in the name", { payeeName: "张\r三" }, "payeeName"],
    ["with a NUL in the name", { payeeName: "张\u0000三" }, "payeeName"],
    ["with a line separator in the name", { payeeName: "张\u2028三" }, "payeeName"],
    ["with a formula as its name", { payeeName: '=HYPERLINK("x")' }, "payeeName"],
    ["with a plus before the purpose", { purpose: "+1" }, "purpose"],
    ["with an at before the bank", { payeeBankName: "@SUM(1)" }, "payeeBankName"],
    ["with a lone surrogate", { payeeName: "张\ud800" }, "payeeName"],
    ["with a name longer than the bank takes", { payeeName: "长".repeat(101) }, "payeeName"],
    ["with a reference of 33 characters", { reference: "r".repeat(33) }, "reference"],
    ["with a blank in the reference", { reference: "a b" }, "reference"],
    ["without a reference", { reference: "" }, "reference"],
    ["of nothing", { amountFen: 0 }, "amountFen"],
    ["of less than nothing", { amountFen: -1 }, "amountFen"],
    ["of a part of a fen", { amountFen: 0.5 }, "amountFen"],
    ["of more than is exact", { amountFen: 2 ** 53 }, "amountFen"],
  ])("%s, by both banks' rules", (_, of, field) => {
    for (const mapping of [a, b]) {
      expect(pointers([line({ reference: "first" }), line(of)], mapping)).toEqual([`/lines/1/${field}`]);
      const { problem, errors } = refusal([line({ reference: "first" }), line(of)], mapping);
      expect([problem.slug, problem.status, errors.length]).toEqual(["payout-unwritable", 422, 1]);
    }
  });

  it("with a comma or a quote by the bank that takes no quotes, and only by that", () => {
    for (const payeeName of ["甲,乙", '甲"乙']) {
      expect(pointers([line({ payeeName })], a)).toEqual(["/lines/0/payeeName"]);
      expect(pointers([line({ payeeName })], b)).toEqual([]);
    }
  });

  it("when its reference is in the file before it", () => {
    expect(pointers([line(), line()], a)).toEqual(["/lines/1/reference"]);
  });

  it("with all that is wrong at once, and a file of none or too many as a whole", () => {
    expect(pointers([line({ payeeName: "", amountFen: 0 }), line({ payeeAccount: "" })], a)).toEqual([
      "/lines/0/payeeName",
      "/lines/0/amountFen",
      "/lines/1/payeeAccount",
      "/lines/1/reference",
    ]);
    expect(pointers([], a)).toEqual(["/lines"]);
    const many = Array.from({ length: 2_001 }, (_, at) => line({ reference: String(at) }));
    expect(pointers(many, a)).toEqual(["/lines"]);
    expect(pointers(many, b)).toEqual([]);
  });
});
