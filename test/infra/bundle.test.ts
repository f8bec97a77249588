import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { type Bundle, bundle } from "#infra/bundle.ts";
import { report } from "#infra/bundling/sizes.ts";
import { lambdas } from "#infra/lambdas.ts";
import { startNoticeProviders } from "../support/noticeProviders.ts";

const elsewhere = () => join(mkdtempSync(join(tmpdir(), "leyun-bundle-")), "lambda");
const made: Bundle = await bundle(elsewhere());

test.each(lambdas)("%s is where its handler's path says, and can be loaded", async (lambda) => {
  const file = join(made.directory, "functions", `${lambda}.mjs`);
  const { handler } = (await import(pathToFileURL(file).href)) as { handler: unknown };
  expect(handler).toBeTypeOf("function");
});

test("the bundle's own GET /openapi.json answers with the API's description", async () => {
  const file = join(made.directory, "functions/service/public.mjs");
  const { handler } = (await import(pathToFileURL(file).href)) as {
    handler: (event: object, context: object) => Promise<{ statusCode: number; body: string }>;
  };
  const event = {
    routeKey: "GET /openapi.json",
    rawPath: "/openapi.json",
    headers: {},
    requestContext: { requestId: "of-a-test" },
  };
  const { statusCode, body } = await handler(event, {});
  expect(statusCode).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ openapi: "3.1.0" });
});

test("the SDK for text messages works as it is bundled, without what it does not use", async () => {
  const chunks = join(made.directory, "chunks");
  const holds = (name: string) =>
    readFileSync(join(chunks, name), "utf8").includes("sms.tencentcloudapi.com");
  const [name = "", ...others] = readdirSync(chunks).filter(holds);
  expect(others).toEqual([]);
  const { Client } = (await import(
    pathToFileURL(join(chunks, name)).href
  )) as typeof import("#shared/notices/tencentSdk.ts");
  const providers = await startNoticeProviders();
  const { secretId, secretKey, region, sdkAppId: SmsSdkAppId } = providers.credentials.sms;
  const httpProfile = { endpoint: `127.0.0.1:${providers.port}`, protocol: "http://" };
  const client = new Client({ credential: { secretId, secretKey }, region, profile: { httpProfile } });
  expect(await client.PullSmsSendStatus({ SmsSdkAppId, Limit: 1 })).toMatchObject({
    PullSmsSendStatusSet: [],
  });
  await providers.stop();
});

test("source maps are not deployed", () => {
  const files = readdirSync(made.directory, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
  expect(existsSync(join(`${made.directory}.maps`, "functions/service/public.mjs.map"))).toBe(true);
});

test("the same sources give the same bundle, wherever it is made", async () => {
  expect((await bundle(elsewhere())).hash).toBe(made.hash);
});

test("weighs every function", () => {
  expect(made.sizes.map(({ lambda }) => lambda).toSorted()).toEqual([...lambdas].toSorted());
  for (const { atStart, total } of made.sizes) {
    expect(atStart).toBeGreaterThan(10_000);
    expect(total).toBeGreaterThanOrEqual(atStart);
  }
});

test("no function is over its limit", () => {
  const { kept, lines } = report(made.sizes);
  expect(kept, lines.join("\n")).toBe(true);
});

test("says of a function over its limit what it holds", () => {
  const size = { lambda: "people/public", total: 512_001, atStart: 1, data: 0 };
  const heavy = report([{ ...size, packages: [["zod", 400_000]] }]);
  expect(heavy.kept).toBe(false);
  expect(heavy.lines.join("\n")).toMatch(/390\.6 KB {2}zod/);
  expect(report([{ ...size, total: 512_000, packages: [] }]).kept).toBe(true);
  expect(report([{ ...size, lambda: "people/citizen", total: 880 * 1024, packages: [] }]).kept).toBe(true);
});
