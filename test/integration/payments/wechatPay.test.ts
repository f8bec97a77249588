import { createHash, createPublicKey, verify } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PaymentProvider } from "#shared/payments/port.ts";
import type { WechatPayCredentials } from "#shared/payments/wechatPay/credentials.ts";
import { merchantOf, type Outside, orderOf, saidNo, startOutside } from "../../support/outside.ts";

let outside: Outside;
let pay: PaymentProvider;
let credentials: WechatPayCredentials;
beforeAll(async () => {
  outside = await startOutside();
  pay = await merchantOf(outside, { timeoutMs: 1_500 });
  credentials = await outside.ofProvider<WechatPayCredentials>("credentials");
  await outside.provider("config", { refundSeconds: 0, hangMs: 3_000, delivers: "on-flush" });
});
afterAll(() => outside.stop());

interface Paid {
  transactions: string[];
}
interface Books {
  transactions: { transactionId: string; amountFen: number }[];
  refunds: { outRefundNo: string; state: string; amountFen: number }[];
}

/** An order that was made and paid; its refund orders by name. */
async function paidOrder(of: Parameters<typeof orderOf>[0] = {}) {
  const order = orderOf(of);
  await pay.order(order);
  const { transactions } = await outside.provider<Paid>("pay", { outTradeNo: order.paymentId });
  const transactionId = transactions[0] ?? "";
  const refund = (refundId: string, amountFen = order.amountFen) => ({
    refundId: `${order.paymentId.slice(4, 20)}-${refundId}`,
    transactionId,
    amountFen,
    paidFen: order.amountFen,
    reason: "活动取消",
    ...(order.receiver !== undefined && { receiver: order.receiver }),
  });
  return { order, transactionId, refund };
}

/** Orders as the sandbox hears them, changed on the way. */
const through =
  (change: (url: URL, init: RequestInit) => [URL, RequestInit]): typeof fetch =>
  (url, init) =>
    String(url).includes("/transactions/")
      ? fetch(...change(new URL(String(url)), init ?? {}))
      : fetch(url, init);

