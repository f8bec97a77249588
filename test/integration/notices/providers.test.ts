import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { confined } from "#local/access/guard.ts";
import { runJob } from "#local/localRoutes.ts";
import { deliveredAt } from "#shared/notices/notices.ts";
import { outIdOf } from "#shared/notices/store.ts";
import { peopleRoutes } from "#shared/people/contract.ts";
import { openedCredentials } from "#shared/platform/credentials.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import {
  connectedTo,
  knownInWechat,
  type NoticeProviders,
  startNoticeProviders,
} from "../../support/noticeProviders.ts";
import { deliverNotices, inboxOf, tell } from "../../support/notices.ts";
import {
  citizen as anyCitizen,
  good,
  NOON,
  startTestService,
  type TestService,
} from "../../support/service.ts";

let service: TestService;
let providers: NoticeProviders;
const logged: string[] = [];
beforeAll(async () => {
  // The logger then writes to the console, where it can be read.
  Object.assign(process.env, { POWERTOOLS_DEV: "true", POWERTOOLS_LOG_LEVEL: "DEBUG" });
  for (const level of ["debug", "info", "warn", "error", "log"] as const)
    vi.spyOn(console, level).mockImplementation((...said) => void logged.push(JSON.stringify(said)));
  service = await startTestService();
  providers = await startNoticeProviders(service.clock.now);
});
afterAll(async () => {
  await providers.stop();
  await service.stop();
});
beforeEach(() => {
  service.clock.set(NOON);
  const { sms, wechat } = providers;
  Object.assign(sms, { got: [], texts: [], next: [], questions: [], carriers: "SUCCESS", names: true });
  Object.assign(wechat, { got: [], messages: [], next: [] });
});

const phones: string[] = [];
const openids: string[] = [];
async function citizen({ inWechat = false } = {}) {
  const phone = `1391234${String(phones.length + 1_000)}`;
  phones.push(phone);
  const me = await anyCitizen(service, { phone });
  if (inWechat) {
    const openid = `o6_canary-${openids.length}`;
    openids.push(openid);
    await knownInWechat(me.personId, openid);
  }
  return { ...me, phone };
}
const run = (channels: readonly ("sms" | "wechat")[] = ["wechat", "sms"]) =>
  connectedTo(providers, channels, service.clock.now(), deliverNotices);
const textsTo = (phone: string) =>
  providers.sms.texts.filter(({ PhoneNumber }) => PhoneNumber === `+86${phone}`);
const MINUTE = 60;

describe("a notice", () => {
  it("comes by text message to whom WeChat does not know, and has arrived when the carrier says so", async () => {
    const me = await citizen();
    await tell(me, "by-text");
    await run();
    expect(textsTo(me.phone)).toMatchObject([
      { SessionContext: outIdOf({ ...me, noticeId: "by-text" }, "sms"), sent: { TemplateId: "refund-paid" } },
    ]);
    expect(providers.wechat.got).toEqual([]);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
    expect(await deliveredAt("by-text", me.personId)).toMatch(/^2026-06-10T04/);
  });

  it("whose text message the carrier has not reported on is sent, and delivered when it does", async () => {
    const me = await citizen();
    Object.assign(providers.sms, { carriers: undefined });
    await tell(me, "later");
    await run();
    expect(await inboxOf(me)).toMatchObject([{ delivery: "sent" }]);
    Object.assign(textsTo(me.phone)[0] ?? {}, { ReportStatus: "SUCCESS" });
    await run();
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
    expect(textsTo(me.phone)).toHaveLength(1);
  });

  it("that did not arrive by text message has failed", async () => {
    const me = await citizen();
    Object.assign(providers.sms, { carriers: "FAIL" });
    await tell(me, "off");
    await run();
    expect(await inboxOf(me)).toMatchObject([{ delivery: "failed" }]);
    expect(await deliveredAt("off", me.personId)).toBeUndefined();
  });

  it("comes in WeChat to whom it knows, and then not by text message; that it arrived nobody says", async () => {
    const me = await citizen({ inWechat: true });
    await tell(me, "in-wechat");
    await run();
    expect(providers.wechat.messages).toMatchObject([
      { touser: openids.at(-1), template_id: "refund-paid", data: { thing1: { value: "春季联赛" } } },
    ]);
    expect(textsTo(me.phone)).toEqual([]);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "sent" }]);
    expect(await deliveredAt("in-wechat", me.personId)).toBeUndefined();
  });

  it.each([43_101, 40_003])(
    "that WeChat refuses with %i comes by text message in the same run",
    async (code) => {
      const me = await citizen({ inWechat: true });
      await tell(me, "refused");
      providers.wechat.next = [code];
      await run();
      expect(textsTo(me.phone)).toHaveLength(1);
      expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
    },
  );

  it("comes by the channels alone that are connected", async () => {
    const me = await citizen({ inWechat: true });
    await tell(me, "text-alone");
    await run(["sms"]);
    expect([providers.wechat.got.length, textsTo(me.phone).length]).toEqual([0, 1]);
  });

  it("comes in WeChat still after its person corrected what is written of them", async () => {
    const me = await citizen({ inWechat: true });
    const body = { ...me.input, phone: "13912349999" };
    await good(me.call(peopleRoutes.putMe, { body, ifMatch: 2 }));
    phones.push("13912349999");
    await tell(me, "corrected");
    await run();
    expect(providers.wechat.messages).toHaveLength(1);
  });
});

