import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  createIdentity,
  type Identity,
  platformCertificate,
  seal,
  signatureOf,
  signerOf,
} from "#local/outside/provider/identity.ts";
import type { PaymentProvider, SignedMessage } from "#shared/payments/port.ts";
import { sealedResource } from "#shared/payments/wechatPay/signing.ts";
import { createWechatPay } from "#shared/payments/wechatPay/wechatPay.ts";
import { merchantOf, type Outside, orderOf, saidNo, startOutside } from "../../support/outside.ts";

const UNVERIFIED = "401 notification-unverified";
const MINUTE_MS = 60_000;

describe("what the provider tells", () => {
  let outside: Outside;
  let pay: PaymentProvider;
  /** How far the merchant's clock is. */
  let ahead = 0;
  let asked = 0;
  const counting: typeof fetch = (url, init) => {
    if (String(url).endsWith("/v3/certificates")) asked += 1;
    return fetch(url, init);
  };
  const merchant = (keys: "certificate" | "public-key" = "certificate") =>
    merchantOf(outside, { keys, fetch: counting, now: () => new Date(Date.now() + ahead) });

  beforeAll(async () => {
    outside = await startOutside();
    await outside.provider("config", { refundSeconds: 0, delivers: "on-flush" });
  });
  afterAll(() => outside.stop());
  beforeEach(async () => {
    ahead = 0;
    asked = 0;
    await outside.provider("config", { signs: "certificate" });
    pay = await merchant();
  });

  const lastMessage = async (): Promise<SignedMessage> => {
    const { messages } = await outside.ofProvider<{ messages: SignedMessage[] }>("inbox");
    return messages.at(-1) ?? { headers: {}, body: "" };
  };
  /** A message about a payment of a new order. */
  async function paid(of: Parameters<typeof orderOf>[0] = {}) {
    const order = orderOf(of);
    await pay.order(order);
    const { transactions } = await outside.provider<{ transactions: string[] }>("pay", {
      outTradeNo: order.paymentId,
    });
    return { order, transactionId: transactions[0] ?? "", message: await lastMessage() };
  }

  it("of a payment is who paid what under which order, and nothing of the payer", async () => {
    const { order, transactionId, message } = await paid({ receiver: "1900000201" });
    const told = await pay.open(message);
    expect(told).toEqual({
      notificationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      about: "payment",
      paymentId: order.paymentId,
      receiver: "1900000201",
      state: "paid",
      transactionId,
      amountFen: 12_800,
      paidAt: expect.stringMatching(/Z$/),
    });
    const { transactions } = await outside.ofProvider<{ transactions: { openId: string }[] }>("books");
    expect(JSON.stringify(told)).not.toContain(transactions.at(-1)?.openId);
  });

  it("of a payment under no order is told as well", async () => {
    await outside.provider("pay", { outTradeNo: "of-nobody", amountFen: 77 });
    // Nobody gave an address for it: it is told where the merchant has one in general.
    const { notices } = await outside.ofProvider<{ notices: { attempts: number; url: string }[] }>("books");
    expect(notices.at(-1)).toMatchObject({ attempts: 0, url: "" });
    await outside.provider("config", { notifyUrl: `${outside.url}/provider/sandbox/inbox` });
    await outside.provider("pay", { outTradeNo: "of-nobody-2", amountFen: 77 });
    expect(await pay.open(await lastMessage())).toMatchObject({ paymentId: "of-nobody-2", amountFen: 77 });
  });

  it("of a refund is how it ended", async () => {
    const { order, transactionId } = await paid();
    await outside.provider("refunds", { next: ["succeed", "abnormal", "closed"] });
    for (const [refundId, state] of [
      ["re-1", "succeeded"],
      ["re-2", "abnormal"],
      ["re-3", "closed"],
    ] as const) {
      const refund = { transactionId, amountFen: 100, paidFen: order.amountFen, reason: "退款" };
      const { providerRefundId } = await pay.refund({
        ...refund,
        refundId: `${refundId}-${order.paymentId}`,
      });
      await outside.provider("notifications/flush");
      expect(await pay.open(await lastMessage())).toEqual({
        notificationId: expect.any(String),
        about: "refund",
        refundId: `${refundId}-${order.paymentId}`,
        state,
        providerRefundId,
        amountFen: 100,
        ...(state === "succeeded" && { succeededAt: expect.any(String) }),
      });
    }
  });

  it("may be told twice, and is no longer believed after five minutes", async () => {
    const { message } = await paid();
    const first = await pay.open(message);
    ahead = 4.9 * MINUTE_MS;
    expect(await pay.open(message)).toEqual(first);
    ahead = 5.1 * MINUTE_MS;
    expect(await saidNo(pay.open(message))).toBe(UNVERIFIED);
    ahead = -5.1 * MINUTE_MS;
    expect(await saidNo(pay.open(message))).toBe(UNVERIFIED);
  });

  describe("when it changes its certificate", () => {
    it("is believed by the old and the new one, and asked for them once", async () => {
      const { message: old } = await paid();
      await Promise.all([pay.open(old), pay.open(old)]);
      expect(asked).toBe(1);
      await outside.provider("rotate");
      ahead = MINUTE_MS;
      const { message } = await paid();
      expect(message.headers["wechatpay-serial"]).not.toBe(old.headers["wechatpay-serial"]);
      await Promise.all([pay.open(message), pay.open(old), pay.open(message)]);
      expect(asked).toBe(2);
    });

    it("is not asked again within a minute, whatever serials come", async () => {
      const { message } = await paid();
      asked = 0;
      for (const serial of ["5A", "5B", "5C", "PUB_KEY_ID_01"]) {
        const forged = { ...message, headers: { ...message.headers, "wechatpay-serial": serial } };
        expect(await saidNo(pay.open(forged))).toBe(UNVERIFIED);
      }
      expect(asked).toBe(0);
      ahead = MINUTE_MS;
      const forged = { ...message, headers: { ...message.headers, "wechatpay-serial": "5D" } };
      expect(await saidNo(pay.open(forged))).toBe(UNVERIFIED);
      expect(await saidNo(pay.open(forged))).toBe(UNVERIFIED);
      expect(asked).toBe(1);
      expect(await pay.open(message)).toMatchObject({ about: "payment" });
    });

    it("a certificate that it lists no longer is believed no longer", async () => {
      const { message: old } = await paid();
      await outside.provider("rotate", { retire: true });
      ahead = MINUTE_MS;
      await pay.find(orderOf());
      expect(await saidNo(pay.open(old))).toBe(UNVERIFIED);
    });

    it.each([
      ["is over", { to: "2026-01-01T00:00:00Z" }],
      ["has not begun", { from: "2044-01-01T00:00:00Z" }],
    ])("a certificate whose time %s is not believed", async (_, time) => {
      await outside.provider("rotate", time);
      expect(await saidNo((await merchant()).find(orderOf()))).toBe("Unavailable");
      await outside.provider("rotate", { retire: true });
    });

    it("that cannot be had, nothing is refused: it is not known whose the message is", async () => {
      const { message } = await paid();
      await outside.provider("faults", { next: [{ operation: "certificates", kind: "500" }] });
      const cold = await merchant();
      expect(await saidNo(cold.open(message))).toBe("Unavailable");
      expect(await saidNo(cold.open(message))).toBe("Unavailable");
      ahead = MINUTE_MS;
      expect(await cold.open(message)).toMatchObject({ about: "payment" });
    });

    it.each(["bad-signature", "unsigned", "stale", "broken", "forged", "dropped-before"])(
      "%s certificates are none",
      async (kind) => {
        await outside.provider("faults", { next: [{ operation: "certificates", kind }] });
        expect(await saidNo((await merchant()).find(orderOf()))).toBe("Unavailable");
      },
    );
  });

  describe("to a newer merchant, who has the fixed key", () => {
    it("is signed by that key, and nobody needs a certificate", async () => {
      await outside.provider("config", { signs: "public-key" });
      pay = await merchant("public-key");
      const { order, message } = await paid();
      expect(message.headers["wechatpay-serial"]).toMatch(/^PUB_KEY_ID_/);
      expect(await pay.open(message)).toMatchObject({ paymentId: order.paymentId });
      expect(asked).toBe(0);
      const others = { ...message, headers: { ...message.headers, "wechatpay-serial": "PUB_KEY_ID_02" } };
      expect(await saidNo(pay.open(others))).toBe(UNVERIFIED);
      // It has none to give, which is an answer and no failure.
      const certified = { ...message, headers: { ...message.headers, "wechatpay-serial": "5A" } };
      expect(await saidNo(pay.open(certified))).toBe(UNVERIFIED);
      expect(asked).toBe(1);
    });

    it("may still be signed by a certificate, while it changes", async () => {
      pay = await merchant("public-key");
      const { order, message } = await paid();
      expect(message.headers["wechatpay-serial"]).not.toMatch(/^PUB_KEY_ID_/);
      expect(await pay.open(message)).toMatchObject({ paymentId: order.paymentId });
    });

    it("is not believed by the fixed key of somebody who was given none", async () => {
      await outside.provider("config", { signs: "public-key" });
      pay = await merchant("public-key");
      const { message } = await paid();
      expect(await saidNo((await merchant()).open(message))).toBe(UNVERIFIED);
    });
  });
});

