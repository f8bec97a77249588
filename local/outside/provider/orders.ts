import { randomBytes } from "node:crypto";
import * as z from "zod";
import { inSeconds, type Order, shanghaiTime, type TradeType, type Transaction } from "./books.ts";
import { invalidRequest, paramError, Refused } from "./refusal.ts";
import { appOf, merchantsOf, type Sandbox } from "./sandbox.ts";

const MINUTE_MS = 60_000;

const merchantId = z.string().regex(/^\d{6,32}$/);
const common = {
  description: z.string().min(1).max(127),
  out_trade_no: z.string().regex(/^[0-9a-zA-Z_\-|*@]{6,32}$/),
  time_expire: z.iso.datetime({ offset: true }),
  notify_url: z.url().max(256),
  amount: z.strictObject({ total: z.int().positive(), currency: z.literal("CNY").default("CNY") }),
  scene_info: z
    .strictObject({
      payer_client_ip: z.union([z.ipv4(), z.ipv6()]),
      h5_info: z.strictObject({ type: z.enum(["Wap", "iOS", "Android"]) }).optional(),
    })
    .optional(),
};
/** What is not in the protocol is refused, as the platform does. */
const direct = z.strictObject({
  ...common,
  appid: z.string(),
  mchid: merchantId,
  payer: z.strictObject({ openid: z.string().min(1) }).optional(),
});
const partner = z.strictObject({
  ...common,
  sp_appid: z.string(),
  sp_mchid: merchantId,
  sub_mchid: merchantId,
  payer: z.strictObject({ sp_openid: z.string().min(1) }).optional(),
});

const tradeTypes = { native: "NATIVE", h5: "MWEB", jsapi: "JSAPI" } as const;
export type Way = keyof typeof tradeTypes;

/** The asker of a request, which must be the merchant who signed it. */
export function askedBy({ identity }: Sandbox, mchid: string | null | undefined): void {
  if (mchid !== identity.mchid) throw paramError("商户号与签名商户号不一致");
}

function wantedOf(sandbox: Sandbox, body: unknown, isPartner: boolean, way: Way) {
  const read = (isPartner ? partner : direct).safeParse(body);
  if (!read.success) throw paramError(`参数错误：${read.error.issues[0]?.path.join("/")}`);
  const asked = read.data;
  const [mchid, appId] = "sp_mchid" in asked ? [asked.sp_mchid, asked.sp_appid] : [asked.mchid, asked.appid];
  askedBy(sandbox, mchid);
  if (appId !== sandbox.identity.appId)
    throw new Refused(400, "APPID_MCHID_NOT_MATCH", "appid 与商户号不匹配");
  const openId = asked.payer && ("openid" in asked.payer ? asked.payer.openid : asked.payer.sp_openid);
  if (way === "jsapi" && openId === undefined) throw paramError("缺少 payer");
  if (way === "h5" && !asked.scene_info?.h5_info) throw paramError("缺少 scene_info");
  return { asked, ...("sub_mchid" in asked && { subMchid: asked.sub_mchid }), openId };
}

const answers = {
  native: ({ prepayId }: Order) => ({ code_url: `weixin://wxpay/bizpayurl?pr=${prepayId.slice(-9)}` }),
  h5: ({ prepayId }: Order) => ({ h5_url: `https://wx.tenpay.example/checkmweb?prepay_id=${prepayId}` }),
  jsapi: ({ prepayId }: Order) => ({ prepay_id: prepayId }),
} as const;

export const isExpired = ({ clock }: Sandbox, { expiresAt }: Order): boolean =>
  clock.now().getTime() >= Date.parse(expiresAt);

