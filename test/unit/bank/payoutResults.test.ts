import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { bankMappings } from "#shared/bank/mappings.ts";
import { type PayoutResults, readPayoutResults } from "#shared/bank/payoutResults.ts";

const a = bankMappings["sandbox-a"];
const b = bankMappings["sandbox-b"];
const inGb = (text: string) => iconv.encode(text.replaceAll("\n", "\r\n"), "gb18030");
const readA = (text: string) => readPayoutResults(inGb(text), a);
const readB = (text: string) => readPayoutResults(Buffer.from(`\uFEFF${text}`), b);

/** Bank A; the titles are on line 4. */
const fileA = `批次号,2026112400000001\t
总笔数,4

序号,收款账号,收款户名,收款行联行号,收款行名,金额,用途,商户流水号,处理状态,返回码,返回信息,银行流水号,处理时间
1,62220001\t,𠮷田健身,999305000014,某银行,1234.56,结算,r-1,成功,0000,交易成功,2026112400000002,2026-11-24 10:01:00
2,62220002\t,㐂健身,999305000014,某银行,0.01,结算,r-2,失败,1002,户名不符,,2026-11-24 10:01:00
3,62220003\t,甲,999305000022,某银行,5.00,结算,r-3,处理中,0002,处理中,,
4,62220004\t,乙,999305000022,某银行,6.00,结算,r-4,已退汇,4001,已退汇：户名不符,2026112400000003,2026-11-24 10:31:00
`;

const fileB = `序号,收款账号,收款户名,收款行联行号,收款行名,金额,用途,商户流水号,处理状态,返回码,返回信息,银行流水号,处理时间
1,62220001,"甲, 乙",999305000022,某银行,1234.56,结算,r-1,SUCC,S000,交易成功,2026112400000002,20261124100100
2,62220002,丙,999305000022,某银行,7.00,结算,r-2,PROC,U999,交易结果未知,,
`;

const told = ({ faults }: PayoutResults) => faults.map(({ kind, row, column }) => [kind, row, column]);
const outcomes = ({ rows }: PayoutResults) => rows.map(({ reference, outcome }) => `${reference} ${outcome}`);

describe("a result file", () => {
  it("of bank A tells what became of each payout", () => {
    const results = readA(fileA);
    expect(results).toMatchObject({ mapping: { id: "sandbox-a", version: 1 }, faults: [] });
    expect(results.rows).toEqual([
      {
        lineNo: 5,
        reference: "r-1",
        amountFen: 123_456,
        outcome: "paid",
        code: "0000",
        message: "交易成功",
        bankSerial: "2026112400000002",
        processedAt: "2026-11-24T02:01:00.000Z",
      },
      expect.objectContaining({ outcome: "failed", reason: "name-mismatch", amountFen: 1 }),
      { lineNo: 7, reference: "r-3", amountFen: 500, outcome: "pending", code: "0002", message: "处理中" },
      expect.objectContaining({ outcome: "returned", message: "已退汇：户名不符" }),
    ]);
    expect(readA(fileA).sha256).toBe(results.sha256);
  });

  it("of bank B is read by its own codes, words and times", () => {
    expect(readB(fileB)).toMatchObject({
      faults: [],
      rows: [
        { outcome: "paid", processedAt: "2026-11-24T02:01:00.000Z" },
        { outcome: "unknown", code: "U999" },
      ],
    });
  });

  it("means by each code what the mapping says, and only with the status that goes with it", () => {
    for (const [code, { status, ...meaning }] of Object.entries(a.results.codes)) {
      const row = fileA.replace("处理中,0002,处理中,,", `${status},${code},某说明,9,2026-11-24 10:01:00`);
      const { rows, faults } = readA(row);
      expect(rows[2]).toMatchObject({ code, ...meaning });
      expect(faults).toEqual([]);
      const contradicted = readA(row.replace(`r-3,${status}`, `r-3,${status === "成功" ? "失败" : "成功"}`));
      expect(contradicted.rows[2]?.outcome).toBe("unknown");
      expect(contradicted.rows[2]).not.toHaveProperty("reason");
      expect(told(contradicted)).toEqual([["status", 7, "处理状态"]]);
    }
    expect(Object.keys(a.results.codes).length).toBe(Object.keys(b.results.codes).length);
  });

  it("never takes a reference that the bank has had before for a failure", () => {
    const again = readA(fileA.replace("失败,1002,户名不符", "失败,3001,商户流水号重复"));
    expect(again.rows[1]).toMatchObject({ outcome: "unknown", reason: "duplicate-reference" });
  });
});

