import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { AddressRefused, publicLookup, readUrl } from "./addresses.ts";
import type { NoAnswer } from "./model.ts";
import type { Attempt } from "./rules.ts";

const TIMEOUT_MS = 5_000;

function reasonOf(error: unknown): NoAnswer {
  if (error instanceof AddressRefused) return "address-refused";
  return (error as Error).name === "AbortError" || (error as Error).name === "TimeoutError"
    ? "timeout"
    : "unreachable";
}

/**
 * Posts JSON to a merchant's system, to public addresses alone, and answers its status. A redirect is no success and
 * is not followed; what the answer says is not read. Not by `fetch`: only a request of one's own can be held to the
 * addresses that were looked at.
 */
export async function post(
  to: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  lookup = publicLookup(),
): Promise<Attempt> {
  // What is public is asked again: the rules may have changed since the address was registered.
  const url = readUrl(to);
  if (!url) return { error: "address-refused" };
  const local = url.protocol === "http:";
  const length = String(Buffer.byteLength(body));
  const options = {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/json; charset=utf-8",
      "content-length": length,
      "user-agent": "Leyun-Webhooks/1",
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    agent: false as const,
    ...(!local && { lookup }),
  };
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const asked = local ? plainRequest(url, options) : request(url, options);
  asked.on("response", (response) => {
    resolve({ status: response.statusCode ?? 0 });
    response.destroy();
  });
  asked.on("error", (error) => resolve({ error: reasonOf(error) }));
  asked.end(body);
  return promise;
}
