import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "#shared/notices/port.ts";
import { createWechatMessages } from "#shared/notices/wechatMessages.ts";
import { setClock } from "#shared/platform/clock.ts";
import { type NoticeProviders, startNoticeProviders } from "../../support/noticeProviders.ts";

let providers: NoticeProviders;
let wechat: NoticeProviders["wechat"];
beforeAll(async () => {
  providers = await startNoticeProviders();
  wechat = providers.wechat;
});
afterAll(() => providers.stop());
beforeEach(() => {
  Object.assign(wechat, { got: [], messages: [], next: [], token: "token-1", expiresIn: 7_200 });
});
afterEach(() => setClock(Date.now));

const OPENID = "o6_bmjrPTlm6_canary";
const message: Message = {
  to: OPENID,
  template: "TPL-1",
  parameters: { thing1: "春季联赛", amount2: "80.00元" },
  outId: "ntc_1.wechat",
};
const sender = (of: Partial<NoticeProviders["credentials"]["wechat"]> = {}) =>
  createWechatMessages({ ...providers.credentials.wechat, ...of }, { timeoutMs: 500 });
const tokens = () => wechat.of("/cgi-bin/stable_token");
const accepted = { outcome: "accepted", providerId: "ntc_1.wechat" };

describe("a subscription message", () => {
  it("goes to the person's openid with the fields of its template", async () => {
    expect(await sender().send(message)).toEqual(accepted);
    expect(wechat.messages).toEqual([
      {
        touser: OPENID,
        template_id: "TPL-1",
        page: "pages/notices",
        miniprogram_state: "formal",
        lang: "zh_CN",
        data: { thing1: { value: "春季联赛" }, amount2: { value: "80.00元" } },
      },
    ]);
    expect(tokens().map(({ body }) => body)).toEqual([
      { grant_type: "client_credential", appid: "wxcanary", secret: "canary-secret-of-wechat" },
    ]);
  });

  it("uses the token that is in force, and another shortly before its end", async () => {
    const by = sender();
    let now = Date.now();
    setClock(() => now);
    for (const [later, asked] of [
      [0, 1],
      [7_139_000, 1],
      [1_000, 2],
    ] as const) {
      now += later;
      expect(await by.send(message)).toEqual(accepted);
      expect(tokens()).toHaveLength(asked);
    }
  });

  it("is sent with a fresh token where the standing one was withdrawn, and once only", async () => {
    const by = sender();
    await by.send(message);
    wechat.token = "token-2";
    expect(await by.send(message)).toEqual(accepted);
    expect(tokens()).toHaveLength(2);
    expect(wechat.messages).toHaveLength(2);
    wechat.next = [42_001];
    expect(await by.send(message)).toEqual(accepted);
    expect(tokens()).toHaveLength(3);
  });

  it("whose fresh token is refused too is given up, not asked for ever", async () => {
    wechat.next = [42_001, 40_001];
    expect(await sender().send(message)).toEqual({ outcome: "refused", reason: "account", permanent: true });
    expect(tokens()).toHaveLength(2);
  });

  it.each([
    [43_101, "not-subscribed", true],
    [40_003, "unknown-address", true],
    [40_037, "request", true],
    [47_003, "request", true],
    [45_168, "content", true],
    [43_107, "account", true],
    [45_009, "too-often", false],
    [43_108, "too-often", false],
    [-1, "busy", false],
  ])("that WeChat refuses with %i is refused: %s", async (code, reason, permanent) => {
    wechat.next = [code];
    expect(await sender().send(message)).toEqual({ outcome: "refused", reason, permanent });
    expect(wechat.of("/cgi-bin/message")).toHaveLength(1);
  });

  it("of an account that WeChat does not know is refused", async () => {
    for (const by of [sender({ appId: "wxother" }), sender({ appSecret: "other" })])
      expect(await by.send(message)).toEqual({ outcome: "refused", reason: "account", permanent: true });
  });

  it("without an answer has an unknown outcome, and no error holds a token, a secret or an openid", async () => {
    const nobody = sender({ baseUrl: "http://127.0.0.1:1" });
    wechat.next = [502];
    for (const by of [sender(), nobody]) {
      const error = (await by.send(message).catch((thrown: unknown) => thrown)) as Error;
      expect(error.name).toBe("Unavailable");
      const all = JSON.stringify([error.message, error.stack, String(error.cause), { ...error }]);
      for (const secret of [OPENID, "token-1", "canary-secret"]) expect(all).not.toContain(secret);
    }
  });
});