describe("an order", () => {
  it("is made for a code, for a browser and inside WeChat", async () => {
    const native = await pay.order(orderOf());
    expect(native).toEqual({ kind: "native", codeUrl: expect.stringMatching(/^weixin:\/\//) });
    const h5 = await pay.order(orderOf({ channel: { kind: "h5", ip: "2001:db8::1" } }));
    expect(h5).toEqual({ kind: "h5", url: expect.stringMatching(/^https:\/\//) });
    const jsapi = await pay.order(
      orderOf({ channel: { kind: "jsapi", openId: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" } }),
    );
    expect(jsapi).toMatchObject({ kind: "jsapi", appId: credentials.appId, signType: "RSA" });
  });

  it("inside WeChat is signed by the merchant for the payer's device", async () => {
    const made = await pay.order(
      orderOf({ channel: { kind: "jsapi", openId: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" } }),
    );
    if (made.kind !== "jsapi") throw new Error(made.kind);
    const text = `${made.appId}\n${made.timeStamp}\n${made.nonceStr}\n${made.package}\n`;
    const key = createPublicKey(credentials.privateKeyPem);
    const signed = (of: string) =>
      verify("RSA-SHA256", Buffer.from(of), key, Buffer.from(made.paySign, "base64"));
    expect(signed(text)).toBe(true);
    expect(signed(text.replace("prepay_id", "prepay-id"))).toBe(false);
  });

  it("is answered the same when it is made again, and refused with another amount", async () => {
    const order = orderOf();
    const first = await pay.order(order);
    expect(await pay.order(order)).toEqual(first);
    expect(await saidNo(pay.order({ ...order, amountFen: 1 }))).toBe("state INVALID_REQUEST");
  });

  it("is found unpaid, paid with what was paid, and absent where it was never made", async () => {
    const order = orderOf();
    expect(await pay.find(order)).toEqual({ state: "absent" });
    await pay.order(order);
    expect(await pay.find(order)).toEqual({ state: "unpaid" });
    await outside.provider("pay", { outTradeNo: order.paymentId, amountFen: 12_000 });
    expect(await pay.find(order)).toEqual({
      state: "paid",
      transactionId: expect.stringMatching(/^4200\d{24}$/),
      amountFen: 12_000,
      paidAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    });
    expect(await saidNo(pay.order(order))).toBe("state ORDERPAID");
  });

  it("is closed once and for all, unless it was paid before", async () => {
    const order = orderOf();
    expect(await saidNo(pay.close(order))).toBe("state ORDER_NOT_EXIST");
    await pay.order(order);
    expect(await pay.close(order)).toBe("closed");
    expect(await pay.close(order)).toBe("closed");
    expect(await pay.find(order)).toEqual({ state: "closed" });
    await expect(outside.provider("pay", { outTradeNo: order.paymentId })).rejects.toThrow("ORDER_CLOSED");
    const { order: paid } = await paidOrder();
    expect(await pay.close(paid)).toBe("paid");
  });

  it("cannot be paid when its time is over", async () => {
    const now = new Date();
    const order = orderOf({ now, expiresAt: new Date(now.getTime() + 61_000).toISOString() });
    const later = await merchantOf(outside, { now: () => new Date(now.getTime() + 62_000) });
    await pay.order(order);
    await outside.setClock(new Date(now.getTime() + 62_000));
    expect(await later.find(order)).toEqual({ state: "closed" });
    await expect(outside.provider("pay", { outTradeNo: order.paymentId })).rejects.toThrow("ORDER_CLOSED");
  });

  it("says what is long in so many bytes as the provider takes", async () => {
    const order = orderOf({ description: "健".repeat(100) });
    await pay.order(order);
    const { orders } = await outside.ofProvider<{ orders: { outTradeNo: string; description: string }[] }>(
      "books",
    );
    const made = orders.find(({ outTradeNo }) => outTradeNo === order.paymentId);
    expect(made?.description).toBe("健".repeat(42));
  });

  it("for another merchant is that one's and nobody else's", async () => {
    const order = orderOf({
      receiver: "1900000201",
      channel: { kind: "jsapi", openId: "oUpF8uMuAJO_M2pxb1Q9z" },
    });
    await pay.order(order);
    expect(await pay.find({ paymentId: order.paymentId })).toEqual({ state: "absent" });
    expect(await pay.find({ paymentId: order.paymentId, receiver: "1900000202" })).toEqual({
      state: "absent",
    });
    await outside.provider("pay", { outTradeNo: order.paymentId });
    expect(await pay.find(order)).toMatchObject({ state: "paid", amountFen: 12_800 });
    expect(await pay.close(order)).toBe("paid");
  });
});

describe("a request", () => {
  const changed = async (change: (url: URL, init: RequestInit) => [URL, RequestInit]) =>
    saidNo((await merchantOf(outside, { fetch: through(change) })).order(orderOf()));
  const header = (init: RequestInit, edit: (value: string) => string): RequestInit => {
    const headers = new Headers(init.headers);
    headers.set("authorization", edit(headers.get("authorization") ?? ""));
    return { ...init, headers };
  };
  const unchanged = (url: URL, init: RequestInit): [URL, RequestInit] => [url, init];

  it("is taken as it was signed, and not with a byte of its body, its address or its signature changed", async () => {
    expect(await changed(unchanged)).toMatch(/^answered/);
    const body = await changed((url, init) => [
      url,
      { ...init, body: String(init.body).replace("12800", "12801") },
    ]);
    expect(body).toBe("request SIGN_ERROR");
    expect(await changed((url, init) => [new URL(`${url}?a=1`), init])).toBe("request SIGN_ERROR");
    const flip = (value: string) =>
      value.replace(/signature="(.)/, (_, first: string) => `signature="${first === "A" ? "B" : "A"}`);
    expect(await changed((url, init) => [url, header(init, flip)])).toBe("request SIGN_ERROR");
  });

  it("is refused from another certificate, another merchant, and with an old time", async () => {
    // By the fixed key, since who is refused is given no certificates either.
    const from = async (of: Partial<WechatPayCredentials>) =>
      saidNo((await merchantOf(outside, { keys: "public-key", credentials: of })).find(orderOf()));
    expect(await from({})).toBe('answered {"state":"absent"}');
    expect(await from({ serial: "5FFF" })).toBe("request SIGN_ERROR");
    expect(await from({ mchid: "1900000999" })).toBe("request SIGN_ERROR");
    const old = (value: string) => value.replace(/timestamp="\d+"/, 'timestamp="1700000000"');
    expect(await changed((url, init) => [url, header(init, old)])).toBe("request SIGN_ERROR");
  });

  it("with a secret that is no longer the merchant's has no proved answer, since nothing proves the provider", async () => {
    const other = createHash("md5").update("another").digest("hex");
    const merchant = await merchantOf(outside, { credentials: { apiV3Key: other } });
    expect(await saidNo(merchant.find(orderOf()))).toBe("Unavailable");
  });
});

describe("a refund", () => {
  it("is taken, arrives, and is no second one when it is asked for again", async () => {
    const { order, refund } = await paidOrder();
    const part = refund("1", 2_800);
    expect(await pay.findRefund(part)).toEqual({ state: "absent" });
    const taken = await pay.refund(part);
    expect(taken).toEqual({
      state: "processing",
      providerRefundId: expect.stringMatching(/^5030\d{24}$/),
      amountFen: 2_800,
    });
    const again = await pay.refund(part);
    expect(again).toMatchObject({ state: "succeeded", providerRefundId: taken.providerRefundId });
    expect(await pay.findRefund(part)).toEqual({
      state: "succeeded",
      providerRefundId: taken.providerRefundId,
      amountFen: 2_800,
      succeededAt: expect.stringMatching(/Z$/),
    });
    const { refunds } = await outside.ofProvider<Books>("books");
    expect(refunds.filter(({ outRefundNo }) => outRefundNo === part.refundId)).toHaveLength(1);
    expect(await pay.find(order)).toMatchObject({ state: "refunded", amountFen: 12_800 });
  });

  it("is refused beyond what was paid, under a used number with another amount, and of what was never paid", async () => {
    const { refund } = await paidOrder();
    await pay.refund(refund("1", 10_000));
    expect(await saidNo(pay.refund(refund("2", 2_801)))).toBe("state INVALID_REQUEST");
    expect(await saidNo(pay.refund(refund("1", 1)))).toBe("state INVALID_REQUEST");
    expect(await pay.refund(refund("2", 2_800))).toMatchObject({ state: "processing" });
    const nothing = { ...refund("3"), transactionId: "4200000000000000000000000000" };
    expect(await saidNo(pay.refund(nothing))).toBe("state RESOURCE_NOT_EXISTS");
  });

  it("is refused after a year, and when the money is at the bank by now", async () => {
    const receiver = "1900000301";
    const { refund } = await paidOrder({ receiver });
    const { refund: later } = await paidOrder({ receiver });
    const after = async (days: number) => {
      const now = new Date(Date.now() + days * 86_400_000);
      await outside.setClock(now);
      return merchantOf(outside, { now: () => now });
    };
    const yesterday = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const next = await after(1);
    await outside.provider("settle", { date: yesterday });
    expect(await saidNo(next.refund(later("1")))).toBe("not-enough-funds NOT_ENOUGH");
    expect(await saidNo((await after(364)).refund(refund("1")))).toBe("not-enough-funds NOT_ENOUGH");
    expect(await saidNo((await after(366)).refund(refund("1")))).toBe("too-late INVALID_REQUEST");
  });

  it("may become abnormal, be given up, or hang", async () => {
    await outside.provider("refunds", { next: ["abnormal", "closed", "hang"] });
    const found: string[] = [];
    const { refund } = await paidOrder();
    for (const name of ["1", "2", "3"]) {
      await pay.refund(refund(name, 100));
      found.push((await pay.findRefund(refund(name, 100))).state);
    }
    expect(found).toEqual(["abnormal", "closed", "processing"]);
    await outside.provider("refunds", { outRefundNo: refund("3").refundId, outcome: "succeed" });
    expect(await pay.findRefund(refund("3"))).toMatchObject({ state: "succeeded" });
  });

  it("of another merchant's payment is that one's", async () => {
    const { refund } = await paidOrder({ receiver: "1900000201" });
    const { receiver: _, ...nobodys } = refund("1");
    expect(await saidNo(pay.refund(nobodys))).toBe("state RESOURCE_NOT_EXISTS");
    await pay.refund(refund("1"));
    expect(await pay.findRefund(nobodys)).toEqual({ state: "absent" });
    expect(await pay.findRefund(refund("1"))).toMatchObject({ state: "succeeded" });
  });
});

describe("a definite no", () => {
  const refusals: [status: number, code: string, message: string, as: string][] = [
    [403, "NOT_ENOUGH", "", "not-enough-funds NOT_ENOUGH"],
    [403, "USER_ACCOUNT_ABNORMAL", "", "payer-account USER_ACCOUNT_ABNORMAL"],
    [400, "TRADE_OVERDUE", "", "too-late TRADE_OVERDUE"],
    [400, "INVALID_REQUEST", "订单已超过可退款的最大期限", "too-late INVALID_REQUEST"],
    [400, "INVALID_REQUEST", "订单已全额退款", "state INVALID_REQUEST"],
    [404, "RESOURCE_NOT_EXISTS", "", "state RESOURCE_NOT_EXISTS"],
    [404, "MCH_NOT_EXISTS", "", "request MCH_NOT_EXISTS"],
    [400, "PARAM_ERROR", "", "request PARAM_ERROR"],
    [401, "SIGN_ERROR", "", "request SIGN_ERROR"],
    [403, "NO_AUTH", "", "request NO_AUTH"],
    [400, "OF_NOBODY", "", "request OF_NOBODY"],
    [403, "TRADE_ERROR", "", "state TRADE_ERROR"],
    [400, "BIZERR_NEED_RETRY", "", "Unavailable"],
    [429, "FREQUENCY_LIMITED", "", "Unavailable"],
    [500, "SYSTEM_ERROR", "", "Unavailable"],
    // Whatever it says beside: it does not know itself.
    [500, "PARAM_ERROR", "", "Unavailable"],
    [429, "NOT_ENOUGH", "", "Unavailable"],
  ];
  it.each(refusals)("%i %s %s of a refund is %s", async (status, code, message, as) => {
    const { refund } = await paidOrder();
    await outside.provider("faults", {
      next: [{ operation: "refund", kind: "refusal", status, code, message }],
    });
    expect(await saidNo(pay.refund(refund("1")))).toBe(as);
  });

  it("about a merchant that is not there is no order that is not there", async () => {
    const fault = { kind: "refusal", status: 404, code: "MCH_NOT_EXISTS" };
    await outside.provider("faults", {
      next: ["find", "find-refund"].map((operation) => ({ operation, ...fault })),
    });
    expect(await saidNo(pay.find(orderOf()))).toBe("request MCH_NOT_EXISTS");
    expect(await saidNo(pay.findRefund({ refundId: "re_1" }))).toBe("request MCH_NOT_EXISTS");
  });

  it("keeps nothing of what the provider repeats of the request", async () => {
    const fault = {
      operation: "order",
      kind: "refusal",
      code: "PARAM_ERROR",
      message: "openid oSecretPayer 无效",
    };
    await outside.provider("faults", { next: [fault] });
    const error: unknown = await pay.order(orderOf()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ProviderRefused", code: "PARAM_ERROR" });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("oSecretPayer");
  });
});

describe("an outcome that is not known", () => {
  /** Whether the provider had done it when it failed to say so. */
  const faults: [kind: string, done: boolean][] = [
    ["timeout-before", false],
    ["timeout-after", true],
    ["dropped-before", false],
    ["dropped-after", true],
    ["500", false],
    ["500-after", true],
    ["frequency-limited", false],
    ["bad-signature", true],
    ["unsigned", true],
    ["stale", true],
    ["broken", true],
    ["forged", true],
  ];

  it.each(faults)("%s of an order is unavailable, and found out by asking", async (kind, done) => {
    const order = orderOf();
    await outside.provider("faults", { next: [{ operation: "order", kind }] });
    expect(await saidNo(pay.order(order))).toBe("Unavailable");
    expect(await pay.find(order)).toEqual({ state: done ? "unpaid" : "absent" });
  });

  it.each(faults)("%s of a refund is unavailable, and found out by asking", async (kind, done) => {
    const { refund } = await paidOrder();
    await outside.provider("faults", { next: [{ operation: "refund", kind }] });
    expect(await saidNo(pay.refund(refund("1")))).toBe("Unavailable");
    expect((await pay.findRefund(refund("1"))).state).toBe(done ? "succeeded" : "absent");
  });

  it.each([
    "timeout-before",
    "dropped-after",
    "500",
    "bad-signature",
    "unsigned",
    "stale",
    "broken",
    "forged",
  ])("%s of a question is no answer to it", async (kind) => {
    const { order, refund } = await paidOrder();
    await pay.refund(refund("1"));
    const next = ["find", "find-refund", "close"].map((operation) => ({ operation, kind }));
    await outside.provider("faults", { next });
    expect(await saidNo(pay.find(order))).toBe("Unavailable");
    expect(await saidNo(pay.findRefund(refund("1")))).toBe("Unavailable");
    expect(await saidNo(pay.close(order))).toBe("Unavailable");
  });

  it("is not an unsigned no: whoever stands between could say it", async () => {
    const unsigned: typeof fetch = async (url, init) => {
      const { status, body } = await fetch(url, init);
      return new Response(body, { status });
    };
    const merchant = await merchantOf(outside, { fetch: unsigned });
    expect(await saidNo(merchant.find(orderOf()))).toBe("Unavailable");
  });

  it("is an answer about another order or refund", async () => {
    const { order, refund } = await paidOrder();
    await pay.refund(refund("1"));
    const answers: Response[] = [];
    const keeping: typeof fetch = async (url, init) => {
      const answer = await fetch(url, init);
      if (String(url).match(order.paymentId) ?? String(url).match(refund("1").refundId))
        answers.push(answer.clone());
      return answer;
    };
    const keeper = await merchantOf(outside, { fetch: keeping });
    await keeper.find(order);
    await keeper.findRefund(refund("1"));
    // Signed as it should be a moment ago, in the place of another's answer.
    const another = orderOf();
    const swapping: typeof fetch = async (url, init) =>
      String(url).match(/pay_|re_/) ? (answers.shift() ?? Response.error()) : fetch(url, init);
    const merchant = await merchantOf(outside, { fetch: swapping });
    expect(await saidNo(merchant.find(another))).toBe("Unavailable");
    expect(await saidNo(merchant.findRefund({ refundId: "re_another" }))).toBe("Unavailable");
    expect(answers).toEqual([]);
  });
});

beforeEach(async () => {
  const { faults } = await outside.ofProvider<{ faults: unknown[] }>("books");
  expect(faults).toEqual([]);
  await outside.setClock(new Date());
});
