import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { confined, forgetSecrets, refusals } from "#local/access/guard.ts";
import { providerNamed, sealCredentials } from "#shared/payments/providers.ts";
import { type WechatPayCredentials, wechatPayCredentials } from "#shared/payments/wechatPay/credentials.ts";
import { sealedCredentials } from "#shared/platform/credentials.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { sealed, unsealed } from "#shared/platform/secrets.ts";
import { type Outside, orderOf, saidNo, startOutside } from "../../support/outside.ts";
import { startTestService, type TestService } from "../../support/service.ts";

let service: TestService;
let outside: Outside;
let credentials: WechatPayCredentials;
beforeAll(async () => {
  [service, outside] = await Promise.all([startTestService(), startOutside()]);
  await outside.setClock(service.clock.now());
  credentials = await outside.ofProvider<WechatPayCredentials>("credentials");
});
afterAll(async () => {
  await outside.stop();
  await service.stop();
});

const put = async (name: string, of: WechatPayCredentials = credentials) =>
  dynamo.commit([await sealCredentials(name, of, service.clock.now())]);
const stored = async (name: string) => {
  const { Item } = await new DynamoDBClient().send(
    new GetItemCommand({
      TableName: service.parts.tableNames.operations,
      Key: { pk: { S: `PROVIDER#${name}` }, sk: { S: "CREDENTIALS" } },
    }),
  );
  return Item?.["sealed"]?.B ?? new Uint8Array();
};

describe("a provider by its name", () => {
  it("speaks with the credentials that were sealed for it, and is the same in an environment", async () => {
    await put("sandbox");
    const provider = await providerNamed("sandbox");
    expect(provider.name).toBe("sandbox");
    const order = orderOf({ now: service.clock.now() });
    await provider.order(order);
    expect(await provider.find(order)).toEqual({ state: "unpaid" });
    expect(await providerNamed("sandbox")).toBe(provider);
  });

  it("is not found where nobody put credentials, nor under what is no name, until somebody does", async () => {
    for (const name of [
      "elsewhere",
      "",
      "Sandbox",
      "sand box",
      "a/b",
      `a${"b".repeat(32)}`,
      "a".repeat(3_000),
    ])
      expect([name, await saidNo(providerNamed(name))]).toEqual([name, "404 not-found"]);
    for (const name of ["sms", "wechat"]) {
      await dynamo.commit([await sealedCredentials(name, credentials, service.clock.now())]);
      expect([name, await saidNo(providerNamed(name))]).toEqual([name, "404 not-found"]);
      await expect(put(name)).rejects.toThrow(RangeError);
    }
    await put("elsewhere");
    expect((await providerNamed("elsewhere")).name).toBe("elsewhere");
  });

  it("lies in the table sealed, and opens under its own name alone", async () => {
    await put("sandbox");
    const lies = await stored("sandbox");
    const text = Buffer.from(lies).toString("latin1");
    expect(text).not.toContain(credentials.apiV3Key);
    expect(text).not.toContain("PRIVATE KEY");
    expect(JSON.parse(Buffer.from(await unsealed("provider-sandbox", lies)).toString())).toEqual(credentials);
    await expect(unsealed("provider-another", lies)).rejects.toMatchObject({
      name: "InvalidCiphertextException",
    });
    await expect(unsealed("references", lies)).rejects.toMatchObject({ name: "InvalidCiphertextException" });
  });
});

describe("credentials", () => {
  it.each<[string, object]>([
    ["no key", { privateKeyPem: "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" }],
    ["a secret of another length", { apiV3Key: "short" }],
    ["a fixed key without its name", { publicKeyPem: "x" }],
    ["a name of a fixed key without the key", { publicKeyId: "PUB_KEY_ID_01" }],
    ["an address that is none", { baseUrl: "file:///etc/passwd" }],
    ["a field that nobody knows", { surprise: 1 }],
  ])("with %s are none", (_, change) => {
    expect(wechatPayCredentials.safeParse(credentials).success).toBe(true);
    expect(wechatPayCredentials.safeParse({ ...credentials, ...change }).success).toBe(false);
  });

  it("that are longer than KMS seals are refused before they are sent", async () => {
    await expect(sealed("provider-sandbox", new Uint8Array(4_097))).rejects.toThrow(RangeError);
    expect(
      (await unsealed("provider-sandbox", await sealed("provider-sandbox", new Uint8Array(4_096)))).length,
    ).toBe(4_096);
  });
});

describe("a function", () => {
  it("that is granted nothing of providers finds none, and none may seal", async () => {
    await put("sandbox");
    forgetSecrets();
    const lambda = "policies/finance";
    const lies = await stored("sandbox");
    const denied = { name: "AccessDeniedException" };
    await expect(confined(lambda, () => providerNamed("sandbox"))).rejects.toMatchObject(denied);
    await expect(confined(lambda, () => unsealed("provider-sandbox", lies))).rejects.toMatchObject(denied);
    await expect(confined(lambda, () => sealed("references", new Uint8Array(1)))).rejects.toMatchObject(
      denied,
    );
    expect(refusals).toEqual([
      expect.stringContaining("dynamodb:GetItem on operations PROVIDER#sandbox"),
      expect.stringContaining("kms:Decrypt on the master key for provider-sandbox"),
      expect.stringContaining("kms:Encrypt on the master key for references"),
    ]);
  });
});

describe("npm run provider:credentials", () => {
  const run = async (args: readonly string[]) =>
    promisify(execFile)(process.execPath, ["infra/providerCredentials.ts", ...args], {
      env: { ...process.env, ...service.parts.env },
    }).then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      (error: { code: number; stderr: string; stdout: string }) => ({
        code: error.code,
        said: error.stderr + error.stdout,
      }),
    );
  let dir: string;
  const file = async (text: string) => {
    await writeFile(join(dir, "credentials.json"), text, { mode: 0o600 });
    return join(dir, "credentials.json");
  };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "leyun-credentials-"));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it("puts what the merchant platform gave where the service finds it, and prints no secret", async () => {
    const { code, said } = await run(["wechat-pay", await file(JSON.stringify(credentials))]);
    expect([code, said]).toEqual([0, expect.stringContaining(credentials.mchid)]);
    expect(said).not.toContain(credentials.apiV3Key);
    const provider = await providerNamed("wechat-pay");
    expect(await provider.find(orderOf())).toEqual({ state: "absent" });
  });

  it("refuses what are no credentials, and repeats nothing of them", async () => {
    const secret = "SECRETSECRET";
    for (const text of [
      `{"apiV3Key":"${secret}"}`,
      `${secret} no JSON`,
      JSON.stringify({ ...credentials, mchid: secret }),
    ]) {
      const { code, said } = await run(["wechat-pay", await file(text)]);
      expect(code).toBe(1);
      expect(said).not.toContain(secret);
      expect(said).not.toContain(credentials.apiV3Key);
    }
    expect((await run(["No Name", await file("{}")])).code).toBe(2);
    expect((await run([])).code).toBe(2);
  });
});
