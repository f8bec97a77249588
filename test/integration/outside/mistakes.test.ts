import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bankMappings } from "#shared/bank/mappings.ts";
import type { BankStatement } from "#shared/bank/model.ts";
import { writePayoutFile } from "#shared/bank/payoutFile.ts";
import { readPayoutResults } from "#shared/bank/payoutResults.ts";
import { readStatement } from "#shared/bank/statement.ts";
import {
  type BankAccount,
  type BankMistake,
  type BankTransaction,
  bankNumbers,
  OutsideProcess,
  type SandboxBank,
} from "#test/support/bank.ts";

const MONDAY = "2026-11-23";
const TUESDAY = "2026-11-24";
let bank: OutsideProcess;
beforeEach(async () => {
  bank = await OutsideProcess.start({ now: `${MONDAY}T02:00:00.000Z` });
});
afterEach(() => bank.stop());

const mappings = { a: bankMappings["sandbox-a"], b: bankMappings["sandbox-b"] };
const banks: SandboxBank[] = ["a", "b"];

const open = (of: SandboxBank, name = "存管户", kind = "custody") =>
  bank.good<BankAccount>("POST /accounts", { bank: of, name, kind });
const receive = (account: string, amountFen: number) =>
  bank.good<BankTransaction>("POST /receipts", { account, amountFen });
const plant = (mistake: object) => bank.good<BankMistake>("POST /mistakes", mistake);
const planted = () => bank.good<BankMistake[]>("GET /mistakes");
const statement = async (of: SandboxBank, account: string, date: string): Promise<BankStatement> =>
  readStatement(await bank.file(`/statements/${account}/${date}`), mappings[of]);
const told = ({ faults }: { faults: readonly { kind: string; row: number }[] }) =>
  faults.map(({ kind, row }) => `${kind} ${row}`);

/** First row below the titles. */
const first = { a: 7, b: 5 };

/** Three receipts on Monday and one on Tuesday; asked on Wednesday. */
async function twoDays(of: SandboxBank) {
  const { number } = await open(of);
  const lines = [];
  for (const amountFen of [12_300, 45_600, 78_900]) lines.push(await receive(number, amountFen));
  bank.to(TUESDAY, "10:00:00");
  lines.push(await receive(number, 100));
  bank.to("2026-11-25", "06:30:00");
  return { number, serials: lines.map(({ serial }) => serial) };
}

