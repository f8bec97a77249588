import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bankMappings } from "#shared/bank/mappings.ts";
import type { StatementLine } from "#shared/bank/model.ts";
import { readStatement } from "#shared/bank/statement.ts";
import {
  type BankAccount,
  type BankTransaction,
  OutsideProcess,
  type SandboxBank,
} from "#test/support/bank.ts";

const DAY = "2026-11-24";
let bank: OutsideProcess;

/** Books never go back, so each part begins with new ones. */
function withABank(): void {
  beforeAll(async () => {
    bank = await OutsideProcess.start({ now: `${DAY}T01:00:00.000Z` });
  });
  afterAll(() => bank.stop());
}

const mappings = { a: bankMappings["sandbox-a"], b: bankMappings["sandbox-b"] };
const banks: SandboxBank[] = ["a", "b"];

const open = (of: SandboxBank, more: object = {}) =>
  bank.good<BankAccount>("POST /accounts", { bank: of, name: "吴江𠮷存管户", kind: "custody", ...more });
const truth = (account: string) => bank.good<BankTransaction[]>(`GET /transactions?account=${account}`);
const statement = async (of: SandboxBank, account: string, date: string) =>
  readStatement(await bank.file(`/statements/${account}/${date}`), mappings[of]);

/** A transaction of the bank's books as a line must show it. */
const asLine = ({
  serial,
  at,
  valueDate,
  side,
  amountFen,
  balanceFen,
  summary,
  counterparty,
}: BankTransaction) => ({
  serial,
  bookedAt: at,
  valueDate,
  direction: side === "credit" ? "in" : "out",
  amountFen,
  balanceFen,
  summary,
  counterparty: { name: counterparty.name, account: counterparty.number, bank: counterparty.bank },
});
const withoutPlace = ({ lineNo, ...line }: StatementLine) => line;

const payers = [
  { name: "𠮷田𡈽", number: "6222000000000000001", bank: "某银行吴江支行" },
  { name: "㐂多川·健", number: "6222000000000000002", bank: "某银行" },
  { name: "阿依古丽·买买提", number: "6222000000000000003", bank: "某银行" },
  { name: 'ABC "Fitness", Ltd. (吴江)', number: "6222000000000000004", bank: "Bank, of X" },
  { name: "两行\n户名", number: "", bank: "" },
  { name: "", number: "", bank: "" },
];

describe.each(banks)("the statement of bank %s", (of) => {
  withABank();

  it("is read exactly as the bank's books are, with rare characters, odd amounts and thousands", async () => {
    const { number } = await open(of);
    const amounts = [1, 10, 99, 100, 123_456, 100_000_00, 999_999_999_99, 5, 7_000_00];
    for (const [at, amountFen] of amounts.entries()) {
      bank.to(DAY, `${String(9 + at).padStart(2, "0")}:0${at}:5${at}`);
      const payer = payers[at % payers.length];
      await bank.good("POST /receipts", { account: number, amountFen, payer, summary: `备注${at}, 预付卡` });
    }
    await bank.good("POST /interest", { account: number, amountFen: 21, valueDate: "2026-11-21" });
    bank.to("2026-11-25", "06:30:00");
    const read = await statement(of, number, DAY);
    const booked = await truth(number);
    // Bank A writes no value date: the day of the transaction stands for it.
    const wanted = booked.map((one) => asLine(of === "a" ? { ...one, valueDate: DAY } : one));
    expect(read.faults).toEqual([]);
    expect(read.lines.map(withoutPlace)).toEqual(wanted);
    expect(read).toMatchObject({
      account: number,
      name: "吴江𠮷存管户",
      from: DAY,
      to: DAY,
      openingFen: 0,
      closingFen: booked.at(-1)?.balanceFen,
    });
    const again = await statement(of, number, DAY);
    expect(again.sha256).toBe(read.sha256);
  });

  it("begins where the day before ended, and belongs to days of Shanghai", async () => {
    const { number } = await open(of);
    bank.to("2026-11-25", "23:59:59");
    await bank.good("POST /receipts", { account: number, amountFen: 100 });
    bank.to("2026-11-26", "00:00:00");
    await bank.good("POST /receipts", { account: number, amountFen: 200 });
    bank.to("2026-11-28", "00:00:00");
    const [first, second, third] = await Promise.all(
      ["2026-11-25", "2026-11-26", "2026-11-27"].map((date) => statement(of, number, date)),
    );
    expect([first, second, third].flatMap((one) => one?.faults)).toEqual([]);
    expect([first, second, third].map((one) => one?.lines.length)).toEqual([1, 1, 0]);
    expect(first?.closingFen).toBe(100);
    expect([second?.openingFen, second?.closingFen]).toEqual([100, 300]);
  });

  it("is there when the day is over, not before, and says when", async () => {
    const { number } = await open(of);
    bank.to("2026-11-29", "23:59:59");
    const { status, bytes } = await bank.ask(`GET /statements/${number}/2026-11-29`);
    expect([status, JSON.parse(bytes.toString())]).toEqual([
      404,
      { error: "not-ready", readyAt: "2026-11-29T16:00:00.000Z" },
    ]);
    bank.to("2026-11-30", "00:00:00");
    expect((await bank.ask(`GET /statements/${number}/2026-11-29`)).type).toMatch(/^text\/csv; charset=/);
  });
});

