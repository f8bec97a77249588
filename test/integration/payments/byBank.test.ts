import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bankMappings } from "#shared/bank/mappings.ts";
import { readPayoutResults } from "#shared/bank/payoutResults.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { post } from "#shared/ledger/post.ts";
import { bankSaid, sendByBank } from "#shared/payments/bankRefunds.ts";
import type { Payment, Refund } from "#shared/payments/model.ts";
import { feeRefundDraft } from "#shared/payments/postings.ts";
import { planPaymentRefund } from "#shared/payments/refunds.ts";
import { findPayment, findRefund, listBankRefunds } from "#shared/payments/store.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import {
  balances,
  casesAbout,
  control,
  decided,
  fees,
  heard,
  owing,
  type Paying,
  pay,
  sweep,
} from "../../support/payments.ts";
import { citizen, good, startTestService, type TestService } from "../../support/service.ts";

const sandboxBank = { bankName: "沙盒银行甲吴江支行", bankCode: "999305000014" };
const mapping = bankMappings["sandbox-a"];

let service: TestService;
/** The account of event fees at the sandbox bank. */
let feesBank = "";

/** Asks the sandbox bank, as whoever operates the online bank does. */
async function bank(method: string, path: string, body: object | Uint8Array = {}) {
  const bytes = body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const headers = { "content-type": body instanceof Uint8Array ? "text/csv" : "application/json" };
  const answer = await service.dispatch({ method, target: `/local/bank${path}`, headers, body: bytes });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.bytes?.toString()}`);
  return answer.bytes ?? Buffer.from(answer.body);
}
const told = async (method: string, path: string, body?: object | Uint8Array) =>
  JSON.parse((await bank(method, path, body)).toString()) as Record<string, unknown>;

beforeAll(async () => {
  service = await startTestService();
  const opened = { bank: "a", name: "体育局报名费代收户", kind: "fee-collection", depositFen: 10_000_000 };
  feesBank = String((await told("POST", "/accounts", opened))["number"]);
});
afterAll(() => service.stop());

let accounts = 0;
/** A citizen who has an account at the bank, under the name that is given there. */
async function withAccount(at: { name?: string } = {}) {
  accounts += 1;
  const accountNumber = `62220211020000${String(accounts).padStart(5, "0")}`;
  const who = await citizen(service);
  const name = at.name ?? who.input.name;
  await bank("POST", "/accounts", { bank: "a", name, kind: "citizen", number: accountNumber });
  await good(who.call(peopleRoutes.putRefundAccount, { body: { ...sandboxBank, accountNumber } }));
  return { ...who, accountNumber };
}

/** A fee that is to be given back when the provider does not hold it any more. */
async function owedByBank(payer: Awaited<ReturnType<typeof citizen>>["call"]) {
  const paid = fees();
  const paying = await owing(service, { for: paid, payer });
  await pay(paying);
  await heard(service);
  const { refund, parts } = await planPaymentRefund((await findPayment(paying.paymentId)) as Payment, {
    amountFen: 10_000,
    now: service.clock.now(),
  });
  const { refundId } = refund;
  await post(ledger, feeRefundDraft({ refundId, for: paid, amountFen: 10_000, chargeFen: 0 }), parts);
  const no = { operation: "refund", kind: "refusal", status: 403, code: "NOT_ENOUGH" };
  await control(service, "faults", { next: [no] });
  await sweep(service);
  return { paid, paying, refundId };
}

/** The bank's file goes out, and its results come back. */
async function paidOut(refunds: readonly Refund[]) {
  const { file, sent, waiting } = await sendByBank(refunds, mapping);
  if (!file) return { sent, waiting, said: [], refused: [] as unknown[] };
  const batch = await told("POST", `/payouts?account=${feesBank}`, file);
  service.clock.advance(3_600);
  const results = readPayoutResults(await bank("GET", `/payouts/${String(batch["batch"])}/results`), mapping);
  const said = await Promise.all(results.rows.map(bankSaid));
  return { sent, waiting, said, results, refused: batch["refused"] as unknown[] };
}

const due = async (refundId: string) =>
  (await listBankRefunds(service.clock.now(), 100)).filter((refund) => refund.refundId === refundId);
const of = (eventId: string) => balances(service, new RegExp(`:${eventId}(:|$)`));
const caseAbout = async ({ paymentId }: Paying) => (await casesAbout(service, paymentId))[0];

describe("a refund by the bank", () => {
  it("waits until the payer has named an account, and is then paid to it, in their own name (F4)", async () => {
    const payer = await citizen(service);
    const { paid, refundId } = await owedByBank(payer.call);
    expect(await paidOut(await due(refundId))).toMatchObject({ sent: [], waiting: [{ refundId }] });
    const accountNumber = "6222021102000099999";
    await bank("POST", "/accounts", {
      bank: "a",
      name: payer.input.name,
      kind: "citizen",
      number: accountNumber,
    });
    await good(payer.call(peopleRoutes.putRefundAccount, { body: { ...sandboxBank, accountNumber } }));
    expect(await paidOut(await due(refundId))).toMatchObject({ said: ["booked"] });
    expect(await findRefund(refundId)).toMatchObject({ status: "paid", route: "bank", attempt: 2 });
    expect(await told("GET", `/accounts/${accountNumber}`)).toMatchObject({ balanceFen: 10_000 });
    expect(await of(paid.eventId)).toEqual({ [`psp:sandbox:fees:${paid.eventId}`]: 10_000 });
    expect(await balances(service, /^fees-bank$/)).toEqual({ "fees-bank": -10_000 });
  });

  it("is on its way until the bank says what became of it, and is booked once", async () => {
    const payer = await withAccount();
    const { paid, refundId } = await owedByBank(payer.call);
    const { results } = await paidOut(await due(refundId));
    const rows = results?.rows ?? [];
    expect(await Promise.all(rows.map(bankSaid))).toEqual(["stood"]);
    expect(await bankSaid({ ...rows[0], amountFen: 9_999 } as never)).toBe("differs");
    expect(await bankSaid({ ...rows[0], reference: "rfd_01J00000000000000000000000" } as never)).toBe(
      "differs",
    );
    expect(await of(paid.eventId)).toEqual({ [`psp:sandbox:fees:${paid.eventId}`]: 10_000 });
  });

  it("to an account in another name comes back, is owed as before, and is a person's to look at", async () => {
    const payer = await withAccount({ name: "别人" });
    const { paid, paying, refundId } = await owedByBank(payer.call);
    expect(await paidOut(await due(refundId))).toMatchObject({ said: ["booked"] });
    expect(await findRefund(refundId)).toMatchObject({
      status: "failed",
      failure: { reason: "bank", code: "1002" },
    });
    expect(await of(paid.eventId)).toMatchObject({ [`refund-due:${paid.eventId}`]: 10_000 });
    const open = await caseAbout(paying);
    expect(open).toMatchObject({ kind: "refund-failed" });
    const accountNumber = "6222021102000088888";
    await bank("POST", "/accounts", {
      bank: "a",
      name: payer.input.name,
      kind: "citizen",
      number: accountNumber,
    });
    await good(payer.call(peopleRoutes.putRefundAccount, { body: { ...sandboxBank, accountNumber } }));
    await decided(service, open?.caseId ?? "", "by-bank");
    const [again] = await due(refundId);
    expect(await paidOut(again ? [again] : [])).toMatchObject({ said: ["booked"] });
    expect(await findRefund(refundId)).toMatchObject({ status: "paid", attempt: 3 });
    expect(await of(paid.eventId)).toEqual({ [`psp:sandbox:fees:${paid.eventId}`]: 10_000 });
  });

  it("of which the bank says nothing yet is not sent again", async () => {
    const payer = await withAccount();
    const { refundId } = await owedByBank(payer.call);
    const { sent, file } = await sendByBank(await due(refundId), mapping);
    const batch = String((await told("POST", `/payouts?account=${feesBank}`, file))["batch"]);
    await bank("POST", "/mistakes", { kind: "late-result", batch, hours: 24 });
    service.clock.advance(3_600);
    const early = readPayoutResults(await bank("GET", `/payouts/${batch}/results`), mapping);
    expect(await Promise.all(early.rows.map(bankSaid))).toEqual(["open"]);
    expect(await due(refundId)).toEqual([]);
    expect(await findRefund(refundId)).toMatchObject({ status: "sent", attempt: sent[0]?.attempt });
    service.clock.advance(86_400);
    const late = readPayoutResults(await bank("GET", `/payouts/${batch}/results`), mapping);
    expect(await Promise.all(late.rows.map(bankSaid))).toEqual(["booked"]);
  });

  it("that had arrived and comes back days later is owed again", async () => {
    const payer = await withAccount();
    const { paid, paying, refundId } = await owedByBank(payer.call);
    const { results } = await paidOut(await due(refundId));
    const returned = { ...results?.rows[0], outcome: "returned", code: "4001" } as never;
    expect(await bankSaid(returned)).toBe("booked");
    expect(await bankSaid(returned)).toBe("stood");
    expect(await of(paid.eventId)).toMatchObject({ [`refund-due:${paid.eventId}`]: 10_000 });
    expect(await caseAbout(paying)).toMatchObject({ kind: "refund-failed" });
  });
});
