import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PaymentProvider, SignedMessage } from "#shared/payments/port.ts";
import type { WechatPayCredentials } from "#shared/payments/wechatPay/credentials.ts";
import { orderRequest } from "#shared/payments/wechatPay/requests.ts";
import { authorization } from "#shared/payments/wechatPay/signing.ts";
import { merchantOf, type Outside, orderOf, startOutside } from "../../support/outside.ts";

const NOON = new Date("2026-06-10T04:00:00.000Z");

/** Somebody who is told something, and what it answers. */
interface Listener {
  url: string;
  heard: SignedMessage[];
  status: number;
  stop(): void;
}

async function listener(): Promise<Listener> {
  const of: Omit<Listener, "url" | "stop"> = { heard: [], status: 200 };
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    of.heard.push({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks).toString(),
    });
    response.writeHead(of.status).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(of, { url, stop });
}

let outside: Outside;
let pay: PaymentProvider;
let merchant: Listener;
let now = NOON;
beforeAll(async () => {
  [outside, merchant] = await Promise.all([startOutside(), listener()]);
  await outside.provider("config", { notifyUrl: merchant.url, refundSeconds: 0, delivers: "on-flush" });
  await outside.setClock(now);
  pay = await merchantOf(outside, { now: () => now });
});
afterAll(async () => {
  merchant.stop();
  await outside.stop();
});

const wait = async (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1_000);
  await outside.setClock(now);
};

