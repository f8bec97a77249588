import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as jose from "jose";
import { type Role, roles } from "#shared/platform/route.ts";

/** One of the demonstration persons of the sign-in page. */
export interface Person {
  sub: string;
  label: string;
  roles: Role[];
  org?: string;
}

export interface TokenClaims {
  sub: string;
  roles: readonly Role[];
  org?: string | undefined;
  amr?: readonly string[] | undefined;
  /** From now on, 3600 when absent; negative for a token that has expired. */
  expiresInSeconds?: number;
  notBefore?: Date;
}

export interface IssuerRequest {
  method: string;
  url: URL;
  /** By lower-case name. */
  headers: Record<string, string | undefined>;
  body: string;
}

export interface IssuerAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface Issuer {
  /** An access token. */
  token(claims: TokenClaims): Promise<string>;
  /** What an HTTP API's JWT authorizer does with an Authorization header; throws where that answers 401. */
  verify(bearer: string): Promise<jose.JWTPayload>;
  /** Discovery, keys, sign-in and tokens, below the issuer's url; `undefined` for every other address. */
  handle(request: IssuerRequest): Promise<IssuerAnswer | undefined>;
}

export interface IssuerOptions {
  url: string;
  /** The audience of access tokens; an id_token's is its client. */
  audience: string;
  /** Keeps the key pair in `issuer.json`, so that tokens outlive a restart. */
  dir?: string;
  now: () => Date;
  people?: () => Person[];
  /** Machines that redeem vouchers, by client_id. */
  tills?: Record<string, { secret: string; org: string }>;
}

interface Authorization {
  clientId: string;
  redirectUri: string;
  challenge: string;
  scope: string;
  nonce: string | undefined;
}

const CODE_LIVES_MS = 60_000;
const TILL_SCOPE = "till:redeem";
const scopes = ["openid", "profile"];

