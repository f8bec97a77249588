import { createHash, createHmac, randomBytes } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as jose from "jose";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createIssuer, type Issuer, type IssuerAnswer } from "#local/issuer.ts";

const url = "http://127.0.0.1:3000";
const audience = "leyun";
const redirectUri = "http://localhost:5173/callback";
const start = Date.parse("2026-06-10T04:00:00.000Z");
const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");

let time: number;
let issuer: Issuer;

beforeEach(() => {
  time = start;
});

beforeAll(async () => {
  issuer = await createIssuer({
    url,
    audience,
    now: () => new Date(time),
    people: () => [
      { sub: "citizen-1", label: "市民 <b>王芳</b>", roles: ["citizen"] },
      { sub: "finance-1", label: "财务 李军", roles: ["finance"], org: "bureau" },
    ],
    tills: { "till-1": { secret: "s3 cret:&+%", org: "gym-1" } },
  });
});

const asked = {
  client_id: "console",
  redirect_uri: redirectUri,
  response_type: "code",
  scope: "openid profile",
  state: "st&te",
  nonce: "n0nce",
  code_challenge: challenge,
  code_challenge_method: "S256",
};

async function call(method: string, path: string, body = {}, headers = {}): Promise<IssuerAnswer> {
  const answer = await issuer.handle({
    method,
    url: new URL(path, url),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(body).toString(),
  });
  if (!answer) throw new Error(`${method} ${path} is not the issuer's`);
  return answer;
}

const authorize = (more: Record<string, string> = {}) =>
  call("GET", `/authorize?${new URLSearchParams({ ...asked, ...more })}`);
const location = (answer: IssuerAnswer) => new URL(answer.headers["location"] ?? "");

async function signIn(more: Record<string, string> = { person: "finance-1" }): Promise<string> {
  const answer = await call("POST", "/authorize", { ...asked, mfa: "yes", ...more });
  return location(answer).searchParams.get("code") ?? "";
}

const redeem = (code: string, more: Record<string, string> = {}) =>
  call("POST", "/token", {
    grant_type: "authorization_code",
    client_id: "console",
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
    ...more,
  });
const body = (answer: IssuerAnswer) => ({ status: answer.status, ...JSON.parse(answer.body) });
const keys = async () =>
  jose.createLocalJWKSet(JSON.parse((await call("GET", "/.well-known/jwks.json")).body));

