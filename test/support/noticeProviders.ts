import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { SmsCredentials, WechatCredentials } from "#shared/notices/credentials.ts";
import { sealFields } from "#shared/people/personalData.ts";
import { openPerson } from "#shared/people/profiles.ts";
import { findPerson, planProfileChange } from "#shared/people/store.ts";
import { sealedCredentials } from "#shared/platform/credentials.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { env } from "#shared/platform/env.ts";

/** A request as a provider got it. */
export interface Got {
  path: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/**
 * How the next message is met: taken, refused with a code (in the whole answer or for its number alone), answered with a
 * status of HTTP, taken without an answer, or lost on its way.
 */
type Mood = { code: string } | { error: string } | { status: number } | "taken-silently" | "lost";

/** A text message that went out. */
interface Text {
  PhoneNumber: string;
  SessionContext: string;
  SerialNo: string;
  ReportStatus?: "SUCCESS" | "FAIL";
  at: number;
  pulled: boolean;
  sent: Record<string, unknown>;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** What Tencent computes of a request by its published algorithm (TC3-HMAC-SHA256), where the sender knows the key. */
function authorizationOf({ headers }: Got, raw: string, secretId: string, secretKey: string): string {
  const timestamp = String(headers["x-tc-timestamp"]);
  const day = new Date(Number(timestamp) * 1_000).toISOString().slice(0, 10);
  const host = String(headers.host).replace(/:\d+$/, "");
  const service = host.split(".")[0] ?? "";
  const scope = `${day}/${service}/tc3_request`;
  const names = "content-type;host";
  const canonical = `POST\n/\n\ncontent-type:${headers["content-type"]}\nhost:${host}\n\n${names}\n${sha256(raw)}`;
  const text = `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${sha256(canonical)}`;
  const key = hmac(hmac(hmac(`TC3${secretKey}`, day), service), "tc3_request");
  const signature = hmac(key, text).toString("hex");
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

/** Tencent Cloud's text messages and WeChat's platform on one address of this machine. */
export async function startNoticeProviders(now: () => Date = () => new Date()) {
  const sms = {
    got: [] as Got[],
    /** What went out, also where nobody was answered. */
    texts: [] as Text[],
    /** For the next messages, one each. */
    next: [] as Mood[],
    /** Codes for the next questions. */
    questions: [] as string[],
    /** What carriers report of a text as soon as it went out. */
    carriers: "SUCCESS" as Text["ReportStatus"],
    /** Whether receipts name the message; with Tencent that must be asked for. */
    names: true,
    of: (action: string) => sms.got.filter(({ headers }) => headers["x-tc-action"] === action),
  };
  const wechat = {
    got: [] as Got[],
    messages: [] as Record<string, unknown>[],
    /** Codes for the next messages; a status of HTTP where it is one of those. */
    next: [] as number[],
    token: "token-1",
    expiresIn: 7_200,
    of: (path: string) => wechat.got.filter((request) => request.path.startsWith(path)),
  };

  const statusOf = ({ SerialNo, SessionContext, ReportStatus, PhoneNumber }: Text) => ({
    SerialNo,
    PhoneNumber,
    ReportStatus,
    SessionContext: sms.names ? SessionContext : "",
    Description: "",
  });
  type Answer = { status: number; body: unknown } | undefined;
  const response = (of: object): Answer => ({
    status: 200,
    body: { Response: { RequestId: "req-1", ...of } },
  });
  const error = (Code: string, to = "") => response({ Error: { Code, Message: `${Code}: ${to}` } });

  function sendSms(body: Record<string, unknown>): Answer {
    const [PhoneNumber = ""] = body["PhoneNumberSet"] as string[];
    const mood = sms.next.shift();
    if (mood === "lost") return undefined;
    if (typeof mood === "object" && "error" in mood) return error(mood.error, PhoneNumber);
    if (typeof mood === "object" && "status" in mood) return { status: mood.status, body: "" };
    const of = { PhoneNumber, SessionContext: body["SessionContext"], Fee: 1, IsoCode: "CN" };
    if (typeof mood === "object") {
      const refused = { ...of, SerialNo: "", Code: mood.code, Message: `refused ${PhoneNumber}` };
      return response({ SendStatusSet: [refused] });
    }
    const SerialNo = `5000:${sms.texts.length + 1}`;
    sms.texts.push({
      PhoneNumber,
      SessionContext: String(body["SessionContext"]),
      SerialNo,
      ...(sms.carriers && { ReportStatus: sms.carriers }),
      at: now().getTime() / 1_000,
      pulled: false,
      sent: body,
    });
    if (mood === "taken-silently") return undefined;
    return response({ SendStatusSet: [{ ...of, SerialNo, Code: "Ok", Message: "send success" }] });
  }

  function askSms(action: unknown, body: Record<string, unknown>): Answer {
    const refused = sms.questions.shift();
    if (refused !== undefined) return error(refused);
    const reported = sms.texts.filter(({ ReportStatus }) => ReportStatus);
    if (action === "PullSmsSendStatus") {
      const fresh = reported.filter(({ pulled }) => !pulled).slice(0, Number(body["Limit"]));
      for (const text of fresh) text.pulled = true;
      return response({ PullSmsSendStatusSet: fresh.map(statusOf) });
    }
    const from = Number(body["BeginTime"]);
    if (from < now().getTime() / 1_000 - 7 * 86_400)
      return error("InvalidParameterValue.BeginTimeVerifyFail");
    const of = reported.filter(({ PhoneNumber, at }) => PhoneNumber === body["PhoneNumber"] && at >= from);
    return response({ PullSmsSendStatusSet: of.map(statusOf) });
  }

  function answerSms(request: Got, raw: string): Answer {
    const { headers, body } = request;
    sms.got.push(request);
    const { secretId, secretKey, sdkAppId, region } = credentials.sms;
    if (headers.authorization !== authorizationOf(request, raw, secretId, secretKey))
      return error("AuthFailure.SignatureFailure");
    if (headers["x-tc-version"] !== "2021-01-11") return error("NoSuchVersion");
    if (headers["x-tc-region"] !== region) return error("UnsupportedRegion");
    if (body["SmsSdkAppId"] !== sdkAppId) return error("UnauthorizedOperation.SmsSdkAppIdVerifyFail");
    const action = headers["x-tc-action"];
    return action === "SendSms" ? sendSms(body) : askSms(action, body);
  }

  function answerWechat(request: Got): Answer {
    const { path, body } = request;
    wechat.got.push(request);
    const said = (errcode: number): Answer => ({
      status: 200,
      body: { errcode, errmsg: errcode === 0 ? "ok" : `no to ${body["touser"]}` },
    });
    if (path === "/cgi-bin/stable_token") {
      const { appId, appSecret } = credentials.wechat;
      if (body["appid"] !== appId) return said(40_013);
      if (body["secret"] !== appSecret) return said(40_125);
      return { status: 200, body: { access_token: wechat.token, expires_in: wechat.expiresIn } };
    }
    if (new URL(path, "http://x").searchParams.get("access_token") !== wechat.token) return said(40_001);
    const next = wechat.next.shift() ?? 0;
    if (next >= 500 && next < 600) return { status: next, body: {} };
    if (next === 0) wechat.messages.push(body);
    return said(next);
  }

  const server = createServer(async (request, answering) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks).toString();
    const got = { path: request.url ?? "", headers: request.headers, body: JSON.parse(raw) };
    const answer = got.path === "/" ? answerSms(got, raw) : answerWechat(got);
    if (!answer) return;
    answering
      .writeHead(answer.status, { "content-type": "application/json" })
      .end(JSON.stringify(answer.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  const credentials: { sms: SmsCredentials; wechat: WechatCredentials } = {
    sms: {
      baseUrl,
      secretId: "AKIDcanary-id",
      secretKey: "canary-secret-key-of-tencent",
      region: "ap-guangzhou",
      sdkAppId: "1400006666",
      signName: "乐运",
    },
    wechat: { baseUrl, appId: "wxcanary", appSecret: "canary-secret-of-wechat", page: "pages/notices" },
  };
  return {
    sms,
    wechat,
    credentials,
    port,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
export type NoticeProviders = Awaited<ReturnType<typeof startNoticeProviders>>;

/** Has the service in this process bring notices by these channels while `work` runs, with sealed credentials. */
export async function connectedTo<T>(
  { credentials }: NoticeProviders,
  channels: readonly ("sms" | "wechat")[],
  now: Date,
  work: () => Promise<T>,
): Promise<T> {
  for (const name of channels) await dynamo.commit([await sealedCredentials(name, credentials[name], now)]);
  const environment = env();
  const { NOTICE_CHANNELS: before } = environment;
  environment.NOTICE_CHANNELS = [...channels];
  try {
    return await work();
  } finally {
    environment.NOTICE_CHANNELS = before;
  }
}

/** Has our mini program know a person, as its login will. */
export async function knownInWechat(personId: string, wechatOpenId: string): Promise<void> {
  const person = await findPerson(personId, true);
  if (!person) throw new Error("there is nobody of that id");
  const { fields, key } = await openPerson(person);
  const personal = await sealFields(key, personId, { ...fields, wechatOpenId });
  await dynamo.commit([planProfileChange(person, { ...person, personal })]);
}