/** An OpenID provider for one machine only: it believes whatever one says of oneself. */
export async function createIssuer(options: IssuerOptions): Promise<Issuer> {
  const issuer = options.url.replace(/\/+$/, "");
  const base = new URL(issuer).pathname.replace(/\/$/, "");
  const { kid, privateKey, publicKey, publicJwk } = await keyPair(options.dir);
  const people = options.people ?? (() => []);
  const grants = new Map<string, Authorization & { person: Person; amr: string[]; at: number }>();
  const lapsed = ({ at }: { at: number }) => options.now().getTime() - at > CODE_LIVES_MS;
  const epoch = () => Math.floor(options.now().getTime() / 1000);

  const sign = (claims: jose.JWTPayload, audience: string, lifetime = 3600, notBefore = options.now()) =>
    new jose.SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(epoch())
      .setNotBefore(notBefore)
      .setExpirationTime(epoch() + lifetime)
      .setJti(randomUUID())
      .sign(privateKey);

  const token = ({ expiresInSeconds, notBefore, ...claims }: TokenClaims & { scope?: string }) =>
    sign(claims, options.audience, expiresInSeconds, notBefore);

  async function verify(bearer: string): Promise<jose.JWTPayload> {
    const known = (header: { kid?: string }) => {
      if (header.kid !== kid) throw new jose.errors.JWKSNoMatchingKey();
      return publicKey;
    };
    const { payload } = await jose.jwtVerify(bearer.replace(/^Bearer +/i, ""), known, {
      algorithms: ["RS256"],
      issuer,
      audience: options.audience,
      requiredClaims: ["exp", "iat"],
      currentDate: options.now(),
    });
    // API Gateway asks this as well; jose looks at iat only for a greatest age.
    if ((payload.iat ?? 0) > epoch())
      throw new jose.errors.JWTClaimValidationFailed("issued in the future", payload, "iat", "check_failed");
    return payload;
  }

  const discovery = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "client_credentials"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["none", "client_secret_basic", "client_secret_post"],
    code_challenge_methods_supported: ["S256"],
    scopes_supported: [...scopes, TILL_SCOPE],
    authorization_response_iss_parameter_supported: true,
  };

  /** What a client asks at the authorization endpoint, or how it is refused (RFC 6749, 4.1.2.1). */
  function authorization(asked: URLSearchParams): Authorization | IssuerAnswer {
    const clientId = single(asked, "client_id");
    const redirectUri = single(asked, "redirect_uri");
    if (!clientId || !redirectUri || !isLoopback(redirectUri))
      return page(400, "无法登录", "<p>缺少 client_id，或 redirect_uri 不是本机地址。</p>");
    const refuse = (error: string, error_description: string) =>
      redirect(redirectUri, { error, error_description, state: single(asked, "state"), iss: issuer });
    const challenge = single(asked, "code_challenge") ?? "";
    if (single(asked, "response_type") !== "code")
      return refuse("unsupported_response_type", "response_type must be code");
    if (single(asked, "code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(challenge))
      return refuse("invalid_request", "PKCE with S256 is required");
    if (single(asked, "prompt") === "none") return refuse("login_required", "Someone must choose a person");
    const scope = (single(asked, "scope") ?? "").split(" ").filter((one) => scopes.includes(one));
    return { clientId, redirectUri, challenge, scope: scope.join(" "), nonce: single(asked, "nonce") };
  }

  function signIn(form: URLSearchParams): IssuerAnswer {
    const asked = authorization(form);
    if ("status" in asked) return asked;
    const sub = single(form, "person");
    const person = sub ? people().find((one) => one.sub === sub) : typedPerson(form);
    if (!person) return signInPage(form, people(), "请选择一位人员，或者填写编号并至少勾选一个角色。");
    for (const [old, grant] of grants) if (lapsed(grant)) grants.delete(old);
    const code = randomBytes(32).toString("base64url");
    const amr = single(form, "mfa") ? ["pwd", "mfa"] : ["pwd"];
    grants.set(code, { ...asked, person, amr, at: options.now().getTime() });
    return redirect(asked.redirectUri, { code, state: single(form, "state"), iss: issuer });
  }

  async function redeemCode(form: URLSearchParams): Promise<IssuerAnswer> {
    const code = single(form, "code");
    const verifier = single(form, "code_verifier");
    if (!code || !verifier) return refusal("invalid_request", "code and code_verifier are required, once");
    const grant = grants.get(code);
    // Gone at its first use, also one that fails: who guesses a verifier has one guess.
    grants.delete(code);
    if (!grant || lapsed(grant)) return refusal("invalid_grant", "The code is unknown, used or expired");
    if (single(form, "client_id") !== grant.clientId || single(form, "redirect_uri") !== grant.redirectUri)
      return refusal("invalid_grant", "The code belongs to another client_id or redirect_uri");
    const wellFormed = /^[\w.~-]{43,128}$/.test(verifier);
    if (!wellFormed || sha256(verifier).toString("base64url") !== grant.challenge)
      return refusal("invalid_grant", "The code_verifier does not match");
    const { person, nonce, amr, scope, clientId } = grant;
    const identity = {
      sub: person.sub,
      name: person.label,
      nonce,
      amr,
      auth_time: Math.floor(grant.at / 1000),
    };
    return tokens({
      access_token: await token({ sub: person.sub, roles: person.roles, org: person.org, amr }),
      scope,
      ...(scope.includes("openid") && { id_token: await sign(identity, clientId) }),
    });
  }

  async function tillToken(form: URLSearchParams, basic: string | undefined): Promise<IssuerAnswer> {
    const posted = { id: single(form, "client_id"), secret: single(form, "client_secret") };
    const { id = "", secret = "" } = basic ? basicCredentials(basic) : posted;
    const till = new Map(Object.entries(options.tills ?? {})).get(id);
    if (!till || !timingSafeEqual(sha256(till.secret), sha256(secret)))
      return refusal("invalid_client", "Unknown client or wrong secret", 401);
    if ((single(form, "scope") ?? TILL_SCOPE) !== TILL_SCOPE)
      return refusal("invalid_scope", `A till may ask for ${TILL_SCOPE} only`);
    const claims = { sub: id, roles: ["merchant"] as const, org: till.org, scope: TILL_SCOPE };
    return tokens({ access_token: await token(claims), scope: TILL_SCOPE });
  }

  async function tokenEndpoint({ headers, body }: IssuerRequest): Promise<IssuerAnswer> {
    if (!headers["content-type"]?.startsWith("application/x-www-form-urlencoded"))
      return refusal("invalid_request", "The body must be application/x-www-form-urlencoded");
    const form = new URLSearchParams(body);
    const grantType = single(form, "grant_type");
    if (grantType === "authorization_code") return redeemCode(form);
    if (grantType === "client_credentials") return tillToken(form, headers["authorization"]);
    if (!grantType) return refusal("invalid_request", "grant_type is required, once");
    return refusal("unsupported_grant_type", "Use authorization_code or client_credentials");
  }

  const endpoints = new Map<string, (request: IssuerRequest) => IssuerAnswer | Promise<IssuerAnswer>>([
    ["GET /.well-known/openid-configuration", () => json(200, discovery)],
    ["GET /.well-known/jwks.json", () => json(200, { keys: [publicJwk] })],
    [
      "GET /authorize",
      ({ url: { searchParams } }) => {
        const asked = authorization(searchParams);
        return "status" in asked ? asked : signInPage(searchParams, people());
      },
    ],
    ["POST /authorize", ({ body }) => signIn(new URLSearchParams(body))],
    ["POST /token", tokenEndpoint],
  ]);

  async function handle(request: IssuerRequest): Promise<IssuerAnswer | undefined> {
    const { pathname } = request.url;
    if (!pathname.startsWith(`${base}/`)) return undefined;
    const path = pathname.slice(base.length);
    const answer = endpoints.get(`${request.method} ${path}`);
    if (answer) return answer(request);
    const allow = [...endpoints.keys()].map((key) => key.split(" ")).filter((key) => key[1] === path);
    return allow.length === 0
      ? undefined
      : { status: 405, headers: { allow: allow.map(([method]) => method).join(", ") }, body: "" };
  }

  return { token, verify, handle };
}

async function keyPair(dir: string | undefined) {
  const jwk = dir === undefined ? await freshKey() : await keptKey(dir);
  const kid = await jose.calculateJwkThumbprint(jwk);
  const publicJwk = { kty: "RSA", n: jwk.n, e: jwk.e, kid, alg: "RS256", use: "sig" };
  const privateKey = await jose.importJWK(jwk, "RS256");
  return { kid, privateKey, publicKey: await jose.importJWK(publicJwk, "RS256"), publicJwk };
}

type RsaKey = jose.JWK_RSA_Private & { kty: "RSA" };

async function freshKey(): Promise<RsaKey> {
  const { privateKey } = await jose.generateKeyPair("RS256", { extractable: true });
  return (await jose.exportJWK(privateKey)) as RsaKey;
}

async function keptKey(dir: string): Promise<RsaKey> {
  const file = join(dir, "issuer.json");
  const kept = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (kept) return JSON.parse(kept) as RsaKey;
  const key = await freshKey();
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(key), { mode: 0o600, flag: "wx" });
  return key;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest();

/** A parameter that occurs once: OAuth refuses repeated ones, and takes empty ones as absent. */
function single(form: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = form.getAll(name);
  return more.length > 0 || value === "" ? undefined : value;
}

function isLoopback(uri: string): boolean {
  const url = URL.parse(uri);
  if (url?.protocol !== "http:" || url.username || url.password || uri.includes("#")) return false;
  return url.hostname === "127.0.0.1" || url.hostname === "localhost";
}

function basicCredentials(header: string): { id?: string; secret?: string } {
  const [id = "", ...secret] = Buffer.from(header.replace(/^Basic +/i, ""), "base64")
    .toString()
    .split(":");
  // RFC 6749, 2.3.1: both are form-encoded before they are joined.
  const decode = (text: string) => new URLSearchParams(`x=${text.replaceAll("&", "%26")}`).get("x") ?? "";
  return { id: decode(id), secret: decode(secret.join(":")) };
}

function json(status: number, body: object, headers: Record<string, string> = {}): IssuerAnswer {
  // A console under another port of this machine must be able to read it.
  const open = { "content-type": "application/json", "access-control-allow-origin": "*" };
  return { status, headers: { ...open, ...headers }, body: JSON.stringify(body) };
}

const tokens = (body: object) =>
  json(200, { token_type: "Bearer", expires_in: 3600, ...body }, { "cache-control": "no-store" });

const refusal = (error: string, error_description: string, status = 400) =>
  json(
    status,
    { error, error_description },
    { "cache-control": "no-store", ...(status === 401 && { "www-authenticate": 'Basic realm="leyun"' }) },
  );

function redirect(uri: string, parameters: Record<string, string | undefined>): IssuerAnswer {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.append(name, value);
  return { status: 303, headers: { location: url.href, "cache-control": "no-store" }, body: "" };
}

const roleNames: Record<Role, string> = {
  citizen: "市民",
  merchant: "商户",
  organiser: "主办方",
  finance: "财务",
  admin: "管理员",
};

/** A person as one describes oneself on the sign-in page. */
function typedPerson(form: URLSearchParams): Person | undefined {
  const sub = single(form, "sub")?.trim() ?? "";
  const org = single(form, "org")?.trim() ?? "";
  const chosen = roles.filter((role) => form.getAll("role").includes(role));
  if (!/^[\w.:@-]{1,64}$/.test(sub) || !/^[\w.:@-]{0,64}$/.test(org) || chosen.length === 0) return undefined;
  return { sub, label: sub, roles: chosen, ...(org && { org }) };
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function signInPage(asked: URLSearchParams, people: Person[], problem?: string): IssuerAnswer {
  const kept = ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce"];
  const hidden = [...kept, "code_challenge", "code_challenge_method"]
    .map((name) => `<input type="hidden" name="${name}" value="${escaped(asked.get(name) ?? "")}">`)
    .join("");
  const mfa = `<label class="choice"><input type="checkbox" name="mfa" value="yes" checked>已完成双因素验证（mfa）</label>`;
  const known = people.map(({ sub, label, roles: held, org }) => {
    const details = [held.map((role) => roleNames[role]).join("、"), org].filter(Boolean).join(" · ");
    return `<li><button name="person" value="${escaped(sub)}">${escaped(label)}<small>${escaped(details)}</small></button></li>`;
  });
  const choices = roles.map((role) => {
    const checked = asked.getAll("role").includes(role) ? " checked" : "";
    return `<label class="choice"><input type="checkbox" name="role" value="${role}"${checked}>${roleNames[role]}</label>`;
  });
  return page(
    problem ? 400 : 200,
    "登录（本机演示）",
    `${problem ? `<p role="alert">${escaped(problem)}</p>` : ""}
<p>此页面只在本机使用，不核对身份，也不需要密码。</p>
${known.length > 0 ? `<form method="post"><h2>选择一位演示人员</h2>${hidden}<ul>${known.join("")}</ul>${mfa}</form>` : ""}
<form method="post"><h2>或者自行填写</h2>${hidden}
<label for="sub">编号（字母、数字、. : @ _ -）</label>
<input id="sub" name="sub" required maxlength="64" autocomplete="off" autocapitalize="none" value="${escaped(asked.get("sub") ?? "")}">
<fieldset><legend>角色（至少一个）</legend>${choices.join("")}</fieldset>
<label for="org">所属机构编号（可不填）</label>
<input id="org" name="org" maxlength="64" autocomplete="off" autocapitalize="none" value="${escaped(asked.get("org") ?? "")}">
${mfa}<button>登录</button></form>`,
  );
}

const style = `body{margin:0;font:1.125rem/1.6 system-ui,sans-serif;color:#1a1a1a;background:#fff}
main{max-width:32rem;margin:auto;padding:1rem}h1{font-size:1.5rem}h2{font-size:1.25rem}ul{list-style:none;padding:0}
li{margin:.5rem 0}label{display:block;margin-top:.75rem}fieldset{margin:1rem 0;border:1px solid #767676}
input:not([type=checkbox]),button{box-sizing:border-box;width:100%;min-height:3rem;padding:.5rem .75rem;font:inherit}
input:not([type=checkbox]){border:1px solid #767676}.choice{display:flex;align-items:center;gap:.5rem;min-height:2.75rem;margin:0}
[type=checkbox]{width:1.5rem;height:1.5rem;flex:none}button{margin-top:.5rem;border:0;border-radius:.25rem;color:#fff;background:#0b57a4}
li button{margin:0;text-align:left}small{display:block}:focus-visible{outline:3px solid #b35900;outline-offset:2px}
[role=alert]{padding:.75rem;border-left:.375rem solid #b00020;background:#fdecea}`;

function page(status: number, title: string, content: string): IssuerAnswer {
  return {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      "referrer-policy": "no-referrer",
    },
    body: `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · 乐运</title>
<style>${style}</style></head><body><main><h1>${title}</h1>${content}</main></body></html>`,
  };
}