describe("signing in with a code and PKCE", () => {
  it("hands the code and the state to the client that asked", async () => {
    const answer = await call("POST", "/authorize", { ...asked, person: "citizen-1" });
    expect(answer.status).toBe(303);
    expect(location(answer).origin + location(answer).pathname).toBe(redirectUri);
    expect(location(answer).searchParams.get("state")).toBe("st&te");
    expect(location(answer).searchParams.get("iss")).toBe(url);
  });

  it("gives an access token of the chosen person and an id_token with the nonce", async () => {
    const answer = body(await redeem(await signIn()));
    expect(answer).toMatchObject({ status: 200, token_type: "Bearer", expires_in: 3600 });
    expect(await issuer.verify(`Bearer ${answer.access_token}`)).toMatchObject({
      iss: url,
      aud: audience,
      sub: "finance-1",
      roles: ["finance"],
      org: "bureau",
      amr: ["pwd", "mfa"],
      iat: start / 1000,
      nbf: start / 1000,
      exp: start / 1000 + 3600,
      jti: expect.any(String),
    });
    const identity = await jose.jwtVerify(answer.id_token, await keys(), {
      issuer: url,
      audience: "console",
      currentDate: new Date(time),
    });
    expect(identity.payload).toMatchObject({ sub: "finance-1", name: "财务 李军", nonce: "n0nce" });
  });

  it("takes the id_token for no access token", async () => {
    const { id_token } = body(await redeem(await signIn()));
    await expect(issuer.verify(id_token)).rejects.toThrow("aud");
  });

  it("gives no id_token to a client that did not ask for openid", async () => {
    const answer = body(await redeem(await signIn({ person: "citizen-1", scope: "" })));
    expect(answer).not.toHaveProperty("id_token");
  });

  it("lets one describe oneself, without mfa if one says so", async () => {
    const form = new URLSearchParams({ ...asked, sub: "me@home", org: "club" });
    for (const role of ["citizen", "organiser", "emperor"]) form.append("role", role);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const request = { method: "POST", url: new URL("/authorize", url), headers, body: form.toString() };
    const answer = await issuer.handle(request);
    const code = new URL(answer?.headers["location"] ?? "").searchParams.get("code") ?? "";
    expect(await issuer.verify(body(await redeem(code)).access_token)).toMatchObject({
      sub: "me@home",
      roles: ["citizen", "organiser"],
      org: "club",
      amr: ["pwd"],
    });
  });

  it.each([{ person: "nobody" }, { sub: "me" }, { role: "citizen" }, { sub: "<script>", role: "citizen" }])(
    "shows the page again for %o",
    async (form) => {
      const answer = await call("POST", "/authorize", { ...asked, ...form });
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('role="alert"');
    },
  );

  it("refuses another verifier, and the code is spent by it", async () => {
    const code = await signIn();
    const other = randomBytes(32).toString("base64url");
    expect(body(await redeem(code, { code_verifier: other }))).toMatchObject({
      status: 400,
      error: "invalid_grant",
    });
    expect(body(await redeem(code))).toMatchObject({ status: 400, error: "invalid_grant" });
  });

  it("refuses a code used before", async () => {
    const code = await signIn();
    expect((await redeem(code)).status).toBe(200);
    expect(body(await redeem(code))).toMatchObject({ status: 400, error: "invalid_grant" });
  });

  it("takes a code for sixty seconds", async () => {
    const [early, late] = [await signIn(), await signIn()];
    time = start + 60_000;
    expect((await redeem(early)).status).toBe(200);
    time = start + 60_001;
    expect(body(await redeem(late))).toMatchObject({ status: 400, error: "invalid_grant" });
  });

  it.each([{ client_id: "other" }, { redirect_uri: "http://localhost:5173/other" }])(
    "refuses a code to %o",
    async (other) => {
      expect(body(await redeem(await signIn(), other))).toMatchObject({
        status: 400,
        error: "invalid_grant",
      });
    },
  );

  it("refuses a request that leaves something out, or is of another kind", async () => {
    expect(body(await redeem(""))).toMatchObject({ status: 400, error: "invalid_request" });
    expect(body(await call("POST", "/token", {}))).toMatchObject({ status: 400, error: "invalid_request" });
    expect(body(await call("POST", "/token", { grant_type: "password" }))).toMatchObject({
      error: "unsupported_grant_type",
    });
    expect(body(await call("POST", "/token", {}, { "content-type": "application/json" }))).toMatchObject({
      error: "invalid_request",
    });
  });
});

describe("the sign-in page", () => {
  it("escapes what persons and clients are called", async () => {
    const answer = await authorize({ state: '"><script>alert(1)</script>' });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(answer.body).toContain("市民 &#60;b&#62;王芳&#60;/b&#62;");
    expect(answer.body).not.toContain("<script>");
  });

  it.each([
    "https://127.0.0.1/callback",
    "http://example.com/callback",
    "http://127.0.0.1.example.com/callback",
    "http://localhost@example.com/callback",
    "http://localhost/callback#fragment",
    "javascript:alert(1)",
    "/callback",
    "",
  ])("sends nobody to %o", async (redirect_uri) => {
    const answer = await authorize({ redirect_uri });
    expect(answer.status).toBe(400);
    expect(answer.headers).not.toHaveProperty("location");
    expect((await call("POST", "/authorize", { ...asked, redirect_uri, person: "citizen-1" })).status).toBe(
      400,
    );
  });

  it.each([
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
    [{ code_challenge: "" }, "invalid_request"],
    [{ code_challenge: "short" }, "invalid_request"],
    [{ prompt: "none" }, "login_required"],
  ])("tells the client of %o: %s", async (more, error) => {
    const { searchParams } = location(await authorize(more));
    expect(searchParams.get("error")).toBe(error);
    expect(searchParams.get("state")).toBe("st&te");
  });
});

