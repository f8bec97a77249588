import { expect } from "vitest";
import { runJob } from "#local/localRoutes.ts";
import { ledger } from "#shared/ledger/ledger.ts";
import { post } from "#shared/ledger/post.ts";
import { noticeRoutes } from "#shared/notices/contract.ts";
import { paymentRoutes } from "#shared/payments/contract.ts";
import type { Payment } from "#shared/payments/model.ts";
import { feeRefundDraft } from "#shared/payments/postings.ts";
import { planPaymentRefund } from "#shared/payments/refunds.ts";
import { findPayment, findRefund } from "#shared/payments/store.ts";
import { businessDate } from "#shared/platform/time.ts";
import { letMoneyMove } from "../../support/deciding.ts";
import { child } from "../../support/family.ts";
import { sdkError, withFault } from "../../support/faults.ts";
import {
  cards,
  casesAbout,
  control,
  decided,
  fees,
  heard,
  owing,
  pay,
  statusOf,
  sweep,
} from "../../support/payments.ts";
import { take } from "../../support/queues.ts";
import { citizen, good, type TestService } from "../../support/service.ts";

/** No posting reaches the store while `work` runs. */
const storeAway = (work: () => Promise<unknown>) =>
  withFault(async (command, input, next) => {
    const posts = command.startsWith("TransactWrite") && JSON.stringify(input).includes("journal");
    if (posts)
      throw sdkError("InternalServerError", { $fault: "server", $metadata: { httpStatusCode: 500 } });
    return next();
  }, work);

/** How the functions of payments use what no single call of a route needs. */
export function paymentUses(service: () => TestService): [string, () => Promise<void>][] {
  const nextDay = () => service().clock.advance(86_400);
  return [
    [
      "next year's calendar, which is missing in November",
      async () => {
        const now = service().clock.now();
        service().clock.set(new Date("2026-11-10T09:00:00+08:00"));
        expect(await runJob("checkCalendar")).toBe(true);
        service().clock.set(now);
        expect(await take(service(), "alarms" as never)).toHaveLength(1);
      },
    ],
    [
      "an order that the provider has only once it is read, by who acts for the payer",
      async () => {
        const parent = await citizen(service());
        const { personId: payerId } = await child(parent.call);
        await control(service(), "faults", { next: [{ operation: "order", kind: "500" }] });
        const { paymentId } = await owing(service(), { payer: parent.call, payerId });
        const read = parent.call(paymentRoutes.getPayment, { path: { paymentId } });
        expect(await good(read)).toMatchObject({ parameters: { kind: "native" } });
      },
    ],
    [
      "a payment that is found by asking, and a card that it is for",
      async () => {
        await letMoneyMove(service());
        const paying = await owing(service(), { for: cards() });
        await pay(paying, { notify: "never" });
        await sweep(service(), 11);
        expect(await statusOf(paying)).toBe("paid");
      },
    ],
    [
      "a refund that two people decide, and one that is sent again by one",
      async () => {
        const paying = await owing(service());
        await pay(paying, { amountFen: 9_999 });
        await heard(service());
        const [wrong] = await casesAbout(service(), paying.paymentId);
        const no = { operation: "refund", kind: "refusal", status: 400, code: "PARAM_ERROR" };
        await control(service(), "faults", { next: [no] });
        await decided(service(), wrong?.caseId ?? "", "refund");
        await sweep(service());
        const [failed] = await casesAbout(service(), paying.paymentId);
        await decided(service(), failed?.caseId ?? "", "retry");
        await sweep(service());
        await sweep(service(), 120);
        expect(await statusOf(paying)).toBe("refunded");
      },
    ],
    [
      "money that came while the store was away, told by the provider or listed by its bill",
      async () => {
        const date = businessDate(service().clock.now());
        const [told, listed] = [
          await owing(service(), { for: cards() }),
          await owing(service(), { for: cards() }),
        ];
        await pay(told);
        await storeAway(() => expect(heard(service())).rejects.toThrow("would come again"));
        await pay(listed, { notify: "never" });
        nextDay();
        await control(service(), "settle", { date });
        nextDay();
        await storeAway(async () => expect(await runJob("importBills")).toBe(false));
        service().clock.advance(900);
        expect(await runJob("importBills")).toBe(true);
        expect([await statusOf(told), await statusOf(listed)]).toEqual(["paid", "paid"]);
      },
    ],
    [
      "a refund whose arrival is found in the bill",
      async () => {
        const date = businessDate(service().clock.now());
        const paying = await owing(service());
        await pay(paying, { times: 2 });
        await heard(service());
        await sweep(service());
        nextDay();
        await control(service(), "settle", { date });
        nextDay();
        expect(await runJob("importBills")).toBe(true);
        const call = paying.call(noticeRoutes.listNotifications, { query: {} });
        expect((await good(call)).items).toMatchObject([{ kind: "refund-paid" }]);
      },
    ],
    [
      "a day that a provider bills and pays out, and a refund of what was paid out",
      async () => {
        const date = businessDate(service().clock.now());
        const paid = fees();
        const paying = await owing(service(), { for: paid });
        await pay(paying, { notify: "never" });
        nextDay();
        await control(service(), "settle", { date });
        nextDay();
        expect(await runJob("importBills")).toBe(true);
        expect(await statusOf(paying)).toBe("paid");
        const now = service().clock.now();
        const standing = (await findPayment(paying.paymentId)) as Payment;
        const { refund, parts } = await planPaymentRefund(standing, { amountFen: 10_000, now });
        const { refundId } = refund;
        await post(ledger, feeRefundDraft({ refundId, for: paid, amountFen: 10_000, chargeFen: 0 }), parts);
        await sweep(service());
        expect(await findRefund(refundId)).toMatchObject({ status: "due", route: "bank" });
      },
    ],
  ];
}
