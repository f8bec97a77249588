import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderDocs } from "../../docs/page.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;
let browser: Browser;
beforeAll(async () => {
  await renderDocs();
  service = await startTestService({
    people: () => [{ sub: "shen", label: "市民 沈奶奶", roles: ["citizen"] }],
  });
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

describe.each([
  ["a phone", { width: 375, height: 740 }],
  ["a desk", { width: 1280, height: 900 }],
])("on %s", (_, viewport) => {
  it("the API's description shows every part of the service, asks no other host for anything, and does not scroll sideways", async () => {
    const page = await browser.newPage({ viewport });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`${service.url}/docs`);
    await page.getByText("乐运 Leyun").first().waitFor();
    for (const part of ["registration", "people", "service"])
      await page.getByText(part).first().waitFor({ state: "attached" });
    expect(asked.filter((url) => !url.startsWith(service.url) && !/^(data|blob):/.test(url))).toEqual([]);
    const overflow = await page.evaluate(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.close();
  });

  it("a person signs in with one tap and comes back with a code that buys a token", async () => {
    const page = await browser.newPage({ viewport });
    const verifier = "a".repeat(64);
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    const query = new URLSearchParams({
      response_type: "code",
      client_id: "web",
      redirect_uri: `${service.url}/health`,
      scope: "openid",
      state: "s1",
      nonce: "n1",
      code_challenge: Buffer.from(digest).toString("base64url"),
      code_challenge_method: "S256",
    });
    await page.goto(`${service.url}/authorize?${query}`);
    await page.getByText("沈奶奶").first().click();
    const submit = page.locator("form button, form input[type=submit]").first();
    if (!page.url().includes("/health")) await submit.click({ timeout: 2_000 }).catch(() => undefined);
    await page.waitForURL(/\/health\?/);
    const back = new URL(page.url());
    expect(back.searchParams.get("state")).toBe("s1");
    const answer = await fetch(`${service.url}/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: back.searchParams.get("code") ?? "",
        redirect_uri: `${service.url}/health`,
        client_id: "web",
        code_verifier: verifier,
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const me = await fetch(`${service.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(me.status).toBe(404);
    await page.close();
  });
});
