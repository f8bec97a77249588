import { randomUUID } from "node:crypto";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { JWTPayload } from "jose";
import { type Route, routeKey } from "#shared/platform/route.ts";
import { invoke } from "./functions.ts";

/** A request as it came over the wire; header names in lower case. */
export interface WireRequest {
  method: string;
  /** Path and query, still percent-encoded. */
  target: string;
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Instead of the body where it is no text. */
  bytes?: Buffer;
}

interface Address {
  route: Route;
  names: string[];
  pattern: RegExp;
}

const addressOf = (route: Route): Address => ({
  route,
  names: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ""),
  pattern: new RegExp(`^${route.path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "([^/]+)")}$`),
});

/** HTTP API flattens claims to text; an array becomes `[a b]`. */
const claimText = (claim: unknown): string => (Array.isArray(claim) ? `[${claim.join(" ")}]` : String(claim));

const flatten = (claims: JWTPayload): Record<string, string> =>
  Object.fromEntries(Object.entries(claims).map(([name, claim]) => [name, claimText(claim)]));

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const MAX_PAYLOAD = 10 * 1024 * 1024;
const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/**
 * API Gateway's HTTP API on one machine: matches routes, authorises tokens, builds the payload 2.0 event, invokes
 * the very handlers that are deployed and hands their result on.
 */
export function createGateway(of: {
  routes: readonly Route[];
  /** The claims of a valid token; rejects otherwise. */
  verify: (token: string) => Promise<JWTPayload>;
  now: () => Date;
}): (request: WireRequest) => Promise<WireResponse> {
  const addresses = of.routes.map(addressOf);

  return async ({ method, target, headers, body }) => {
    const [path = "/", query = ""] = target.split(/\?(.*)/s);
    if (body.byteLength > MAX_PAYLOAD) return json(413, { message: "Request Too Long" });
    const found = addresses.find(({ route, pattern }) => route.method === method && pattern.test(path));
    let claims: Record<string, string> | undefined;
    if (found && found.route.access !== "public") {
      const token = /^Bearer (.+)$/.exec(headers["authorization"] ?? "")?.[1] ?? "";
      const verified = await of.verify(token).catch(() => undefined);
      if (!verified) return json(401, { message: "Unauthorized" });
      claims = flatten(verified);
    }
    const values = found?.pattern.exec(path)?.slice(1) ?? [];
    const parameters = new URLSearchParams(query);
    const requestId = randomUUID();
    const key = found ? routeKey(found.route) : "$default";
    const event = {
      version: "2.0",
      routeKey: key,
      rawPath: decoded(path),
      rawQueryString: query,
      headers,
      ...(found &&
        found.names.length > 0 && {
          pathParameters: Object.fromEntries(
            found.names.map((name, at) => [name, decoded(values[at] ?? "")]),
          ),
        }),
      ...(query !== "" && {
        queryStringParameters: Object.fromEntries(
          [...parameters.keys()].map((name) => [name, parameters.getAll(name).join(",")]),
        ),
      }),
      requestContext: {
        requestId,
        domainName: headers["host"] ?? "",
        routeKey: key,
        stage: "$default",
        timeEpoch: of.now().getTime(),
        http: {
          method,
          path,
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: headers["user-agent"] ?? "",
        },
        ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
      },
      ...(body.byteLength > 0 && { body: body.toString("base64") }),
      isBase64Encoded: body.byteLength > 0,
    };
    try {
      const result = (await invoke(found?.route.lambda ?? "service/noRoute", event)) as
        | APIGatewayProxyStructuredResultV2
        | undefined;
      return {
        status: result?.statusCode ?? 200,
        headers: Object.fromEntries(
          Object.entries(result?.headers ?? {}).map(([name, value]) => [name, String(value)]),
        ),
        body: result?.body ?? "",
      };
    } catch (error) {
      // A handler that throws is a fault of the pipeline: the gateway's own answer, and the error for the developer.
      console.error(error);
      return json(500, { message: "Internal Server Error" });
    }
  };
}
