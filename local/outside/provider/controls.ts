import * as z from "zod";
import { addressOf, type OutsideAnswer, type OutsideRequest } from "../module.ts";
import { type Books, emptyBooks, type Order } from "./books.ts";
import { platformCertificate } from "./identity.ts";
import { pay } from "./money.ts";
import { deliver, notify, send, signed, told } from "./notices.ts";
import { isExpired, shown } from "./orders.ts";
import { endRefund } from "./refunds.ts";
import { Refused } from "./refusal.ts";
import type { Sandbox } from "./sandbox.ts";
import { settle } from "./settlement.ts";

const date = z.iso.date();
const fen = z.int().positive();
const outcome = z.enum(["succeed", "abnormal", "closed", "hang"]);

const config = z
  .strictObject({
    notifyUrl: z.url(),
    bankUrl: z.url(),
    feeBasisPoints: z.int().min(0).max(1_000),
    returnsFees: z.boolean(),
    refundSeconds: z.int().min(0),
    lateSeconds: z.int().min(0),
    hangMs: z.int().min(0),
    delivers: z.enum(["by-itself", "on-flush"]),
    clock: z.enum(["own", "callers"]),
    signs: z.enum(["certificate", "public-key"]),
  })
  .partial();
const receiver = z.strictObject({ receiver: z.string(), account: z.string() });
const payment = z.strictObject({
  outTradeNo: z.string().min(1).max(32),
  amountFen: fen.optional(),
  times: z.int().min(1).max(5).default(1),
  notify: z.enum(["now", "never", "late"]).default("now"),
  /** Of a payment under no order. */
  subMchid: z.string().optional(),
});
const fault = z.strictObject({
  operation: z.enum([
    "order",
    "find",
    "close",
    "refund",
    "find-refund",
    "bill",
    "download",
    "certificates",
    "any",
  ]),
  kind: z.enum([
    "timeout-before",
    "timeout-after",
    "dropped-before",
    "dropped-after",
    "500",
    "500-after",
    "bad-signature",
    "unsigned",
    "stale",
    "broken",
    "forged",
    "frequency-limited",
    "wrong-hash",
    "refusal",
  ]),
  status: z.int().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
});
const mistake = z.strictObject({
  kind: z.enum(["trades", "funds"]),
  date,
  row: z.string(),
  mistake: z.enum(["leave-out", "amount", "double"]),
  amountFen: fen.optional(),
});
const refunds = z.union([
  z.strictObject({ next: z.array(outcome) }),
  z.strictObject({ outRefundNo: z.string(), outcome: outcome.exclude(["hang"]) }),
]);
const rotation = z.strictObject({
  /** Whether the certificates that stand are listed no longer. */
  retire: z.boolean().default(false),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
});
const named = z.strictObject({ id: z.string().optional() });

/** What a payer may still pay. */
function payable(sandbox: Sandbox, outTradeNo: string): Order | undefined {
  const order = sandbox.books.orders.find((one) => one.outTradeNo === outTradeNo);
  if (order && (order.closed || isExpired(sandbox, order)))
    throw new Refused(409, "ORDER_CLOSED", "订单已关闭，不能支付");
  return order;
}

async function payAs(sandbox: Sandbox, asked: z.infer<typeof payment>): Promise<object> {
  const { outTradeNo, times, subMchid } = asked;
  const order = payable(sandbox, outTradeNo);
  const amountFen = asked.amountFen ?? order?.amountFen;
  if (amountFen === undefined) throw new Refused(400, "PARAM_ERROR", "没有这个订单，请给出 amountFen");
  const paid = Array.from({ length: times }, () =>
    pay(sandbox, {
      ...(order && { order }),
      outTradeNo,
      amountFen,
      ...(subMchid !== undefined && { subMchid }),
    }),
  );
  const notices = paid.map((one) =>
    notify(sandbox, {
      eventType: "TRANSACTION.SUCCESS",
      originalType: "transaction",
      url: one.notifyUrl,
      resource: { ...shown(sandbox, one), trade_state: "SUCCESS" },
      when: asked.notify,
    }),
  );
  if (asked.notify === "now") await deliver(sandbox, "due");
  return { transactions: paid.map(({ transactionId }) => transactionId), notifications: notices.map(told) };
}

/** Sends once more what was sent before, or was never to be sent. */
async function replay(sandbox: Sandbox, id: string | undefined): Promise<object> {
  const again = sandbox.books.notices.filter((one) => id === undefined || one.id === id);
  const replayed: object[] = [];
  for (const notice of again)
    replayed.push({ id: notice.id, eventType: notice.eventType, status: await send(sandbox, notice) });
  return { replayed };
}

async function rotate(
  { identity }: Sandbox,
  { retire, from, to }: z.infer<typeof rotation>,
): Promise<object> {
  const made = await platformCertificate(from ? new Date(from) : undefined, to ? new Date(to) : undefined);
  identity.certificates = [...(retire ? [] : identity.certificates), made];
  return { serials: identity.certificates.map(({ serial }) => serial) };
}

