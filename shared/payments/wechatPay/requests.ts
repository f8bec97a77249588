import type { BillKind, Order, OrderName, RefundName, RefundOrder } from "../port.ts";
import type { WechatPayCredentials } from "./credentials.ts";

/** Of the credentials, what goes into requests. */
export type Sender = Pick<WechatPayCredentials, "mchid" | "appId" | "notifyUrl">;

const SHANGHAI_MS = 8 * 3_600_000;

/** An instant as the platform reads it: RFC 3339 in seconds, at +08:00. */
export const shanghaiTime = (instant: string): string =>
  `${new Date(Date.parse(instant) + SHANGHAI_MS).toISOString().slice(0, 19)}+08:00`;

/** At most so many bytes of UTF-8, without half a character at the end. */
export function clipped(text: string, bytes: number): string {
  let kept = "";
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytes) break;
    kept += character;
  }
  return kept;
}

/** In partner mode (服务商) the platform is told both who asks and who receives. */
const merchants = ({ mchid }: Sender, receiver: string | undefined) =>
  receiver === undefined ? { mchid } : { sp_mchid: mchid, sub_mchid: receiver };

const transactions = (receiver: string | undefined): string =>
  receiver === undefined ? "/v3/pay/transactions" : "/v3/pay/partner/transactions";

const orderPath = ({ paymentId, receiver }: OrderName): string =>
  `${transactions(receiver)}/out-trade-no/${encodeURIComponent(paymentId)}`;

function channelFields({ channel, receiver }: Order): object {
  switch (channel.kind) {
    case "native":
      return {};
    case "h5":
      return { scene_info: { payer_client_ip: channel.ip, h5_info: { type: "Wap" } } };
    case "jsapi":
      return { payer: receiver === undefined ? { openid: channel.openId } : { sp_openid: channel.openId } };
  }
}

export const orderRequest = (sender: Sender, order: Order) => ({
  path: `${transactions(order.receiver)}/${order.channel.kind}`,
  body: {
    ...(order.receiver === undefined ? { appid: sender.appId } : { sp_appid: sender.appId }),
    ...merchants(sender, order.receiver),
    description: clipped(order.description, 127),
    out_trade_no: order.paymentId,
    time_expire: shanghaiTime(order.expiresAt),
    notify_url: sender.notifyUrl,
    amount: { total: order.amountFen, currency: "CNY" },
    ...channelFields(order),
  },
});

export const findRequest = (sender: Sender, order: OrderName): string =>
  `${orderPath(order)}?${new URLSearchParams(merchants(sender, order.receiver))}`;

export const closeRequest = (sender: Sender, order: OrderName) => ({
  path: `${orderPath(order)}/close`,
  body: merchants(sender, order.receiver),
});

const REFUNDS = "/v3/refund/domestic/refunds";

export const refundRequest = (sender: Sender, refund: RefundOrder) => ({
  path: REFUNDS,
  body: {
    ...(refund.receiver !== undefined && { sub_mchid: refund.receiver }),
    transaction_id: refund.transactionId,
    out_refund_no: refund.refundId,
    reason: clipped(refund.reason, 80),
    notify_url: sender.notifyUrl,
    amount: { refund: refund.amountFen, total: refund.paidFen, currency: "CNY" },
  },
});

export const findRefundRequest = ({ refundId, receiver }: RefundName): string =>
  `${REFUNDS}/${encodeURIComponent(refundId)}${receiver === undefined ? "" : `?sub_mchid=${receiver}`}`;

/** A partner's bill of trades names those of all merchants it asks for. */
export const billRequest = (kind: BillKind, date: string): string =>
  kind === "trades"
    ? `/v3/bill/tradebill?bill_date=${date}&bill_type=ALL`
    : `/v3/bill/fundflowbill?bill_date=${date}&account_type=BASIC`;
