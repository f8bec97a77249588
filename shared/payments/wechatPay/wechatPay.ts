import { createHash } from "node:crypto";
import { Unavailable } from "#shared/platform/database.ts";
import {
  type BillKind,
  type Order,
  type OrderName,
  type PaymentParameters,
  type PaymentProvider,
  type ProviderPayment,
  type ProviderRefund,
  ProviderRefused,
  type RefundName,
} from "../port.ts";
import { billPlace, prepared, refund, transaction } from "./answers.ts";
import type { WechatPayCredentials } from "./credentials.ts";
import { openNotification } from "./notifications.ts";
import * as requests from "./requests.ts";
import { paySign } from "./signing.ts";
import { createTransport, readAs, type Surroundings, type Transport } from "./transport.ts";

const PAID = ["ORDERPAID", "ORDER_PAID"];
const CLOSED = ["ORDER_CLOSED", "ORDERCLOSED"];

/** What it comes to when the platform says no with one of these codes, which say how it stands. */
async function meaning<Value>(asked: Promise<Value>, codes: Readonly<Record<string, Value>>): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ProviderRefused && Object.hasOwn(codes, error.code)) {
      return codes[error.code] as Value;
    }
    throw error;
  }
}

const each = <Value>(codes: readonly string[], value: Value) =>
  Object.fromEntries(codes.map((code) => [code, value]));

/** An answer about something else than was asked for says nothing of what was. */
function aboutThat(asked: string, told: string): void {
  if (asked !== told) throw new Unavailable("the provider's answer is about something else");
}

function parametersOf(
  { merchant, now, nonce }: Transport,
  { appId }: WechatPayCredentials,
  { channel }: Order,
  answer: string,
): PaymentParameters {
  switch (channel.kind) {
    case "native":
      return { kind: "native", codeUrl: readAs(prepared.native, answer).code_url };
    case "h5":
      return { kind: "h5", url: readAs(prepared.h5, answer).h5_url };
    case "jsapi": {
      const timeStamp = String(Math.floor(now().getTime() / 1_000));
      const nonceStr = nonce();
      const prepay = `prepay_id=${readAs(prepared.jsapi, answer).prepay_id}`;
      const sign = paySign([appId, timeStamp, nonceStr, prepay], merchant.key);
      return { kind: "jsapi", appId, timeStamp, nonceStr, package: prepay, signType: "RSA", paySign: sign };
    }
  }
}

/**
 * WeChat Pay's APIv3, for one merchant of it, and for those it asks for where a receiver is named (服务商模式). A
 * sandbox is the same at another address. See docs/payments.md.
 */
export function createWechatPay(
  credentials: WechatPayCredentials,
  surroundings: Surroundings & { name?: string } = {},
): PaymentProvider {
  const transport = createTransport(credentials, surroundings);
  const { call, download } = transport;

  async function found(order: OrderName): Promise<ProviderPayment> {
    const answer = readAs(transaction, await call("GET", requests.findRequest(credentials, order)));
    aboutThat(order.paymentId, answer.paymentId);
    return answer.payment;
  }

  async function foundRefund(name: RefundName, answer: Promise<string>): Promise<ProviderRefund> {
    const told = readAs(refund, await answer);
    aboutThat(name.refundId, told.refundId);
    return told.refund;
  }

  async function fetchBill(kind: BillKind, date: string): Promise<string> {
    const place = readAs(billPlace, await call("GET", requests.billRequest(kind, date)));
    const bytes = await download(place.download_url);
    const hash = createHash("sha1").update(bytes).digest("hex");
    if (hash !== place.hash_value.toLowerCase())
      throw new Unavailable("the bill is not what the provider signed");
    return bytes.toString("utf8");
  }

  return {
    name: surroundings.name ?? "wechat-pay",
    order: async (order) => {
      const { path, body } = requests.orderRequest(credentials, order);
      return parametersOf(transport, credentials, order, await call("POST", path, body));
    },
    find: (order) => meaning(found(order), { ORDER_NOT_EXIST: { state: "absent" } }),
    close: (order) => {
      const { path, body } = requests.closeRequest(credentials, order);
      const closing = call("POST", path, body).then(() => "closed" as const);
      return meaning<"closed" | "paid">(closing, { ...each(PAID, "paid"), ...each(CLOSED, "closed") });
    },
    refund: (order) => {
      const { path, body } = requests.refundRequest(credentials, order);
      return foundRefund(order, call("POST", path, body));
    },
    findRefund: (name) =>
      meaning(foundRefund(name, call("GET", requests.findRefundRequest(name))), {
        RESOURCE_NOT_EXISTS: { state: "absent" },
      }),
    open: (sent) =>
      openNotification(sent, {
        keyOf: transport.keyOf,
        apiV3Key: credentials.apiV3Key,
        mchid: credentials.mchid,
        now: transport.now(),
      }),
    bill: (kind, date) => meaning(fetchBill(kind, date), { NO_STATEMENT_EXIST: undefined }),
  };
}
