import { setTimeout as wait } from "node:timers/promises";
import { type CallInput, type CallOutput, type Client, createClient } from "#shared/client.ts";
import type { Role, Route } from "#shared/platform/route.ts";
import type { LocalService } from "../service.ts";

type Success<R extends Route> = Extract<CallOutput<R>, { ok: true }>["body"];

/** Calls of one account that must succeed. */
export type Account = <R extends Route>(route: R, input: CallInput<R>) => Promise<Success<R>>;

const ATTEMPTS = 5;
const TOKEN_SECONDS = 400 * 86_400;
/** Who decides signs in with a second factor. */
const deciding: readonly Role[] = ["finance", "admin"];

/** The public API without a socket between. */
const directly =
  ({ dispatch }: LocalService): typeof fetch =>
  async (address, { method = "GET", headers, body } = {}) => {
    const { pathname, search } = new URL(address instanceof Request ? address.url : address);
    const answer = await dispatch({
      method,
      target: pathname + search,
      headers: Object.fromEntries(new Headers(headers)),
      body: Buffer.from(typeof body === "string" ? body : ""),
    });
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };

/** Repeats under the same key what a busy machine could not do yet; a refusal means that the data are wrong. */
const insist =
  (call: Client): Account =>
  async (route, input) => {
    const idempotencyKey = crypto.randomUUID();
    for (let attempt = 1; ; attempt += 1) {
      const { ok, status, body } = await call(route, { idempotencyKey, ...input });
      if (ok) return body;
      if (status < 500 || attempt === ATTEMPTS)
        throw new Error(
          `演示数据被拒绝 / demonstration data refused: ${route.operationId} ${status} ${JSON.stringify(body)}`,
        );
      await wait(attempt * 200);
    }
  };

/** Accounts of the service, each signed in once under the clock of its first call. */
export function accountsOf(service: LocalService): (sub: string, role: Role, org?: string) => Account {
  const known = new Map<string, Account>();
  return (sub, role, org) => {
    const standing = known.get(sub);
    if (standing) return standing;
    const claims = {
      sub,
      roles: [role],
      ...(org !== undefined && { org }),
      ...(deciding.includes(role) && { amr: ["pwd", "mfa"] }),
      expiresInSeconds: TOKEN_SECONDS,
    };
    const token = service.issuer.token(claims);
    const account = insist(
      createClient({ baseUrl: service.url, token: () => token, fetch: directly(service) }),
    );
    known.set(sub, account);
    return account;
  };
}