describe("a text message whose answer did not come", () => {
  it("but which went out is found before it would be sent again, with what became of it", async () => {
    const me = await citizen();
    await tell(me, "silent");
    providers.sms.next = ["taken-silently"];
    await run(["sms"]);
    // Its receipt is read in the same run, of which only what was asked back is left.
    expect(textsTo(me.phone)).toHaveLength(1);
    service.clock.advance(MINUTE);
    await run(["sms"]);
    expect(textsTo(me.phone)).toHaveLength(1);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
  });

  it("is found even where its receipt was lost", async () => {
    const me = await citizen();
    await tell(me, "lost-receipt");
    providers.sms.next = ["taken-silently"];
    providers.sms.questions = ["InternalError.OtherError"];
    await connectedTo(providers, ["sms"], service.clock.now(), () => runJob("deliverNotices"));
    for (const text of providers.sms.texts) text.pulled = true;
    expect(await inboxOf(me)).toMatchObject([{ delivery: "due" }]);
    service.clock.advance(MINUTE);
    await run(["sms"]);
    expect(providers.sms.of("PullSmsSendStatusByPhoneNumber")).toHaveLength(1);
    expect(textsTo(me.phone)).toHaveLength(1);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
  });

  it("and which never went out is sent again", async () => {
    const me = await citizen();
    await tell(me, "gone");
    providers.sms.next = ["lost"];
    await run(["sms"]);
    expect(textsTo(me.phone)).toEqual([]);
    await run(["sms"]);
    expect(providers.sms.of("SendSms")).toHaveLength(1);
    service.clock.advance(MINUTE);
    await run(["sms"]);
    expect(textsTo(me.phone)).toHaveLength(1);
    expect(await inboxOf(me)).toMatchObject([{ delivery: "delivered" }]);
  });

  it("is not sent again while nobody says what became of it", async () => {
    const me = await citizen();
    await tell(me, "unasked");
    providers.sms.next = ["lost"];
    await run(["sms"]);
    service.clock.advance(MINUTE);
    providers.sms.questions = ["UnauthorizedOperation.RequestPermissionDeny"];
    await run(["sms"]);
    expect(providers.sms.of("SendSms")).toHaveLength(1);
    service.clock.advance(5 * MINUTE);
    await run(["sms"]);
    expect(textsTo(me.phone)).toHaveLength(1);
  });
});

it("a refusal for now is tried again, one for good is not", async () => {
  const [busy, blocked] = [await citizen(), await citizen()];
  await tell(busy, "busy");
  providers.sms.next = [{ code: "LimitExceeded.PhoneNumberThirtySecondLimit" }];
  await run(["sms"]);
  await tell(blocked, "blocked");
  providers.sms.next = [{ code: "FailedOperation.PhoneNumberInBlacklist" }];
  await run(["sms"]);
  expect([await inboxOf(busy), await inboxOf(blocked)]).toMatchObject([
    [{ delivery: "due" }],
    [{ delivery: "failed" }],
  ]);
  service.clock.advance(MINUTE);
  await run(["sms"]);
  expect(await inboxOf(busy)).toMatchObject([{ delivery: "delivered" }]);
});

it("who brings notices opens the credentials with those who send them alone", async () => {
  await run(["sms"]);
  const opening = (lambda: string, name: string) => confined(lambda, () => openedCredentials(name));
  const denied = { name: "AccessDeniedException" };
  await expect(opening("jobs/deliverNotices", "sandbox")).rejects.toMatchObject(denied);
  await expect(opening("notices/citizen", "sms")).rejects.toMatchObject(denied);
  expect((await opening("jobs/deliverNotices", "sms")).length).toBeGreaterThan(0);
});

describe("npm run provider:credentials", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "leyun-notices-"));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const put = async (name: string, credentials: object) => {
    const file = join(dir, "credentials.json");
    await writeFile(file, JSON.stringify(credentials), { mode: 0o600 });
    const environment = { env: { ...process.env, ...service.parts.env } };
    return promisify(execFile)(
      process.execPath,
      ["infra/providerCredentials.ts", name, file],
      environment,
    ).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      (error: { code: number; stderr: string }) => ({ code: error.code, said: error.stderr }),
    );
  };

  it.each(["sms", "wechat"] as const)("puts the credentials of %s, and prints no secret", async (name) => {
    const { code, said } = await put(name, providers.credentials[name]);
    expect([code, said]).toEqual([0, expect.stringContaining(`${name}, `)]);
    expect(said).not.toContain("canary-secret");
    expect(JSON.parse(Buffer.from(await openedCredentials(name)).toString())).toEqual(
      providers.credentials[name],
    );
  });

  it.each<["sms" | "wechat", object]>([
    ["sms", { sdkAppId: "an app" }],
    ["sms", { baseUrl: "https://sms.tencentcloudapi.com/v3" }],
    ["wechat", { baseUrl: "https://user@api.weixin.qq.com" }],
    ["wechat", { surprise: 1 }],
  ])("refuses for %s what are none: %o", async (name, change) => {
    const { code, said } = await put(name, { ...providers.credentials[name], ...change });
    expect(code).toBe(1);
    expect(said).not.toContain("canary-secret");
  });
});

it("no number, openid or secret was logged or kept by all of this", async () => {
  providers.sms.next = [{ error: "AuthFailure.SecretIdNotFound" }];
  const me = await citizen();
  await tell(me, "last");
  await run(["sms"]);
  const text = logged.join("\n");
  expect(text).toMatch(/provider-refuses.*AuthFailure\.SecretIdNotFound/);
  expect(text).toMatch(/notice-failed.*ProviderSaidNo\(UnauthorizedOperation\.RequestPermissionDeny\)/);
  const { items, next } = await dynamo.scan({ table: "operations", limit: 1_000 });
  expect(next).toBeUndefined();
  const kept = JSON.stringify(items);
  expect(kept).toContain("by-text");
  for (const canary of [...phones, ...openids, "canary-secret", "AKID"])
    for (const place of [text, kept]) expect(place).not.toContain(canary);
});
