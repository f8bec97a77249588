import { paymentRoutes } from "#shared/payments/contract.ts";
import type { RawBody } from "#shared/platform/route.ts";
import { businessDate } from "#shared/platform/time.ts";
import { finance } from "#test/support/ledger.ts";
import { cards, casesAbout, control, fees, owing, type Paying, pay } from "#test/support/payments.ts";
import { good } from "#test/support/service.ts";
import { type CostSheet, deliver, sentDuring } from "../sheet.ts";
import { tick } from "./jobs.ts";

const WORKER = "jobs/settlePayments";
const sweep = () => deliver(WORKER, [tick("settlePayments")]);
const read = () => deliver("jobs/importBills", [tick("importBills")]);

/** What the provider tells of the last payment, which it tells nobody by itself. */
const told = (sheet: CostSheet) => control<RawBody>(sheet.service, "notifications/signed", {});

/** Somebody pays, and the provider tells of it. Answers what its worker is handed. */
async function heard(sheet: CostSheet, paying: Paying, body: { amountFen?: number } = {}): Promise<string[]> {
  await pay(paying, { ...body, notify: "never" });
  const raw = await told(sheet);
  const path = { provider: "sandbox" };
  return (await sentDuring(() => good(sheet.service.anyone(paymentRoutes.notifyPayment, { path, raw }))))
    .bodies;
}

/** From an order to pay until the money is where it belongs, or back with its payer. */
export async function paymentCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  await control(service, "config", { delivers: "on-flush", refundSeconds: 0 });
  await receivingCases(sheet);
  await givingBackCases(sheet);
  await billCases(sheet);
  await sheet.costs("jobs/checkCalendar", "before November", "200", () =>
    deliver("jobs/checkCalendar", [tick("checkCalendar")]),
  );
}

async function receivingCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  await control(service, "faults", { next: [{ operation: "order", kind: "500" }] });
  const paying = await owing(service, { for: fees() });
  const look = ({ call, paymentId }: Paying) => call(paymentRoutes.getPayment, { path: { paymentId } });
  await sheet.costs("getPayment", "whose order is made now", "200", () => look(paying));
  await sheet.costs("getPayment", "whose order stands", "200", () => look(paying));
  const { call, paymentId } = paying;
  await sheet.costs("payInSandbox", "on one machine", "200", () =>
    call(paymentRoutes.payInSandbox, { path: { paymentId }, body: { notify: "never" } }),
  );
  const raw = await told(sheet);
  const tell = () => service.anyone(paymentRoutes.notifyPayment, { path: { provider: "sandbox" }, raw });
  const { bodies } = await sentDuring(() => sheet.costs("notifyPayment", "money came", "200", tell));
  await sheet.costsAtOnce("notifyPayment", "told again", "200", tell);
  await sheet.costs(WORKER, "a fee was paid", "200", () => deliver(WORKER, bodies));
  await sheet.costsAtOnce(WORKER, "a fee was paid, told again", "200", () => deliver(WORKER, bodies));
  const card = await heard(sheet, await owing(service, { for: cards() }));
  await sheet.costs(WORKER, "a card was paid", "200", () => deliver(WORKER, card));
  await sheet.costs(WORKER, "nothing is due", "200", sweep);
}

async function givingBackCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const paying = await owing(service, { for: fees() });
  const wrong = await heard(sheet, paying, { amountFen: 9_999 });
  await sheet.costs(WORKER, "another amount was paid", "200", () => deliver(WORKER, wrong));
  const call = finance(service);
  await sheet.costs("listPaymentCases", "one that is open", "200", () =>
    call(paymentRoutes.listPaymentCases, { query: {} }),
  );
  const [open] = await casesAbout(service, paying.paymentId);
  const path = { caseId: open?.caseId ?? "" };
  const body = { decision: "refund", reason: "金额不符" } as const;
  const deciding = { path, body, idempotencyKey: crypto.randomUUID() };
  const decide = () => call(paymentRoutes.decidePaymentCase, deciding);
  await sheet.costs("decidePaymentCase", "put before a second person", "202", decide);
  await sheet.costs("decidePaymentCase", "repeated", "202", decide);
  const doubled = await owing(service, { for: fees() });
  await pay(doubled, { times: 2, notify: "never" });
  sheet.later(60);
  await sweep();
  await deliver(WORKER, await heardAgain(sheet));
  await sheet.costs(WORKER, "a refund is sent", "200", sweep);
  sheet.later(300);
  await sheet.costs(WORKER, "a refund has arrived", "200", sweep);
}

async function heardAgain(sheet: CostSheet): Promise<string[]> {
  const raw = await told(sheet);
  const tell = () =>
    sheet.service.anyone(paymentRoutes.notifyPayment, { path: { provider: "sandbox" }, raw });
  return (await sentDuring(() => good(tell()))).bodies;
}

async function billCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  await sheet.costs("jobs/importBills", "30 days of which there is nothing", "200", read);
  const date = businessDate(sheet.now);
  sheet.later(86_400);
  await control(service, "settle", { date });
  await sheet.costs("jobs/importBills", "a day of 4 receipts and a refund", "200", read);
  sheet.later(86_400);
  await sheet.costs("jobs/importBills", "a day on which the provider paid out", "200", read);
  await sheet.costs("jobs/importBills", "no day that is over", "200", read);
  await sheet.costs("listProviderDays", "two days", "200", () =>
    finance(service)(paymentRoutes.listProviderDays, { query: { provider: "sandbox" } }),
  );
}
