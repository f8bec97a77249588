import type { Caller } from "./caller.ts";
import { dynamo } from "./dynamo.ts";
import { Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import type { Route } from "./route.ts";
import { reference } from "./secrets.ts";

/**
 * Counts the caller's calls in the running window and refuses `rate-limited` beyond the route's limit. Keyed by
 * identity, never by address: a school or a gym sits behind one address. Fixed windows; at a window's edge a caller
 * may reach twice the limit, which these limits (against guessing, not against load) can bear.
 */
export async function refuseTooMany(route: Route, caller: Caller | undefined, now: Date): Promise<void> {
  if (caller) await refuseMoreThan(route, caller.sub, now);
}

/** The same for whom a public route's operation has found behind a call. */
export async function refuseMoreThan(
  route: Pick<Route, "operationId" | "rateLimit">,
  caller: string,
  now: Date,
): Promise<void> {
  if (!route.rateLimit) return;
  const { limit, seconds } = route.rateLimit;
  const second = Math.floor(now.getTime() / 1000);
  const window = Math.floor(second / seconds);
  const who = (await reference("rate", caller)).subarray(0, 16).toString("base64url");
  const key = { pk: `RATE#${route.operationId}#${who}`, sk: String(window) };
  const count = await dynamo.count("operations", key, (window + 2) * seconds);
  if (count > limit)
    throw new Refusal(problems.rateLimited, { retryAfterSeconds: (window + 1) * seconds - second });
}
