import type * as z from "zod";
import type { ProblemBody } from "./platform/problem.ts";
import type { RawBody, Route } from "./platform/route.ts";

type Input<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;
/** Names whose value may be left out altogether. */
type Required<R extends Route> = {
  [Part in "path" | "query" | "body" as R["request"][Part] extends z.ZodType ? Part : never]: Input<
    R["request"][Part]
  >;
};

/** What a call of a route needs. */
export type CallInput<R extends Route> = Required<R> &
  (R["request"] extends { raw: true } ? { raw: RawBody } : object) & {
    /** Names this one request; made up when left out, so give one to retry. */
    idempotencyKey?: string;
    /** The ETag or version the change is based on. */
    ifMatch?: string | number;
  };

/** What a call answers: a success of the route's schemas, or a problem. */
export type CallOutput<R extends Route> =
  | {
      [Status in keyof R["responses"] & number]: {
        ok: true;
        status: Status;
        body: z.output<R["responses"][Status]>;
        headers: Headers;
      };
    }[keyof R["responses"] & number]
  | { ok: false; status: number; body: ProblemBody; headers: Headers };

export interface ClientOptions {
  baseUrl: string;
  /** The bearer token; asked for each call. */
  token?: string | (() => string | Promise<string>);
  language?: "zh-CN" | "en";
  fetch?: typeof fetch;
}

/** A typed client of any route: `call(registrationRoutes.signUp, { path, body })`. */
export function createClient({ baseUrl, token, language = "zh-CN", fetch: send = fetch }: ClientOptions) {
  return async function call<R extends Route>(route: R, input: CallInput<R>): Promise<CallOutput<R>> {
    const { path, query, body, raw, idempotencyKey, ifMatch } = input as {
      path?: Record<string, string>;
      query?: Record<string, unknown>;
      body?: unknown;
      raw?: RawBody;
      idempotencyKey?: string;
      ifMatch?: string | number;
    };
    const address = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(path?.[name] ?? ""),
    );
    const url = new URL(address, baseUrl);
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const bearer = typeof token === "function" ? await token() : token;
    const response = await send(url, {
      method: route.method,
      headers: {
        "accept-language": language,
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(route.idempotency && { "idempotency-key": idempotencyKey ?? crypto.randomUUID() }),
        ...(ifMatch !== undefined && { "if-match": typeof ifMatch === "number" ? `"${ifMatch}"` : ifMatch }),
        ...(raw?.headers as Record<string, string> | undefined),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(raw && { body: raw.body }),
    });
    const text = await response.text();
    const parsed: unknown = response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
    const { ok, status, headers } = response;
    return { ok, status, body: parsed, headers } as CallOutput<R>;
  };
}

export type Client = ReturnType<typeof createClient>;