describe("a message", () => {
  const NOW = new Date("2026-06-10T04:00:00.000Z");
  let platform: Identity;
  let pay: PaymentProvider;
  let content: Record<string, unknown>;
  beforeAll(async () => {
    platform = await createIdentity();
    const { fixed, merchant, mchid, appId, apiV3Key } = platform;
    const credentials = {
      mchid,
      appId,
      apiV3Key,
      serial: merchant.serial,
      privateKeyPem: merchant.privateKeyPem,
    };
    const fetch = () => Promise.reject(new Error("nobody needs to be asked"));
    pay = createWechatPay(
      {
        ...credentials,
        baseUrl: "http://127.0.0.1:9",
        notifyUrl: "http://127.0.0.1:9/notify",
        publicKeyId: fixed.id,
        publicKeyPem: fixed.publicKeyPem,
      },
      { fetch, now: () => NOW },
    );
    content = {
      mchid,
      appid: appId,
      out_trade_no: "pay_1",
      transaction_id: "4200",
      trade_state: "SUCCESS",
      success_time: "2026-06-10T11:59:30+08:00",
      payer: { openid: "oSecretPayer" },
      amount: { total: 500, payer_total: 500, currency: "CNY" },
    };
  });

  type Resource = ReturnType<typeof seal>;
  /** A message as the platform would send it, with what is different. */
  function message(
    of: {
      content?: unknown;
      event?: string;
      key?: string;
      resource?: (sealed: Resource) => unknown;
      body?: string;
    } = {},
  ): SignedMessage {
    const { event = "TRANSACTION.SUCCESS", key = platform.apiV3Key, resource = (sealed) => sealed } = of;
    const text = typeof of.content === "string" ? of.content : JSON.stringify(of.content ?? content);
    const sealed = seal({ ...platform, apiV3Key: key }, text, "transaction");
    const body =
      of.body ?? JSON.stringify({ id: "EV-1", event_type: event, extra: 1, resource: resource(sealed) });
    return { headers: signatureOf(signerOf(platform, "public-key"), body, NOW), body };
  }
  const opened = (sent: SignedMessage) => saidNo(pay.open(sent));

  it("is opened, with whatever fields it has beyond those that are known", async () => {
    expect(await pay.open(message({ content: { ...content, of_next_year: { a: [1] } } }))).toEqual({
      notificationId: "EV-1",
      about: "payment",
      paymentId: "pay_1",
      state: "paid",
      transactionId: "4200",
      amountFen: 500,
      paidAt: "2026-06-10T03:59:30.000Z",
    });
  });

  it("about something that this service does not know is named and no more", async () => {
    expect(await pay.open(message({ event: "PROFITSHARING.SUCCESS" }))).toEqual({
      notificationId: "EV-1",
      about: "other",
      what: "PROFITSHARING.SUCCESS",
    });
  });

  it.each(["timestamp", "nonce", "signature", "serial"])("with another %s is refused", async (name) => {
    const sent = message();
    const value = sent.headers[`wechatpay-${name}`] ?? "";
    const flipped = `${value.slice(0, -3)}${value.at(-3) === "1" ? "2" : "1"}${value.slice(-2)}`;
    const change = (to: string | undefined) => ({
      ...sent,
      headers: { ...sent.headers, [`wechatpay-${name}`]: to },
    });
    expect(await opened(change(value))).toMatch(/^answered/);
    expect(await opened(change(flipped))).toBe(UNVERIFIED);
    expect(await opened(change(undefined))).toBe(UNVERIFIED);
    expect(await opened(change(""))).toBe(UNVERIFIED);
  });

  it("with any byte of its body changed is refused", async () => {
    const sent = message();
    for (let at = 0; at < sent.body.length; at += 7) {
      const flipped = sent.body.charCodeAt(at) ^ 1;
      const body = sent.body.slice(0, at) + String.fromCharCode(flipped) + sent.body.slice(at + 1);
      expect([at, await opened({ ...sent, body })]).toEqual([at, UNVERIFIED]);
    }
  });

  it("that the platform's test of our verification sends is refused", async () => {
    const sent = message();
    const probe = { ...sent.headers, "wechatpay-signature": "WECHATPAY/SIGNTEST/abcdefgh" };
    expect(await opened({ ...sent, headers: probe })).toBe(UNVERIFIED);
  });

  it("signed by an attacker's certificate under the platform's name is refused", async () => {
    const attacker = await platformCertificate();
    const { body } = message();
    const own = signatureOf(attacker, body, NOW);
    const stolen = { ...own, "wechatpay-serial": platform.fixed.id };
    expect(await opened({ headers: stolen, body })).toBe(UNVERIFIED);
    // Whose certificates cannot be asked for now.
    expect(await opened({ headers: own, body })).toBe("Unavailable");
  });

  it.each([
    ["another key", { key: "0".repeat(32) }],
    ["other associated data", { resource: (sealed: Resource) => ({ ...sealed, associated_data: "refund" }) }],
    ["another nonce", { resource: (sealed: Resource) => ({ ...sealed, nonce: "0".repeat(12) }) }],
    ["no associated data", { resource: ({ associated_data: _, ...sealed }: Resource) => sealed }],
    ["another cipher", { resource: (sealed: Resource) => ({ ...sealed, algorithm: "AES" }) }],
    [
      "a shorter text",
      { resource: (sealed: Resource) => ({ ...sealed, ciphertext: sealed.ciphertext.slice(4) }) },
    ],
    ["nothing but a short tag", { resource: (sealed: Resource) => ({ ...sealed, ciphertext: "AAAAAA==" }) }],
    ["no resource", { resource: () => undefined }],
    ["a content that is no JSON", { content: "not JSON" }],
  ])("with %s in what is sealed is refused", async (_, of) => {
    expect(await opened(message(of))).toBe(UNVERIFIED);
  });

  it.each([
    ["another merchant", { mchid: "1900000999" }],
    ["no merchant", { mchid: undefined }],
    ["no amount", { amount: undefined }],
    ["half a fen", { amount: { total: 0.5 } }],
    ["another currency", { amount: { total: 500, currency: "USD" } }],
    ["no time", { success_time: undefined }],
    ["a state that nobody knows", { trade_state: "PAID" }],
  ])("that tells of %s is refused", async (_, change) => {
    expect(await opened(message({ content: { ...content, ...change } }))).toBe(UNVERIFIED);
  });

  it("is sealed with a whole tag or not at all", () => {
    const sealed = seal(platform, "", "transaction");
    expect(sealedResource.safeParse(sealed).success).toBe(true);
    expect(sealedResource.safeParse({ ...sealed, ciphertext: "AAAAAA==" }).success).toBe(false);
  });

  it("that is no JSON, though it is signed, is refused", async () => {
    expect(await opened(message({ body: "<xml>" }))).toBe(UNVERIFIED);
    expect(await opened(message({ body: '{"id":"EV-1"}' }))).toBe(UNVERIFIED);
  });

  it("that is refused leaves no trace of the payer", async () => {
    const error: unknown = await pay
      .open(message({ content: { ...content, amount: undefined } }))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "Refusal", facts: {}, errors: [] });
    expect((error as Error).cause).toBeUndefined();
    expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain("oSecretPayer");
  });
});

