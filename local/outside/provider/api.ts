import { setTimeout as wait } from "node:timers/promises";
import { addressOf, type OutsideAnswer, type OutsideRequest } from "../module.ts";
import { askForBill, billBehind } from "./bills.ts";
import { type Fault, type Operation, shanghaiTime } from "./books.ts";
import { platformCertificate, seal, signatureOf, signedByMerchant, signerOf } from "./identity.ts";
import { askedBy, closeOrder, findOrder, makeOrder, type Way } from "./orders.ts";
import { findRefund, makeRefund } from "./refunds.ts";
import { invalidRequest, paramError, Refused } from "./refusal.ts";
import type { Sandbox } from "./sandbox.ts";

const TIMELY_SECONDS = 300;

interface Asked {
  body: unknown;
  query: URLSearchParams;
  /** The address of the API as the asker reaches it. */
  base: string;
}

interface Done {
  status: number;
  body?: object | string;
}

interface Route {
  method: "GET" | "POST";
  path: RegExp;
  operation: Operation;
  /** The bytes of a file are not signed. */
  file?: true;
  does(sandbox: Sandbox, asked: Asked, named: readonly string[]): Done;
}

const ok = (body: object): Done => ({ status: 200, body });

/** Who is asked for, as a query or a body names it. */
function partnerOf(
  sandbox: Sandbox,
  isPartner: boolean,
  get: (name: string) => string | null,
): string | undefined {
  askedBy(sandbox, get(isPartner ? "sp_mchid" : "mchid"));
  const subMchid = isPartner ? get("sub_mchid") : undefined;
  if (subMchid === null) throw paramError("缺少 sub_mchid");
  return subMchid;
}

function certificatesOf({ identity, books }: Sandbox): object {
  if (books.config.signs === "public-key") throw new Refused(404, "RESOURCE_NOT_EXISTS", "无可用的平台证书");
  return {
    data: identity.certificates.map(({ serial, certificatePem, from, to }) => ({
      serial_no: serial,
      effective_time: shanghaiTime(from),
      expire_time: shanghaiTime(to),
      encrypt_certificate: seal(identity, certificatePem, "certificate"),
    })),
  };
}

const routes: readonly Route[] = [
  {
    method: "POST",
    path: /^\/v3\/pay\/(partner\/)?transactions\/(native|h5|jsapi)$/,
    operation: "order",
    does: (sandbox, { body }, [partner, way]) =>
      ok(makeOrder(sandbox, body, partner !== undefined, way as Way)),
  },
  {
    method: "GET",
    path: /^\/v3\/pay\/(partner\/)?transactions\/out-trade-no\/([^/]+)$/,
    operation: "find",
    does: (sandbox, { query }, [partner, outTradeNo = ""]) => {
      const subMchid = partnerOf(sandbox, partner !== undefined, (name) => query.get(name));
      return ok(findOrder(sandbox, { outTradeNo, subMchid }));
    },
  },
  {
    method: "POST",
    path: /^\/v3\/pay\/(partner\/)?transactions\/out-trade-no\/([^/]+)\/close$/,
    operation: "close",
    does: (sandbox, { body }, [partner, outTradeNo = ""]) => {
      const fields = (body ?? {}) as Record<string, string>;
      const subMchid = partnerOf(sandbox, partner !== undefined, (name) => fields[name] ?? null);
      closeOrder(sandbox, { outTradeNo, subMchid });
      return { status: 204 };
    },
  },
  {
    method: "POST",
    path: /^\/v3\/refund\/domestic\/refunds$/,
    operation: "refund",
    does: (sandbox, { body }) => ok(makeRefund(sandbox, body)),
  },
  {
    method: "GET",
    path: /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/,
    operation: "find-refund",
    does: (sandbox, { query }, [outRefundNo = ""]) =>
      ok(findRefund(sandbox, outRefundNo, query.get("sub_mchid") ?? undefined)),
  },
  {
    method: "GET",
    path: /^\/v3\/bill\/(tradebill|fundflowbill)$/,
    operation: "bill",
    does: (sandbox, { query, base }, [bill]) =>
      ok(askForBill(sandbox, bill === "tradebill" ? "trades" : "funds", query.get("bill_date"), base)),
  },
  {
    method: "GET",
    path: /^\/v3\/billdownload\/file$/,
    operation: "download",
    file: true,
    does: (sandbox, { query }) => ({ status: 200, body: billBehind(sandbox, query.get("token")) }),
  },
  {
    method: "GET",
    path: /^\/v3\/certificates$/,
    operation: "certificates",
    does: (sandbox) => ok(certificatesOf(sandbox)),
  },
];