describe("the sandbox provider", () => {
  it("tells of a payment until it is heard, waiting longer each time", async () => {
    const order = orderOf({ now });
    await pay.order(order);
    merchant.status = 500;
    const { notifications } = await outside.provider<{ notifications: { id: string }[] }>("pay", {
      outTradeNo: order.paymentId,
    });
    const id = notifications[0]?.id;
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const { notices } = await outside.ofProvider<{ notices: { id: string; nextAt: string }[] }>("books");
      const nextAt = notices.find((one) => one.id === id)?.nextAt ?? "";
      pauses.push(Math.round((Date.parse(nextAt) - now.getTime()) / 1_000));
      await wait(Math.max(0, pauses.at(-1) ?? 0));
      if (attempt === 3) merchant.status = 200;
      await outside.provider("notifications/flush");
    }
    expect(pauses).toEqual([15, 15, 30, 180]);
    expect(merchant.heard).toHaveLength(5);
    await outside.provider("notifications/flush");
    expect(merchant.heard).toHaveLength(5);
    const told = await pay.open(merchant.heard.at(-1) ?? { headers: {}, body: "" });
    expect(told).toMatchObject({ notificationId: id, paymentId: order.paymentId });
  });

  it("tells late or never when it is told to, and again on demand", async () => {
    const heard = () => merchant.heard.length;
    const before = heard();
    const orders = [orderOf({ now }), orderOf({ now })];
    for (const order of orders) await pay.order(order);
    const late = { outTradeNo: orders[0]?.paymentId, notify: "late" };
    const never = { outTradeNo: orders[1]?.paymentId, notify: "never" };
    await outside.provider("pay", late);
    const { notifications } = await outside.provider<{ notifications: { id: string }[] }>("pay", never);
    expect(heard()).toBe(before);
    await outside.provider("notifications/flush");
    expect(heard()).toBe(before + 1);
    await outside.provider("notifications/replay", { id: notifications[0]?.id });
    await outside.provider("notifications/replay", { id: notifications[0]?.id });
    expect(heard()).toBe(before + 3);
    expect(merchant.heard.at(-1)?.body).toBe(merchant.heard.at(-2)?.body);
  });

  it("lets one order be paid twice, under two transactions", async () => {
    const order = orderOf({ now });
    await pay.order(order);
    const { transactions } = await outside.provider<{ transactions: string[] }>("pay", {
      outTradeNo: order.paymentId,
      times: 2,
    });
    expect(new Set(transactions).size).toBe(2);
    const told = await Promise.all(merchant.heard.slice(-2).map((message) => pay.open(message)));
    expect(told.map((one) => one.about === "payment" && one.transactionId).sort()).toEqual(
      transactions.sort(),
    );
    expect(await pay.find(order)).toMatchObject({ transactionId: transactions[0] });
  });

  it("sends notifications by itself, unless it is told to wait", async () => {
    const other = await startOutside();
    try {
      await other.provider("config", { notifyUrl: merchant.url, refundSeconds: 0 });
      const own = await merchantOf(other);
      const order = orderOf();
      await own.order(order);
      const { transactions } = await other.provider<{ transactions: string[] }>("pay", {
        outTradeNo: order.paymentId,
      });
      const heard = merchant.heard.length;
      const refund = {
        transactionId: transactions[0] ?? "",
        amountFen: 1,
        paidFen: order.amountFen,
        reason: "退款",
      };
      await own.refund({ ...refund, refundId: "re_by_itself" });
      await expect.poll(() => merchant.heard.length, { timeout: 5_000 }).toBe(heard + 1);
    } finally {
      await other.stop();
    }
  });

  it("pays out to the bank, and tells it again when it was not heard", async () => {
    const bank = await listener();
    try {
      const receiver = "1900000401";
      await outside.provider("receivers", { receiver, account: "6222000000000001" });
      const order = orderOf({ now, receiver, amountFen: 10_000 });
      await pay.order(order);
      await outside.provider("pay", { outTradeNo: order.paymentId, notify: "never" });
      await wait(86_400);
      await outside.provider("config", { bankUrl: `${bank.url}/bank` });
      bank.status = 503;
      type Settled = { settlements: { receiver: string; bank: string; reference: string }[] };
      const settle = async () => {
        const { settlements } = await outside.provider<Settled>("settle", { date: "2026-06-10" });
        return settlements.find((one) => one.receiver === receiver);
      };
      expect(await settle()).toMatchObject({ bank: "failed" });
      bank.status = 201;
      const settled = await settle();
      expect(settled).toMatchObject({ bank: "booked" });
      await settle();
      expect(bank.heard.map(({ body }) => JSON.parse(body) as object)).toEqual(
        Array(2).fill({
          account: "6222000000000001",
          amountFen: 9_940,
          payer: { name: "微信支付（沙盒）" },
          summary: "结算 2026-06-10",
          id: settled?.reference,
        }),
      );
    } finally {
      bank.stop();
    }
  });

  it("refuses a field that is not in the protocol, as the platform does", async () => {
    const { privateKeyPem, mchid, serial, appId } =
      await outside.ofProvider<WechatPayCredentials>("credentials");
    const post = async (more: object) => {
      const order = orderOf({ now });
      const url = new URL(`${outside.url}/provider/v3/pay/transactions/native`);
      const { body: asked } = orderRequest({ mchid, appId, notifyUrl: merchant.url }, order);
      const body = JSON.stringify({ ...asked, ...more });
      const by = { mchid, serial, key: createPrivateKey(privateKeyPem) };
      const signature = authorization(by, { method: "POST", url, body, at: now, nonce: "n" });
      const answer = await fetch(url, { method: "POST", body, headers: { authorization: signature } });
      return [answer.status, ((await answer.json()) as { code?: string }).code];
    };
    expect(await post({})).toEqual([200, undefined]);
    expect(await post({ surprise: 1 })).toEqual([400, "PARAM_ERROR"]);
    expect(await post({ amount: { total: 0.5, currency: "CNY" } })).toEqual([400, "PARAM_ERROR"]);
    expect(await post({ mchid: "1900000999" })).toEqual([400, "PARAM_ERROR"]);
  });

  it("answers a control that it does not have, or does not understand, with what is wrong", async () => {
    await expect(outside.provider("nothing")).rejects.toThrow("404");
    await expect(outside.provider("pay", { outTradeNo: "pay_1", surprise: 1 })).rejects.toThrow("400");
    await expect(outside.provider("pay", { outTradeNo: "of-nobody" })).rejects.toThrow("amountFen");
    const answer = await fetch(`${outside.url}/provider/sandbox/books`, {
      headers: { "x-sandbox-now": "soon" },
    });
    expect(answer.status).toBe(400);
  });
});

it("keeps keys and books in a folder, and ends with whoever started it", async () => {
  const dir = await mkdtemp(join(tmpdir(), "leyun-outside-"));
  try {
    const first = await startOutside({ dir });
    const one = await merchantOf(first);
    const order = orderOf();
    await one.order(order);
    await first.provider("pay", { outTradeNo: order.paymentId });
    const found = await one.find(order);
    await first.stop();

    const second = await startOutside({ dir });
    expect(await (await merchantOf(second)).find(order)).toEqual(found);
    await second.stop();
    await expect(fetch(second.url)).rejects.toThrow();
  } finally {
    await rm(dir, { recursive: true });
  }
});