describe.each(banks)("a mistake of bank %s in a statement", (of) => {
  const row = first[of];

  it("that leaves a line out breaks the balances there, and again where the line appears after all", async () => {
    const { number, serials } = await twoDays(of);
    const mistake = await plant({ kind: "missing-line", account: number, serial: serials[1] });
    expect(mistake).toMatchObject({ date: MONDAY, appearsOn: TUESDAY });
    const monday = await statement(of, number, MONDAY);
    expect(monday.lines.map(({ serial }) => serial)).toEqual([serials[0], serials[2]]);
    expect(told(monday)).toEqual([`balance ${row + 1}`]);
    const tuesday = await statement(of, number, TUESDAY);
    expect(tuesday.lines.map(({ serial }) => serial)).toEqual([serials[1], serials[3]]);
    // Bank B states an opening balance, from which the late line does not follow either.
    const late = of === "a" ? [] : [`balance ${row}`];
    expect(told(tuesday).sort()).toEqual([...late, `balance ${row + 1}`, `outside-period ${row}`].sort());
  });

  it("that leaves the last line out shows by the closing balance where one is stated, else by the next day's opening", async () => {
    const { number, serials } = await twoDays(of);
    await plant({ kind: "missing-line", account: number, serial: serials[2], laterDays: 5 });
    const monday = await statement(of, number, MONDAY);
    const tuesday = await statement(of, number, TUESDAY);
    expect(told(monday)).toEqual(of === "a" ? [] : ["closing 3"]);
    expect(told(tuesday)).toEqual([]);
    if (of === "a") expect(tuesday.openingFen).toBe((monday.closingFen ?? 0) + 78_900);
    expect(monday.lines.length).toBe(2);
  });

  it.each([
    ["fen", 45_601],
    ["digits", 54_600],
  ])("that writes a wrong amount (%s) shows by the balance, which is true", async (how, shownFen) => {
    const { number, serials } = await twoDays(of);
    const mistake = await plant({ kind: "wrong-amount", account: number, serial: serials[1], how });
    expect(mistake).toMatchObject({ trueFen: 45_600, shownFen });
    const monday = await statement(of, number, MONDAY);
    expect(monday.lines[1]).toMatchObject({ amountFen: shownFen, balanceFen: 57_900 });
    expect(told(monday)).toEqual([`balance ${row + 1}`]);
    expect(monday.faults[0]?.reason.en).toMatch(/579\.00 written/);
  });

  it("that writes a line twice is told, and the line is read once", async () => {
    const { number, serials } = await twoDays(of);
    await plant({ kind: "duplicate-line", account: number, serial: serials[1] });
    const monday = await statement(of, number, MONDAY);
    expect(monday.lines.map(({ serial }) => serial)).toEqual(serials.slice(0, 3));
    expect(told(monday)).toEqual([`duplicate-serial ${row + 2}`]);
  });

  it("that cuts the file off is told wherever it is cut; what is read is what was there", async () => {
    const { number } = await twoDays(of);
    const whole = await statement(of, number, MONDAY);
    const bytes = await bank.file(`/statements/${number}/${MONDAY}`);
    await plant({ kind: "cut-off", account: number, date: MONDAY, keeps: 700 });
    const half = await bank.file(`/statements/${number}/${MONDAY}`);
    expect(half.equals(bytes.subarray(0, Math.floor(bytes.length * 0.7)))).toBe(true);
    const monday = readStatement(half, mappings[of]);
    expect(monday.faults.map(({ kind }) => kind)).toContain("cut-off");
    expect(whole.lines.slice(0, monday.lines.length)).toEqual(monday.lines);
  });

  it("that makes the total wrong is told in its column", async () => {
    const { number } = await twoDays(of);
    await plant({ kind: "wrong-total", account: number, date: MONDAY, byFen: -100 });
    const monday = await statement(of, number, MONDAY);
    expect(monday.faults).toMatchObject([
      of === "a"
        ? { kind: "totals", row: 10, column: "贷方发生额" }
        : { kind: "closing", row: 3, column: "期末余额" },
    ]);
    expect(monday.faults[0]?.reason.en).toMatch(/1368\.00 expected, 1367\.00 written/);
  });

  it("may be ordered before its line is there, and is told to whoever asks with the time it was given out", async () => {
    const { number } = await open(of);
    await plant({ kind: "missing-line", account: number });
    const lines = [await receive(number, 100), await receive(number, 200)];
    expect(await planted()).toMatchObject([{ kind: "missing-line", serial: lines[0]?.serial, date: MONDAY }]);
    expect((await planted())[0]).not.toHaveProperty("givenOutAt");
    bank.to(TUESDAY, "06:30:00");
    const monday = await statement(of, number, MONDAY);
    expect(monday.lines.map(({ serial }) => serial)).toEqual([lines[1]?.serial]);
    expect((await planted())[0]?.givenOutAt).toMatch(/^2026-11-23T22:30:00/);
  });
});

