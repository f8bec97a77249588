import dns from "node:dns";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Message, Receipt } from "#shared/notices/port.ts";
import { parametersFor } from "#shared/notices/render.ts";
import { createTencentSms } from "#shared/notices/tencentSms.ts";
import { type NoticeProviders, startNoticeProviders } from "../../support/noticeProviders.ts";

let providers: NoticeProviders;
let sms: NoticeProviders["sms"];
beforeAll(async () => {
  providers = await startNoticeProviders();
  sms = providers.sms;
});
afterAll(() => providers.stop());
beforeEach(() => {
  Object.assign(sms, { got: [], texts: [], next: [], questions: [], carriers: "SUCCESS", names: true });
});
afterEach(() => vi.restoreAllMocks());

const PHONE = "13912340001";
const message = (of: Partial<Message> = {}): Message => ({
  to: PHONE,
  template: "1110",
  parameters: { event: "平望镇运河健步走", until: "6月10日16:00" },
  outId: "ntc_1.sms",
  ...of,
});
const sender = (of: Partial<NoticeProviders["credentials"]["sms"]> = {}) =>
  createTencentSms({ ...providers.credentials.sms, ...of }, { timeoutMs: 300 });
/** It was tried a minute ago, and no answer came. */
const again = () => message({ since: new Date(Date.now() - 60_000).toISOString() });

describe("a text message", () => {
  it("goes to one number of the mainland with its country, signature, template and name", async () => {
    const parameters = parametersFor("sms", "registration-offered", {
      event: "平望镇运河健步走",
      group: "成人组",
      until: "2026-06-10T08:00:00Z",
    });
    expect(await sender().send(message({ parameters }))).toEqual({
      outcome: "accepted",
      providerId: "5000:1",
    });
    expect(sms.texts.map(({ sent }) => sent)).toEqual([
      {
        SmsSdkAppId: "1400006666",
        PhoneNumberSet: [`+86${PHONE}`],
        SignName: "乐运",
        TemplateId: "1110",
        TemplateParamSet: ["平望镇运河健步走", "6月10日16:00"],
        SessionContext: "ntc_1.sms",
      },
    ]);
    // Nothing was asked about a message that was never sent before.
    expect(sms.got).toHaveLength(1);
  });

  it("goes abroad to the number as it stands", async () => {
    await sender().send(message({ to: "+85251234567" }));
    expect(sms.texts).toMatchObject([{ PhoneNumber: "+85251234567" }]);
  });

  it("is signed for the service whose host is asked, as Tencent computes it", async () => {
    const lookup = ((_host: string, options: { all?: boolean }, done: (...said: unknown[]) => void) =>
      options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4)) as never;
    vi.spyOn(dns, "lookup").mockImplementation(lookup);
    const baseUrl = `http://sms.tencent.test:${providers.port}`;
    expect(await sender({ baseUrl }).send(message())).toMatchObject({ outcome: "accepted" });
    const [{ headers } = { headers: {} as Record<string, string> }] = sms.got;
    expect(headers).toMatchObject({
      host: `sms.tencent.test:${providers.port}`,
      "x-tc-action": "SendSms",
      "x-tc-version": "2021-01-11",
      "x-tc-region": "ap-guangzhou",
      authorization: expect.stringMatching(
        /^TC3-HMAC-SHA256 Credential=AKIDcanary-id\/\d{4}-\d\d-\d\d\/sms\/tc3_request, SignedHeaders=content-type;host, Signature=[0-9a-f]{64}$/,
      ),
    });
    expect(Math.abs(Number(headers["x-tc-timestamp"]) - Date.now() / 1_000)).toBeLessThan(60);
  });

  it("with a key that is not the account's is refused for now", async () => {
    const refused = { outcome: "refused", reason: "account", permanent: false };
    expect(await sender({ secretKey: "another" }).send(message())).toEqual(refused);
    expect(sms.texts).toEqual([]);
  });
});

describe("a refusal", () => {
  it.each([
    ["FailedOperation.PhoneNumberInBlacklist", "opted-out", true],
    ["InvalidParameterValue.IncorrectPhoneNumber", "unknown-number", true],
    ["UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone", "unknown-number", true],
    ["UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber", "request", true],
    ["LimitExceeded.PhoneNumberThirtySecondLimit", "too-often", false],
    ["LimitExceeded.AppDailyLimit", "too-often", false],
    ["RequestLimitExceeded", "too-often", false],
    ["FailedOperation.ContainSensitiveWord", "content", true],
    ["InvalidParameterValue.TemplateParameterLengthLimit", "content", true],
    ["FailedOperation.TemplateIncorrectOrUnapproved", "account", false],
    ["FailedOperation.SignatureIncorrectOrUnapproved", "account", false],
    ["FailedOperation.InsufficientBalanceInSmsPackage", "account", false],
    ["UnauthorizedOperation.SmsSdkAppIdVerifyFail", "account", false],
    ["AuthFailure.SecretIdNotFound", "account", false],
    ["InvalidParameterValue.SdkAppIdNotExist", "account", false],
    ["MissingParameter.EmptyPhoneNumberSet", "request", true],
    ["SomethingNew.OfTomorrow", "refused", false],
  ])("%s means %s, whether the number or the request was refused", async (code, reason, permanent) => {
    sms.next = [{ code }, { error: code }];
    const refused = { outcome: "refused", reason, permanent };
    expect(await sender().send(message())).toEqual(refused);
    expect(await sender().send(message())).toEqual(refused);
    expect(sms.texts).toEqual([]);
  });
});