describe("the bank", () => {
  withABank();

  it("books a receipt once by its sender's id, and refuses another under the same id", async () => {
    const { number } = await open("a");
    const receipt = { id: "settlement-1", account: number, amountFen: 500 };
    const first = await bank.good<BankTransaction>("POST /receipts", receipt);
    expect((await bank.good<BankTransaction>("POST /receipts", receipt)).serial).toBe(first.serial);
    expect((await bank.ask("POST /receipts", { ...receipt, amountFen: 501 })).status).toBe(409);
    expect((await bank.good<BankAccount>(`GET /accounts/${number}`)).balanceFen).toBe(500);
  });

  it("never books before what it has booked: its clock may be set back, its books may not", async () => {
    const { number } = await open("a");
    bank.to("2026-12-01", "12:00:00");
    await bank.good("POST /receipts", { account: number, amountFen: 1 });
    bank.to("2026-11-30", "12:00:00");
    await bank.good("POST /receipts", { account: number, amountFen: 1 });
    const booked = await truth(number);
    expect(booked.map(({ at }) => at)).toEqual(["2026-12-01T04:00:00.000Z", "2026-12-01T04:00:00.000Z"]);
    bank.to("2026-12-02", "12:00:00");
  });

  it.each([
    ["POST /accounts", { bank: "c", name: "x", kind: "custody" }, 400],
    ["POST /receipts", { account: "12345", amountFen: 0.5 }, 400],
    ["POST /receipts", { account: "99999", amountFen: 1 }, 404],
    ["POST /receipts", new TextEncoder().encode("{"), 400],
    ["GET /statements/99999/2026-11-24", undefined, 404],
    ["GET /nowhere", undefined, 404],
    ["POST /mistakes", { kind: "missing-line" }, 400],
    ["POST /mistakes", { kind: "late-result", batch: "1" }, 404],
  ])("refuses %s with %j", async (at, body, status) => {
    expect((await bank.ask(at, body)).status).toBe(status);
  });

  it("takes no money into an account that is closed, and knows no time that is none", async () => {
    const { number } = await open("b");
    await bank.good(`PATCH /accounts/${number}`, { state: "closed" });
    expect((await bank.ask("POST /receipts", { account: number, amountFen: 1 })).status).toBe(409);
    const response = await fetch(`${bank.url}/bank/accounts`, { headers: { "x-sandbox-now": "soon" } });
    expect(response.status).toBe(400);
    expect((await fetch(`${bank.url}/elsewhere`)).status).toBe(404);
  });
});