describe("a till's token", () => {
  const till = (form: Record<string, string>, headers = {}) =>
    call("POST", "/token", { grant_type: "client_credentials", ...form }, headers);
  const secret = "s3 cret:&+%";

  it("is a merchant's with the scope till:redeem and the till's org, whichever way the secret comes", async () => {
    const encoded = new URLSearchParams({ x: secret }).toString().slice(2);
    const basic = `Basic ${Buffer.from(`till-1:${encoded}`).toString("base64")}`;
    const posted = { client_id: "till-1", client_secret: secret };
    for (const answer of [await till(posted), await till({}, { authorization: basic })]) {
      const claims = { sub: "till-1", roles: ["merchant"], org: "gym-1", scope: "till:redeem" };
      expect(await issuer.verify(body(answer).access_token)).toMatchObject(claims);
    }
  });

  it.each([
    { client_id: "till-1", client_secret: "wrong" },
    { client_id: "till-2", client_secret: secret },
    { client_id: "constructor", client_secret: secret },
    { client_id: "till-1" },
    {},
  ])("is refused to %o", async (form) => {
    const answer = await till(form as Record<string, string>);
    expect(body(answer)).toMatchObject({ status: 401, error: "invalid_client" });
    expect(answer.headers["www-authenticate"]).toMatch(/^Basic/);
  });

  it("has no other scope", async () => {
    const form = { client_id: "till-1", client_secret: secret, scope: "admin" };
    expect(body(await till(form))).toMatchObject({ status: 400, error: "invalid_scope" });
  });
});