function credentialsOf({ identity, books }: Sandbox, base: string, withFixedKey: boolean): object {
  return {
    baseUrl: base,
    mchid: identity.mchid,
    appId: identity.appId,
    serial: identity.merchant.serial,
    privateKeyPem: identity.merchant.privateKeyPem,
    apiV3Key: identity.apiV3Key,
    ...(withFixedKey && { publicKeyId: identity.fixed.id, publicKeyPem: identity.fixed.publicKeyPem }),
    notifyUrl: books.config.notifyUrl ?? `${base}/sandbox/inbox`,
  };
}

function setRefunds(sandbox: Sandbox, asked: z.infer<typeof refunds>): object {
  const { books } = sandbox;
  if ("next" in asked) {
    books.outcomes.push(...asked.next);
    return { outcomes: books.outcomes };
  }
  const found = books.refunds.find(({ outRefundNo }) => outRefundNo === asked.outRefundNo);
  if (!found) throw new Refused(404, "RESOURCE_NOT_EXISTS", "退款单不存在");
  if (found.state === "SUCCESS" || found.state === "CLOSED")
    throw new Refused(409, "INVALID_REQUEST", "退款已结束");
  endRefund(sandbox, found, asked.outcome);
  return { state: found.state };
}

/** What is not told of the books: texts of bills. */
const shownBooks = ({ bills: _, ...books }: Books): object => books;

type Control = (sandbox: Sandbox, body: unknown, request: OutsideRequest) => Promise<object> | object;

const controls: Readonly<Record<string, Control>> = {
  "GET credentials": (sandbox, _, request) =>
    credentialsOf(sandbox, addressOf(request), request.query.get("keys") === "public-key"),
  "GET books": ({ books }) => shownBooks(books),
  "GET inbox": ({ books }) => ({ messages: books.inbox }),
  "POST inbox": ({ books }, _, { headers, body }) => {
    books.inbox.push({ headers: { ...headers } as Record<string, string>, body: body.toString() });
    return {};
  },
  "POST reset": ({ books }) => Object.assign(books, emptyBooks()).config,
  "POST config": ({ books }, body) =>
    Object.assign(books, { config: { ...books.config, ...config.parse(body) } }).config,
  "POST receivers": ({ books }, body) => {
    const made = receiver.parse(body);
    books.receivers = [...books.receivers.filter((one) => one.receiver !== made.receiver), made];
    return { receivers: books.receivers };
  },
  "POST pay": (sandbox, body) => payAs(sandbox, payment.parse(body)),
  "POST refunds": (sandbox, body) => setRefunds(sandbox, refunds.parse(body)),
  "POST settle": async (sandbox, body) => ({
    settlements: await settle(sandbox, z.strictObject({ date }).parse(body).date),
  }),
  "POST faults": ({ books }, body) => {
    const { next, clear } = z
      .strictObject({ next: z.array(fault), clear: z.boolean().optional() })
      .parse(body);
    books.faults = [...(clear ? [] : books.faults), ...next.map(given)];
    return { faults: books.faults };
  },
  "POST bills": ({ books }, body) => {
    books.mistakes.push(
      ...z
        .strictObject({ mistakes: z.array(mistake) })
        .parse(body)
        .mistakes.map(given),
    );
    return { mistakes: books.mistakes };
  },
  "POST rotate": (sandbox, body) => rotate(sandbox, rotation.parse(body ?? {})),
  "POST notifications/flush": async (sandbox) => ({ sent: (await deliver(sandbox, "all")).map(told) }),
  /** The last, as it would be sent; to nobody. */
  "POST notifications/signed": (sandbox) => {
    const last = sandbox.books.notices.at(-1);
    if (!last) throw new Refused(404, "RESOURCE_NOT_EXISTS", "没有通知");
    return signed(sandbox, last);
  },
  "POST notifications/replay": (sandbox, body) => replay(sandbox, named.parse(body ?? {}).id),
};

/** Without the names of what was left out, which the books' types do not have. */
const given = <Of extends object>(of: Of): { [Name in keyof Of]: Exclude<Of[Name], undefined> } =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as never;

const json = (status: number, body: object): OutsideAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** What tests and people do with the sandbox, which no platform offers. */
export async function answerControl(
  sandbox: Sandbox,
  request: OutsideRequest,
  name: string,
): Promise<OutsideAnswer> {
  const key = `${request.method} ${name}`;
  const control = Object.hasOwn(controls, key) ? controls[key] : undefined;
  if (!control) return json(404, { message: `there is no ${key}` });
  try {
    const body =
      request.body.length === 0 || name === "inbox" ? undefined : JSON.parse(request.body.toString());
    return json(200, await control(sandbox, body, request));
  } catch (error) {
    if (error instanceof Refused) return json(error.status, { code: error.code, message: error.message });
    if (error instanceof z.ZodError) return json(400, { message: z.prettifyError(error) });
    if (error instanceof SyntaxError) return json(400, { message: "the body is no JSON" });
    throw error;
  }
}