/** Makes an order, or answers the same one again. */
export function makeOrder(sandbox: Sandbox, body: unknown, isPartner: boolean, way: Way): object {
  const { books, clock } = sandbox;
  const { asked, openId, ...of } = wantedOf(sandbox, body, isPartner, way);
  const everything = JSON.stringify([way, asked]);
  const known = books.orders.find(({ outTradeNo }) => outTradeNo === asked.out_trade_no);
  if (known) {
    if (books.transactions.some(({ outTradeNo }) => outTradeNo === known.outTradeNo))
      throw new Refused(400, "ORDERPAID", "该订单已支付");
    if (known.closed || isExpired(sandbox, known)) throw new Refused(400, "ORDER_CLOSED", "订单已关闭");
    if (known.asked !== everything) throw invalidRequest("请求重入时，参数与首次请求时不一致");
    return answers[way](known);
  }
  const expiresAt = new Date(asked.time_expire);
  if (expiresAt.getTime() < clock.now().getTime() + MINUTE_MS) throw paramError("time_expire 过早");
  const order: Order = {
    ...of,
    outTradeNo: asked.out_trade_no,
    amountFen: asked.amount.total,
    asked: everything,
    tradeType: tradeTypes[way],
    expiresAt: expiresAt.toISOString(),
    notifyUrl: asked.notify_url,
    prepayId: `wx${randomBytes(17).toString("hex")}`,
    description: asked.description,
    openId: openId ?? `o${randomBytes(14).toString("base64url").slice(0, 27)}`,
    closed: false,
  };
  books.orders.push(order);
  return answers[way](order);
}

const described: Readonly<Record<string, string>> = {
  SUCCESS: "支付成功",
  REFUND: "转入退款",
  NOTPAY: "未支付",
  CLOSED: "已关闭",
};

/** A transaction as a query and a notification show it. */
export function shown(sandbox: Sandbox, of: Transaction): object {
  const refunded = sandbox.books.refunds.some(
    ({ transactionId, state }) => transactionId === of.transactionId && state !== "CLOSED",
  );
  const state = refunded ? "REFUND" : "SUCCESS";
  return {
    ...merchantsOf(sandbox, of),
    ...appOf(sandbox, of),
    out_trade_no: of.outTradeNo,
    transaction_id: of.transactionId,
    trade_type: of.tradeType,
    trade_state: state,
    trade_state_desc: described[state],
    bank_type: "OTHERS",
    attach: "",
    success_time: shanghaiTime(of.paidAt),
    payer: of.subMchid === undefined ? { openid: of.openId } : { sp_openid: of.openId },
    amount: { total: of.amountFen, payer_total: of.amountFen, currency: "CNY", payer_currency: "CNY" },
    promotion_detail: [],
  };
}

interface Named {
  outTradeNo: string;
  subMchid?: string | undefined;
}

const unknown = () => new Refused(404, "ORDER_NOT_EXIST", "订单不存在");

export function findOrder(sandbox: Sandbox, { outTradeNo, subMchid }: Named): object {
  const { books } = sandbox;
  const same = <Of extends { outTradeNo: string; subMchid?: string }>(of: Of) =>
    of.outTradeNo === outTradeNo && of.subMchid === subMchid;
  const paid = books.transactions.find(same);
  if (paid) return shown(sandbox, paid);
  const order = books.orders.find(same);
  if (!order) throw unknown();
  const state = order.closed || isExpired(sandbox, order) ? "CLOSED" : "NOTPAY";
  return {
    ...merchantsOf(sandbox, order),
    ...appOf(sandbox, order),
    out_trade_no: outTradeNo,
    trade_state: state,
    trade_state_desc: described[state],
    amount: { total: order.amountFen, currency: "CNY" },
    payer: {},
  };
}

export function closeOrder({ books }: Sandbox, { outTradeNo, subMchid }: Named): void {
  const order = books.orders.find((one) => one.outTradeNo === outTradeNo && one.subMchid === subMchid);
  if (!order) throw unknown();
  if (books.transactions.some((one) => one.outTradeNo === outTradeNo))
    throw new Refused(400, "ORDERPAID", "该订单已支付");
  order.closed = true;
}

/** What a payer pays: of an order, or under a number that nobody asked for. */
export function paidBy(
  sandbox: Sandbox,
  of: { order?: Order; outTradeNo: string; amountFen: number; subMchid?: string; feeFen: number; id: string },
): Transaction {
  const { order, outTradeNo, amountFen, feeFen, id } = of;
  const subMchid = order ? order.subMchid : of.subMchid;
  return {
    transactionId: id,
    outTradeNo,
    ...(subMchid !== undefined && { subMchid }),
    amountFen,
    feeFen,
    paidAt: inSeconds(sandbox.clock.now()),
    tradeType: order?.tradeType ?? ("NATIVE" satisfies TradeType),
    description: order?.description ?? "",
    openId: order?.openId ?? "oUnknownPayer",
    notifyUrl: order?.notifyUrl ?? sandbox.books.config.notifyUrl ?? "",
  };
}