describe.each(banks)("a mistake of bank %s in results", (of) => {
  /** A payout of 10 yuan on Monday at ten. */
  async function payout(before: (account: string) => Promise<unknown> = async () => undefined) {
    const payer = await bank.good<BankAccount>("POST /accounts", {
      bank: of,
      name: "存管户",
      kind: "custody",
      depositFen: 100_000,
    });
    const payee = await open(of, "商户", "merchant");
    await before(payer.number);
    const line = { payeeAccount: payee.number, payeeName: "商户", payeeBankNumber: bankNumbers[of] };
    const lines = ["p-1", "p-2"].map((reference) => ({
      ...line,
      ...{ reference, payeeBankName: "沙盒银行", amountFen: 1_000, purpose: "结算" },
    }));
    const bytes = writePayoutFile(lines, mappings[of]);
    const { batch } = await bank.good<{ batch: string }>(`POST /payouts?account=${payer.number}`, bytes);
    return { payer, payee, batch };
  }
  const results = async (batch: string) =>
    readPayoutResults(await bank.file(`/payouts/${batch}/results`), mappings[of]);
  const balance = async ({ number }: BankAccount) =>
    (await bank.good<BankAccount>(`GET /accounts/${number}`)).balanceFen;

  it.each([
    ["processing", "pending"],
    ["unknown", "unknown"],
  ])(
    "that holds them back for hours (%s) shows nothing but that, though the money has moved",
    async (shows, outcome) => {
      const { batch, payee } = await payout((account) =>
        plant({ kind: "late-result", account, hours: 30, shows }),
      );
      bank.to(TUESDAY, "15:00:00");
      const meanwhile = await results(batch);
      expect(meanwhile.rows.map((one) => one.outcome)).toEqual([outcome, outcome]);
      expect(meanwhile.faults).toEqual([]);
      expect(await balance(payee)).toBe(2_000);
      bank.to(TUESDAY, "16:00:01");
      expect((await results(batch)).rows.map((one) => one.outcome)).toEqual(["paid", "paid"]);
    },
  );

  it("that says paid and sends the money back days later shows only in a later statement", async () => {
    const { batch, payer, payee } = await payout((account) =>
      plant({ kind: "returned-later", account, reference: "p-2", days: 3 }),
    );
    bank.to("2026-11-27", "06:30:00");
    const { rows, faults } = await results(batch);
    expect([rows.map(({ outcome }) => outcome), faults]).toEqual([["paid", "paid"], []]);
    expect(await balance(payer)).toBe(99_000);
    expect(await balance(payee)).toBe(1_000);
    expect((await results(batch)).rows[1]?.outcome).toBe("paid");
    const { faults: none } = await statement(of, payer.number, MONDAY);
    const thursday = await statement(of, payer.number, "2026-11-26");
    expect([...none, ...thursday.faults]).toEqual([]);
    expect(thursday.lines).toMatchObject([
      { direction: "in", amountFen: 1_000, returns: rows[1]?.bankSerial, counterparty: { name: "商户" } },
    ]);
    expect(await planted()).toMatchObject([
      { reference: "p-2", serial: rows[1]?.bankSerial, returnSerial: thursday.lines[0]?.serial },
    ]);
  });

  it("that cuts the file off is told, and half a row is none", async () => {
    const { batch } = await payout();
    bank.to(MONDAY, "10:05:00");
    await plant({ kind: "cut-off", batch, keeps: 900 });
    const { rows, faults } = await results(batch);
    expect(rows.map(({ reference }) => reference)).toEqual(["p-1"]);
    expect(faults.map(({ kind }) => kind)).toEqual(["cut-off"]);
  });

  it("cannot be ordered for what was paid before", async () => {
    const { payer } = await payout();
    bank.to(MONDAY, "10:05:00");
    const order = { kind: "returned-later", account: payer.number, reference: "p-1" };
    expect((await bank.ask("POST /mistakes", order)).status).toBe(409);
  });
});

describe("mistakes by seed", () => {
  const KINDS = ["missing-line", "wrong-amount", "duplicate-line", "cut-off", "wrong-total"];

  async function days(seed: number) {
    const program = await OutsideProcess.start({ now: `${MONDAY}T01:00:00.000Z` });
    try {
      const { number } = await program.good<BankAccount>("POST /accounts", {
        ...{ bank: "b", name: "存管户", kind: "custody", number: "889900001" },
      });
      await program.good("POST /mistakes", { kind: "seed", seed, percent: 15 });
      const faulty = new Map<string, string[]>();
      for (let at = 0; at < 12; at += 1) {
        const date = new Date(Date.parse(MONDAY) + at * 86_400_000).toISOString().slice(0, 10);
        for (let line = 0; line < 8; line += 1) {
          program.to(date, `1${line}:00:00`);
          await program.good("POST /receipts", { account: number, amountFen: 1_000 + 37 * line + at });
        }
      }
      program.to("2026-12-31", "06:30:00");
      for (let at = 0; at < 14; at += 1) {
        const date = new Date(Date.parse(MONDAY) + at * 86_400_000).toISOString().slice(0, 10);
        const { faults } = readStatement(await program.file(`/statements/${number}/${date}`), mappings.b);
        if (faults.length > 0)
          faulty.set(
            date,
            faults.map(({ kind }) => kind),
          );
      }
      return { faulty, mistakes: await program.good<BankMistake[]>("GET /mistakes") };
    } finally {
      await program.stop();
    }
  }

  it("are the same for a seed, differ for another, and every one shows in the file of its day", async () => {
    const [one, again, other] = [await days(7), await days(7), await days(8)];
    const named = ({ mistakes }: typeof one) =>
      mistakes.map(({ kind, serial, date }) => [kind, serial, date]);
    expect(named(again)).toEqual(named(one));
    expect(named(other)).not.toEqual(named(one));
    expect(new Set(one.mistakes.map(({ by }) => by))).toEqual(new Set(["seed"]));
    expect(new Set([...one.mistakes, ...other.mistakes].map(({ kind }) => kind))).toEqual(new Set(KINDS));
    for (const { faulty, mistakes } of [one, other]) {
      const dates = new Set(mistakes.flatMap(({ date, appearsOn }) => [date, appearsOn].filter(Boolean)));
      expect([...faulty.keys()].sort()).toEqual([...dates].sort());
    }
  });
});