/** The merchant's signature covers the method, the address letter by letter, the time and the body. */
function refuseUnsigned({ identity, clock }: Sandbox, request: OutsideRequest): void {
  const refused = (message: string) => new Refused(401, "SIGN_ERROR", message);
  const [, scheme, fields = ""] = /^(\S+) (.*)$/.exec(request.headers["authorization"] ?? "") ?? [];
  if (scheme !== "WECHATPAY2-SHA256-RSA2048") throw refused("缺少签名");
  const given = new Map([...fields.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const [timestamp = "", nonce = "", signature = ""] = ["timestamp", "nonce_str", "signature"].map((name) =>
    given.get(name),
  );
  if (given.get("mchid") !== identity.mchid) throw refused("商户号不存在");
  if (given.get("serial_no") !== identity.merchant.serial) throw refused("商户证书序列号有误");
  if (!(Math.abs(clock.now().getTime() / 1_000 - Number(timestamp)) <= TIMELY_SECONDS))
    throw refused("时间戳过期");
  const text = `${request.method}\n${request.target}\n${timestamp}\n${nonce}\n${request.body.toString()}\n`;
  if (!signedByMerchant(identity, text, signature)) throw refused("签名错误");
}

const refusedBy = ({ status, code, message }: Refused): Done => ({ status, body: { code, message } });

/** Faults that come before anything is done. */
function before({ kind, status = 400, code = "PARAM_ERROR", message = "" }: Fault): Done | undefined {
  switch (kind) {
    case "500":
      return { status: 500, body: { code: "SYSTEM_ERROR", message: "系统错误" } };
    case "frequency-limited":
      return { status: 429, body: { code: "FREQUENCY_LIMITED", message: "频率限制" } };
    case "refusal":
      return { status, body: { code, message } };
    default:
      return undefined;
  }
}

function parsed(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw paramError("请求不是 JSON");
  }
}

/** An answer that ends before it is whole. */
const dropped: OutsideAnswer = {
  status: 200,
  headers: { "content-length": "1000", connection: "close" },
  body: "",
};

async function signedAnswer(
  sandbox: Sandbox,
  request: OutsideRequest,
  done: Done,
  kind: Fault["kind"] | undefined,
): Promise<OutsideAnswer> {
  const { identity, books, clock } = sandbox;
  const text = done.body === undefined ? "" : JSON.stringify(done.body);
  const body = kind === "broken" ? "<html>" : text;
  const asked = request.headers["wechatpay-serial"] === identity.fixed.id;
  const signer =
    kind === "forged"
      ? await platformCertificate()
      : signerOf(identity, asked ? "public-key" : books.config.signs);
  const now = new Date(clock.now().getTime() - (kind === "stale" ? 2 * TIMELY_SECONDS * 1_000 : 0));
  const signature = signatureOf(signer, kind === "bad-signature" ? `${body} ` : body, now);
  const headers = { "content-type": "application/json; charset=utf-8" };
  return { status: done.status, headers: { ...headers, ...(kind !== "unsigned" && signature) }, body };
}

const takeFault = ({ books }: Sandbox, operation: Operation): Fault | undefined => {
  const at = books.faults.findIndex((one) => one.operation === operation || one.operation === "any");
  return at < 0 ? undefined : books.faults.splice(at, 1)[0];
};

function doneBy(sandbox: Sandbox, request: OutsideRequest, path: string, route: Route): Done {
  try {
    refuseUnsigned(sandbox, request);
    const named = (route.path.exec(path) ?? []).slice(1).map((one) => one && decodeURIComponent(one));
    const { query } = request;
    const base = addressOf(request);
    return route.does(sandbox, { body: parsed(request.body), query, base }, named as string[]);
  } catch (error) {
    if (error instanceof Refused) return refusedBy(error);
    throw error;
  }
}

/**
 * The platform's API: `path` is without the segment under which it is mounted.
 * @throws what is a fault of the sandbox itself
 */
export async function answerApi(
  sandbox: Sandbox,
  request: OutsideRequest,
  path: string,
): Promise<OutsideAnswer> {
  const route = routes.find((one) => one.method === request.method && one.path.test(path));
  if (!route) return signedAnswer(sandbox, request, refusedBy(invalidRequest("没有这个接口")), undefined);
  const fault = takeFault(sandbox, route.operation);
  const kind = fault?.kind;
  if (kind === "timeout-before") await wait(sandbox.books.config.hangMs, undefined, { ref: false });
  if (kind === "dropped-before" || kind === "timeout-before") return dropped;
  const done = (fault && before(fault)) ?? doneBy(sandbox, request, path, route);
  if (kind === "timeout-after") await wait(sandbox.books.config.hangMs, undefined, { ref: false });
  if (kind === "dropped-after" || kind === "timeout-after") return dropped;
  if (kind === "500-after") return { status: 500, headers: {}, body: "" };
  if (kind === "wrong-hash" && typeof done.body === "object")
    Object.assign(done.body, { hash_value: "0".repeat(40) });
  if (route.file && typeof done.body === "string")
    return { status: done.status, headers: { "content-type": "text/plain" }, body: done.body };
  return signedAnswer(sandbox, request, done, kind);
}