describe("verify", () => {
  const claims = { sub: "somebody", roles: ["citizen" as const] };
  const now = start / 1000;
  const payload = { ...claims, iss: url, aud: audience, iat: now, nbf: now, exp: now + 60 };

  it("takes a token of this issuer with or without Bearer before it", async () => {
    const token = await issuer.token({ ...claims, org: undefined, amr: ["mfa"] });
    expect(await issuer.verify(token)).toEqual(await issuer.verify(`Bearer ${token}`));
    expect(await issuer.verify(token)).toMatchObject({ ...claims, amr: ["mfa"] });
  });

  it("refuses alg none", async () => {
    const header = jose.base64url.encode(JSON.stringify({ alg: "none" }));
    const unsigned = `${header}.${jose.base64url.encode(JSON.stringify(payload))}.`;
    await expect(issuer.verify(unsigned)).rejects.toThrow();
  });

  it("refuses HS256 with the public key as its secret, under the known kid", async () => {
    const { keys: found } = JSON.parse((await call("GET", "/.well-known/jwks.json")).body);
    const publicKey = await jose.importJWK(found[0], "RS256", { extractable: true });
    const pem = await jose.exportSPKI(publicKey as jose.CryptoKey);
    const parts = [{ alg: "HS256", kid: found[0].kid }, payload].map((part) =>
      jose.base64url.encode(JSON.stringify(part)),
    );
    const mac = createHmac("sha256", pem).update(parts.join(".")).digest("base64url");
    await expect(issuer.verify([...parts, mac].join("."))).rejects.toThrow("alg");
  });

  it("refuses a key of somebody else, under an unknown kid, under ours and under none", async () => {
    const { privateKey } = await jose.generateKeyPair("RS256");
    const { keys: found } = JSON.parse((await call("GET", "/.well-known/jwks.json")).body);
    for (const kid of ["unknown", found[0].kid, undefined]) {
      const header = { alg: "RS256", ...(kid && { kid }) };
      const forged = await new jose.SignJWT(payload).setProtectedHeader(header).sign(privateKey);
      await expect(issuer.verify(forged)).rejects.toThrow();
    }
  });

  it("refuses another audience and another issuer", async () => {
    const dir = await mkdtemp(join(tmpdir(), "leyun-issuer-"));
    const of = (options: { audience: string; url: string }) =>
      createIssuer({ ...options, dir, now: () => new Date(time) });
    try {
      const ours = await of({ audience, url });
      const otherAudience = await (await of({ audience: "another", url })).token(claims);
      const otherIssuer = await (await of({ audience, url: "http://127.0.0.1:4000" })).token(claims);
      await expect(ours.verify(otherAudience)).rejects.toThrow("aud");
      await expect(ours.verify(otherIssuer)).rejects.toThrow("iss");
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it("refuses a token from the second in which it expires", async () => {
    const token = await issuer.token({ ...claims, expiresInSeconds: 60 });
    time = start + 59_999;
    await expect(issuer.verify(token)).resolves.toBeDefined();
    time = start + 60_000;
    await expect(issuer.verify(token)).rejects.toThrow("exp");
  });

  it("refuses a token until the second from which it is valid", async () => {
    const token = await issuer.token({ ...claims, notBefore: new Date(start + 5_000) });
    time = start + 4_999;
    await expect(issuer.verify(token)).rejects.toThrow("nbf");
    time = start + 5_000;
    await expect(issuer.verify(token)).resolves.toBeDefined();
  });

  it("refuses a token that was issued later than now", async () => {
    const token = await issuer.token({ ...claims, notBefore: new Date(start - 60_000) });
    time = start - 1_000;
    await expect(issuer.verify(token)).rejects.toThrow("future");
  });

  it.each(["", "Bearer ", "abc", "a.b.c"])("refuses %o", async (bearer) => {
    await expect(issuer.verify(bearer)).rejects.toThrow();
  });
});

describe("discovery", () => {
  it("names addresses that answer, and keys that open the issuer's tokens", async () => {
    const found = body(await call("GET", "/.well-known/openid-configuration"));
    expect(found).toMatchObject({ issuer: url, code_challenge_methods_supported: ["S256"] });
    const { keys: jwks } = body(await call("GET", found.jwks_uri));
    expect(jwks).toEqual([
      { kty: "RSA", n: expect.any(String), e: "AQAB", kid: expect.any(String), alg: "RS256", use: "sig" },
    ]);
    expect((await call("GET", found.token_endpoint)).status).toBe(405);
    expect((await call("DELETE", found.authorization_endpoint)).headers["allow"]).toBe("GET, POST");

    const token = await issuer.token({ sub: "somebody", roles: ["citizen"] });
    const opened = await jose.jwtVerify(token, await keys(), { currentDate: new Date(time) });
    expect(opened.protectedHeader).toEqual({ alg: "RS256", kid: jwks[0].kid, typ: "JWT" });
  });

  it("works below a path, and leaves every other address to others", async () => {
    const below = await createIssuer({ url: `${url}/oidc/`, audience, now: () => new Date(time) });
    const get = (path: string) =>
      below.handle({ method: "GET", url: new URL(path, url), headers: {}, body: "" });
    const found = JSON.parse((await get("/oidc/.well-known/openid-configuration"))?.body ?? "");
    expect(found).toMatchObject({ issuer: `${url}/oidc`, token_endpoint: `${url}/oidc/token` });
    for (const path of ["/", "/token", "/oidcc/token", "/oidc/v1/events"])
      expect(await get(path)).toBe(undefined);
  });
});

describe("keys kept in a directory", () => {
  it("verify what was signed before a restart, and only their owner may read them", async () => {
    const dir = await mkdtemp(join(tmpdir(), "leyun-issuer-"));
    try {
      const again = () => createIssuer({ url, audience, dir, now: () => new Date(time) });
      const token = await (await again()).token({ sub: "somebody", roles: ["citizen"] });
      await expect((await again()).verify(token)).resolves.toMatchObject({ sub: "somebody" });
      await expect(issuer.verify(token)).rejects.toThrow();
      expect((await stat(join(dir, "issuer.json"))).mode & 0o777).toBe(0o600);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