describe("the platform's certificates", () => {
  const NOW = new Date("2026-06-10T04:00:00.000Z");

  /** What becomes of a message signed by `signer`, where the platform's list of certificates is this. */
  async function openedBy(
    platform: Identity,
    signer: { serial: string; privateKeyPem: string },
    listed: (entry: (of: { serial: string; certificatePem: string }, key?: string) => object) => object[],
    listSigner: { serial: string; privateKeyPem: string } = signer,
  ): Promise<string> {
    const { merchant, mchid, appId, apiV3Key } = platform;
    const entry = (of: { serial: string; certificatePem: string }, key = apiV3Key) => ({
      serial_no: of.serial,
      encrypt_certificate: seal({ ...platform, apiV3Key: key }, of.certificatePem, "certificate"),
    });
    const list = JSON.stringify({ data: listed(entry) });
    const fetch = async () => new Response(list, { headers: signatureOf(listSigner, list, NOW) });
    const keys = { serial: merchant.serial, privateKeyPem: merchant.privateKeyPem, apiV3Key };
    const addresses = { baseUrl: "http://127.0.0.1:9", notifyUrl: "http://127.0.0.1:9/notify" };
    const pay = createWechatPay({ mchid, appId, ...keys, ...addresses }, { fetch, now: () => NOW });
    const body = JSON.stringify({ id: "EV-1", event_type: "OF.NOBODY", resource: {} });
    return saidNo(pay.open({ headers: signatureOf(signer, body, NOW), body }));
  }

  it("prove themselves by the merchant's secret, so an attacker's in the list spoils it", async () => {
    const platform = await createIdentity();
    const [attacker, { certificates }] = [await platformCertificate(), platform];
    const [own] = certificates;
    if (!own) throw new Error("the platform has no certificate");
    expect(await openedBy(platform, own, (entry) => [entry(own)])).toMatch(/^answered/);
    expect(await openedBy(platform, attacker, (entry) => [entry(attacker, "0".repeat(32))])).toBe(
      "Unavailable",
    );
    const beside = await openedBy(platform, own, (entry) => [entry(own), entry(attacker, "0".repeat(32))]);
    expect(beside).toBe("Unavailable");
    // The list is the platform's, but somebody else sends it.
    expect(await openedBy(platform, own, (entry) => [entry(own)], attacker)).toBe("Unavailable");
  });

  it("are called by their own serials", async () => {
    const platform = await createIdentity();
    const [another, { certificates }] = [await platformCertificate(), platform];
    const [own] = certificates;
    if (!own) throw new Error("the platform has no certificate");
    const renamed = { serial: another.serial, certificatePem: own.certificatePem };
    const signer = { serial: another.serial, privateKeyPem: own.privateKeyPem };
    expect(await openedBy(platform, signer, (entry) => [entry(renamed)])).toBe("Unavailable");
  });
});
