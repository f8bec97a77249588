import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { paymentRoutes } from "#shared/payments/contract.ts";
import { receive } from "#shared/payments/receive.ts";
import { listTold } from "#shared/payments/store.ts";
import { letMoneyMove, stopMoneyFor, writtenAtOnce } from "../../support/deciding.ts";
import { finance } from "../../support/ledger.ts";
import {
  balances,
  cards,
  casesAbout,
  control,
  decided,
  fees,
  heard,
  kindsAbout,
  owing,
  pay,
  providersBooks,
  statusOf,
  sweep,
} from "../../support/payments.ts";
import { citizen, good, refused, startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

/** Accounts of one event or merchant, without their names. */
const of = (owner: string) => balances(service, new RegExp(`:${owner}(:|$)`));

describe("a payment", () => {
  it("shows what the payer's device needs, to the payer and to nobody else", async () => {
    const paying = await owing(service);
    const path = { paymentId: paying.paymentId };
    const shown = await good(paying.call(paymentRoutes.getPayment, { path }));
    expect(shown).toMatchObject({
      status: "pending",
      amountFen: 10_000,
      provider: "sandbox",
      parameters: { kind: "native", codeUrl: expect.stringContaining("weixin://") },
    });
    const stranger = await citizen(service);
    expect(await refused(stranger.call(paymentRoutes.getPayment, { path }))).toBe("404 not-found");
  });

  it("can be made while the provider is away, and be paid once it is back", async () => {
    await control(service, "faults", { next: [{ operation: "order", kind: "500" }] });
    const paying = await owing(service);
    await pay(paying);
    await heard(service);
    expect(await statusOf(paying)).toBe("paid");
  });

  it("of a fee that is paid in time is the organiser's, and stands with the provider (F1)", async () => {
    const paid = fees();
    const paying = await owing(service, { for: paid });
    await pay(paying);
    expect(await statusOf(paying)).toBe("pending");
    await heard(service);
    expect(await statusOf(paying)).toBe("paid");
    expect(await of(paid.eventId)).toEqual({
      [`psp:sandbox:fees:${paid.eventId}`]: 10_000,
      [`event-fees:${paid.eventId}`]: 10_000,
    });
  });

  it("of a card is the holder's unconsumed money (C1)", async () => {
    const card = cards();
    const paying = await owing(service, { for: card, amountFen: 100_000 });
    await pay(paying);
    await heard(service);
    expect(await balances(service, new RegExp(`card:${card.cardId}:`))).toEqual({
      [`card:${card.cardId}:unconsumed`]: 100_000,
    });
  });
});

describe("what the provider tells", () => {
  it("hard case 48: twice is booked once", async () => {
    const paid = fees();
    const paying = await owing(service, { for: paid });
    await pay(paying);
    await heard(service);
    await control(service, "notifications/replay", {});
    // What was worked on is not to be worked on again.
    expect(await listTold(service.clock.now(), 10)).toEqual([]);
    await heard(service);
    await sweep(service, 60);
    expect(await kindsAbout(service, paid.eventId)).toEqual(["payment.received"]);
  });

  it("twice at once, and found by asking meanwhile, is booked once", async () => {
    const paid = fees();
    const paying = await owing(service, { for: paid });
    await pay(paying);
    service.clock.advance(60);
    await Promise.all([heard(service), sweep(service), sweep(service)]);
    expect(await kindsAbout(service, paid.eventId)).toEqual(["payment.received"]);
  });

  it("hard case 48: under a signature that is none is refused, and nothing is kept of it", async () => {
    const url = `${service.url}/v1/payments/notifications/sandbox`;
    const headers = {
      "content-type": "application/json",
      "wechatpay-serial": "ABCDEF",
      "wechatpay-timestamp": String(Math.floor(service.clock.now().getTime() / 1_000)),
      "wechatpay-nonce": "n",
      "wechatpay-signature": "c2FtcGxl",
    };
    const body = JSON.stringify({ id: "EV-1", event_type: "TRANSACTION.SUCCESS", resource: {} });
    const answer = await fetch(url, { method: "POST", headers, body });
    expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([
      401,
      "/problems/notification-unverified",
    ]);
    const unknown = await fetch(url.replace("sandbox", "nobody"), { method: "POST", headers, body });
    expect(unknown.status).toBe(404);
  });

  it("is not needed: a notification that is lost is made good by asking", async () => {
    const paying = await owing(service);
    await pay(paying, { notify: "never" });
    await heard(service);
    expect(await sweep(service, 11)).toBe(true);
    expect(await statusOf(paying)).toBe("paid");
  });

  it("hard case 49: is kept and answered 200 while money is read-only, and booked afterwards", async () => {
    const paying = await owing(service);
    await stopMoneyFor(service, { fault: "test", place: "nowhere" });
    await pay(paying);
    await heard(service);
    await sweep(service, 60);
    expect(await statusOf(paying)).toBe("pending");
    await letMoneyMove(service);
    expect(await sweep(service, 60)).toBe(true);
    expect(await statusOf(paying)).toBe("paid");
  });
});

describe("money that is not what was asked for", () => {
  it("hard case 48: of another amount is answered 200, quarantined, and given back by two people (F2, F4)", async () => {
    const paid = fees();
    const paying = await owing(service, { for: paid });
    await pay(paying, { amountFen: 9_999 });
    await heard(service);
    expect(await statusOf(paying)).toBe("quarantined");
    expect(await of(paid.eventId)).toEqual({
      [`psp:sandbox:fees:${paid.eventId}`]: 9_999,
      [`refund-due:${paid.eventId}`]: 9_999,
    });
    const [open] = await casesAbout(service, paying.paymentId);
    expect(open).toMatchObject({ kind: "wrong-amount", amountFen: 9_999, decisions: ["refund"] });
    const asking = { decision: "ask-again", reason: "再问一次" } as const;
    const path = { caseId: open?.caseId ?? "" };
    expect(await refused(finance(service)(paymentRoutes.decidePaymentCase, { path, body: asking }))).toBe(
      "422 decision-unfit",
    );
    await decided(service, open?.caseId ?? "", "refund");
    expect(await casesAbout(service, paying.paymentId)).toEqual([]);
    await sweep(service);
    expect(await statusOf(paying)).toBe("refunding");
    await sweep(service, 120);
    expect(await statusOf(paying)).toBe("refunded");
    expect(await of(paid.eventId)).toEqual({});
  });

  it("twice for one order is taken once, and the second is given back by itself (F2)", async () => {
    const paid = fees();
    const paying = await owing(service, { for: paid });
    await pay(paying, { times: 2 });
    await heard(service);
    await sweep(service);
    await sweep(service, 120);
    expect(await statusOf(paying)).toBe("paid");
    expect(await kindsAbout(service, paid.eventId)).toEqual([
      "payment.double",
      "payment.received",
      "refund.paid",
      "refund.sent",
    ]);
    expect(await of(paid.eventId)).toEqual({
      [`psp:sandbox:fees:${paid.eventId}`]: 10_000,
      [`event-fees:${paid.eventId}`]: 10_000,
    });
  });

  it("under no order of ours waits in suspense until somebody finds out what it is for (K4)", async () => {
    const paid = fees();
    const paying = await owing(service, { for: paid });
    await control(service, "pay", { outTradeNo: "unknown-1", amountFen: 10_000 });
    await heard(service);
    const [open] = await casesAbout(service, "unknown-1");
    expect(open).toMatchObject({ kind: "unidentified", decisions: ["refund", "identify"] });
    const other = await owing(service, { amountFen: 9_000 });
    const call = finance(service);
    const ask = (body: object) =>
      call(paymentRoutes.decidePaymentCase, {
        path: { caseId: open?.caseId ?? "" },
        body: { reason: "核实", ...body } as never,
      });
    expect(await refused(ask({ decision: "identify", paymentId: other.paymentId }))).toBe(
      "422 payment-not-matching",
    );
    expect(await refused(ask({ decision: "identify" }))).toBe("422 payment-not-matching");
    expect(await refused(ask({ decision: "retry" }))).toBe("422 decision-unfit");
    await decided(service, open?.caseId ?? "", "identify", { paymentId: paying.paymentId });
    expect(await statusOf(paying)).toBe("paid");
    expect(await balances(service, /suspense|:none:/)).toEqual({});
    expect(await of(paid.eventId)).toMatchObject({ [`event-fees:${paid.eventId}`]: 10_000 });
    expect(await refused(ask({ decision: "refund" }))).toBe("409 already-decided");
  });

  it("under no order of ours is sent back when nobody knows what it is for (K4)", async () => {
    await control(service, "pay", { outTradeNo: "unknown-2", amountFen: 700 });
    await heard(service);
    expect(await balances(service, /suspense|:none:/)).toEqual({
      "psp:sandbox:none:none": 700,
      "suspense:psp-sandbox": 700,
    });
    const [open] = await casesAbout(service, "unknown-2");
    await decided(service, open?.caseId ?? "", "refund");
    await sweep(service);
    await sweep(service, 120);
    expect(await balances(service, /suspense|:none:|transit:psp/)).toEqual({});
    expect((await providersBooks(service)).refunds.at(-1)).toMatchObject({
      amountFen: 700,
      state: "SUCCESS",
    });
  });
});

/** The provider answers no question, until it is back. */
const away = () => control(service, "faults", { next: Array(100).fill({ operation: "find", kind: "500" }) });
const back = () => control(service, "faults", { next: [], clear: true });

describe("an outcome that nobody knows", () => {
  it("is asked after less and less often, and is a person's after 24 hours", async () => {
    const paying = await owing(service, { seconds: 120 });
    await away();
    for (const seconds of [11, 60, 120, 300]) await sweep(service, seconds);
    expect(await casesAbout(service, paying.paymentId)).toEqual([]);
    expect(await statusOf(paying)).toBe("pending");
    await sweep(service, 86_400);
    expect(await casesAbout(service, paying.paymentId)).toMatchObject([
      { kind: "unknown", decisions: ["ask-again", "close", "arrived", "came-back"] },
    ]);
    await back();
  });

  it("is no less open when the provider refuses the question, and holds no other up", async () => {
    const refused = await owing(service);
    await pay(refused, { notify: "never" });
    const no = { operation: "find", kind: "refusal", status: 401, code: "SIGN_ERROR" };
    await control(service, "faults", { next: [no] });
    expect(await sweep(service, 11)).toBe(true);
    expect(await statusOf(refused)).toBe("pending");
    expect(await sweep(service, 60)).toBe(true);
    expect(await statusOf(refused)).toBe("paid");
  });

  it("can be asked after again by one person, and given up by two; hard case 27: what comes then is given back", async () => {
    const paid = fees();
    const paying = await owing(service, { for: paid, seconds: 600 });
    await pay(paying, { notify: "never" });
    await away();
    await sweep(service, 86_400);
    const [open] = await casesAbout(service, paying.paymentId);
    await decided(service, open?.caseId ?? "", "ask-again");
    await sweep(service, 1);
    const [again] = await casesAbout(service, paying.paymentId);
    expect(again?.kind).toBe("unknown");
    await back();
    await decided(service, again?.caseId ?? "", "close");
    expect(await statusOf(paying)).toBe("closed");
    await control(service, "notifications/replay", {});
    await heard(service);
    expect(await statusOf(paying)).toBe("refunding");
    await sweep(service);
    await sweep(service, 120);
    expect(await statusOf(paying)).toBe("refunded");
    expect(await of(paid.eventId)).toEqual({});
  });
});

it("hard case 45: a case that two decide at once is decided once", async () => {
  const paying = await owing(service, { seconds: 600 });
  await away();
  await sweep(service, 86_400);
  const [open] = await casesAbout(service, paying.paymentId);
  const path = { caseId: open?.caseId ?? "" };
  const body = { decision: "ask-again", reason: "核实" } as const;
  const both = await writtenAtOnce(2, () =>
    Promise.all(
      ["finance-1", "finance-2"].map((sub) =>
        finance(service, sub)(paymentRoutes.decidePaymentCase, { path, body }),
      ),
    ),
  );
  await back();
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
});

it("money told by another provider under an id of ours is nobody's, and its payment stays open", async () => {
  const paying = await owing(service);
  const { paymentId } = paying;
  const told = { transactionId: "4200999", amountFen: 10_000, paidAt: service.clock.now().toISOString() };
  expect(await receive({ provider: "wechat-pay", paymentId, ...told })).toMatchObject({
    outcome: "unidentified",
  });
  expect(await statusOf(paying)).toBe("pending");
});

describe("an order that nobody pays", () => {
  it("is closed at the provider when its time is over, so that nobody can pay it any more", async () => {
    const paying = await owing(service, { seconds: 120 });
    await good(paying.call(paymentRoutes.getPayment, { path: { paymentId: paying.paymentId } }));
    await sweep(service, 121);
    expect(await statusOf(paying)).toBe("closed");
    expect(
      await refused(
        paying.call(paymentRoutes.payInSandbox, { path: { paymentId: paying.paymentId }, body: {} }),
      ),
    ).toBe("409 payment-not-open");
  });

  it("that was paid at the last moment is taken, though it is found out after its time", async () => {
    const paying = await owing(service, { seconds: 120 });
    await pay(paying, { notify: "never" });
    await sweep(service, 3_600);
    expect(await statusOf(paying)).toBe("paid");
  });
});