describe("a fault in it", () => {
  it.each([
    ["a code that nobody agreed on", "失败,1002", "失败,7777", [["code", 6, "返回码"]], "r-2 unknown"],
    ["a code called like a property", "失败,1002", "失败,toString", [["code", 6, "返回码"]], "r-2 unknown"],
    [
      "a word that does not go with the code",
      "失败,1002",
      "成功,1002",
      [["status", 6, "处理状态"]],
      "r-2 unknown",
    ],
    [
      "paid without a serial",
      "交易成功,2026112400000002",
      "交易成功,",
      [["paid-without-serial", 5, "银行流水号"]],
      "r-1 unknown",
    ],
    [
      "paid without a time",
      "000002,2026-11-24 10:01:00",
      "000002,",
      [["paid-without-serial", 5, "银行流水号"]],
      "r-1 unknown",
    ],
    ["no reference", ",r-2,", ",,", [["reference-missing", 6, "商户流水号"]], undefined],
    ["an amount that is none", ",0.01,", ",0.0.1,", [["amount", 6, "金额"]], undefined],
    ["an amount of nothing", ",0.01,", ",0.00,", [["amount", 6, "金额"]], undefined],
    [
      "a time that is none",
      "户名不符,,2026-11-24 10:01:00",
      "户名不符,,2026-11-24T10:01:00",
      [["date", 6, "处理时间"]],
      undefined,
    ],
    ["a row more than announced", "总笔数,4", "总笔数,3", [["count", 2, "总笔数"]], "r-1 paid"],
    ["a number that is none", "总笔数,4", "总笔数,四", [["label-value", 2, "总笔数"]], "r-1 paid"],
    ["a comma that nobody quoted", ",㐂健身,", ",㐂,健身,", [["width", 6, ""]], undefined],
    ["a column that is called otherwise", "返回码", "响应码", [["column-missing", 4, "返回码"]], undefined],
  ])("is told by row and column: %s", (_, from, to, faults, outcome) => {
    expect(fileA).toContain(from);
    const results = readA(fileA.replace(from, to));
    expect(told(results)).toEqual(faults);
    if (outcome === undefined) expect(outcomes(results).join()).not.toMatch(/r-2/);
    else expect(outcomes(results)).toContain(outcome);
    for (const { reason } of results.faults) expect(reason.zh + reason.en).not.toMatch(/[{}]|undefined/);
  });

  it("is told of a reference that is there twice; where the two differ, neither is believed", () => {
    const lines = fileA.replace("总笔数,4", "总笔数,5").split("\n");
    const twice = (line: string) => readA([...lines.slice(0, 5), line, ...lines.slice(5)].join("\n"));
    const same = twice(lines[4] ?? "");
    expect(told(same)).toEqual([["duplicate-reference", 6, "商户流水号"]]);
    expect(same.faults[0]?.reason.zh).toBe("商户流水号 r-1 与第 5 行重复，结果相同");
    expect(outcomes(same)[0]).toBe("r-1 paid");
    const other = twice((lines[4] ?? "").replace(/成功.*/, "失败,1002,户名不符,,"));
    expect(told(other)).toEqual([["duplicate-reference", 6, "商户流水号"]]);
    expect(outcomes(other)).toEqual(["r-1 unknown", "r-2 failed", "r-3 pending", "r-4 returned"]);
  });

  it("is told of a file cut off at any byte; no row is made up of the half", () => {
    const bytes = inGb(fileA);
    const known = new Set(outcomes(readA(fileA)));
    for (let length = 0; length < bytes.length; length += 1) {
      const results = readPayoutResults(bytes.subarray(0, length), a);
      expect(results.faults.length).toBeGreaterThan(0);
      expect(outcomes(results).filter((one) => !known.has(one))).toEqual([]);
    }
  });

  it("does not show in the file alone where bank B leaves out whole rows: the references sent show it", () => {
    const results = readB(`${fileB.split("\n").slice(0, 2).join("\n")}\n`);
    expect(results.faults).toEqual([]);
    const sent = ["r-1", "r-2"];
    expect(sent.filter((one) => !results.rows.some(({ reference }) => reference === one))).toEqual(["r-2"]);
  });
});

it("no bytes make it throw", () => {
  fc.assert(
    fc.property(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.boolean(), (at, noise, ofA) => {
      const file = Buffer.from(ofA ? inGb(fileA) : fileB);
      file.set(noise, at % (file.length - noise.length));
      const { rows, faults } = readPayoutResults(file, ofA ? a : b);
      expect(rows.length).toBeLessThanOrEqual(4);
      expect(faults.every(({ row }) => row >= 0)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