describe("no answer", () => {
  it.each<[string, NoticeProviders["sms"]["next"][number]]>([
    ["in time", "taken-silently"],
    ["but a status of HTTP", { status: 502 }],
    ["that says whether it went out", { code: "InternalError.Timeout" }],
  ])("%s leaves the outcome unknown", async (_, mood) => {
    sms.next = [mood];
    await expect(sender().send(message())).rejects.toMatchObject({ name: "Unavailable" });
  });

  it("of an address where nobody listens leaves it unknown too", async () => {
    const baseUrl = "http://127.0.0.1:1";
    await expect(sender({ baseUrl }).send(message())).rejects.toMatchObject({ name: "Unavailable" });
  });
});

describe("a message that may have been sent", () => {
  it.each([
    ["SUCCESS", "delivered"],
    ["FAIL", "failed"],
  ] as const)("and of which the carrier said %s is not sent again", async (carriers, became) => {
    Object.assign(sms, { carriers, next: ["taken-silently"] });
    await expect(sender().send(message())).rejects.toMatchObject({ name: "Unavailable" });
    expect(await sender().send(again())).toEqual({ outcome: "accepted", providerId: "5000:1", became });
    expect(sms.texts).toHaveLength(1);
    const [{ body } = { body: {} }] = sms.of("PullSmsSendStatusByPhoneNumber");
    expect(body).toMatchObject({ PhoneNumber: `+86${PHONE}`, Offset: 0, Limit: 100 });
  });

  it("is sent when nothing of its name went to the number", async () => {
    await sender().send(message({ outId: "ntc_2.sms" }));
    expect(await sender().send(again())).toEqual({ outcome: "accepted", providerId: "5000:2" });
    expect(sms.texts.map(({ SessionContext }) => SessionContext)).toEqual(["ntc_2.sms", "ntc_1.sms"]);
  });

  it("is not sent while it cannot be asked for", async () => {
    sms.questions = ["UnauthorizedOperation.RequestPermissionDeny", "InternalError.OtherError"];
    for (let time = 0; time < 2; time += 1)
      await expect(sender().send(again())).rejects.toThrow("the provider refused");
    expect(sms.texts).toEqual([]);
  });

  it("is asked for as far back as Tencent answers", async () => {
    expect(await sender().send(message({ since: "2020-01-01T00:00:00Z" }))).toMatchObject({
      outcome: "accepted",
    });
  });
});

describe("receipts", () => {
  const pulled = async (take: (receipt: Receipt) => Promise<void> = async () => {}) => {
    const took: Receipt[] = [];
    await sender().receipts(async (receipt) => {
      took.push(receipt);
      await take(receipt);
    });
    return took;
  };

  it("are handed out once, page by page, by the name of their message", async () => {
    const by = sender();
    for (let count = 0; count < 3; count += 1) await by.send(message({ outId: `ntc_${count}.sms` }));
    sms.carriers = "FAIL";
    await by.send(message({ outId: "ntc_3.sms" }));
    const [text] = sms.texts;
    if (text) for (let count = 0; count < 120; count += 1) sms.texts.push({ ...text });
    const took = await pulled();
    expect(took).toHaveLength(124);
    expect(took.slice(0, 4)).toEqual([
      { outId: "ntc_0.sms", state: "delivered" },
      { outId: "ntc_1.sms", state: "delivered" },
      { outId: "ntc_2.sms", state: "delivered" },
      { outId: "ntc_3.sms", state: "failed" },
    ]);
    expect(sms.of("PullSmsSendStatus")).toHaveLength(2);
    expect(await pulled()).toEqual([]);
  });

  it("that could not be taken hold up no other, and are told of", async () => {
    const by = sender();
    for (const outId of ["ntc_1.sms", "ntc_2.sms"]) await by.send(message({ outId }));
    const took: string[] = [];
    const take = async ({ outId }: Receipt) => {
      took.push(outId);
      if (outId === "ntc_1.sms") throw new Error("away");
    };
    await expect(pulled(take)).rejects.toThrow("away");
    expect(took).toEqual(["ntc_1.sms", "ntc_2.sms"]);
  });

  it("that name no message are left", async () => {
    await sender().send(message());
    sms.names = false;
    expect(await pulled()).toEqual([]);
  });

  it("that Tencent does not hand out say so by its code", async () => {
    sms.questions = ["UnauthorizedOperation.RequestPermissionDeny"];
    await expect(pulled()).rejects.toMatchObject({
      name: "ProviderSaidNo(UnauthorizedOperation.RequestPermissionDeny)",
    });
  });
});

it("no error holds the number, the key or what Tencent wrote", async () => {
  const moods = [
    "taken-silently",
    { status: 500 },
    { code: "InternalError.OtherError" },
    { error: "InternalError" },
  ];
  for (const mood of moods as NoticeProviders["sms"]["next"]) {
    sms.next = [mood];
    const error = (await sender()
      .send(message())
      .catch((thrown: unknown) => thrown)) as Error;
    const all = JSON.stringify([error.name, error.message, error.stack, String(error.cause), { ...error }]);
    for (const secret of [PHONE, "canary", "AKID"]) expect(all).not.toContain(secret);
  }
});
