import middy from "@middy/core";
import httpSecurityHeaders from "@middy/http-security-headers";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { authorise, callerOf } from "./caller.ts";
import { clock } from "./clock.ts";
import { Contended, Unavailable } from "./database.ts";
import { env } from "./env.ts";
import { log, traceOf } from "./logger.ts";
import type { Operation } from "./operation.ts";
import { problemBody, Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import { refuseTooMany } from "./rateLimit.ts";
import { type HttpEvent, languageOf, parseRequest } from "./request.ts";
import { routeKey } from "./route.ts";

/** A Lambda handler of HTTP routes, with the operations it serves for those who check that each has one. */
export interface HttpFunction {
  (event: HttpEvent, context: Context): Promise<APIGatewayProxyStructuredResultV2>;
  operations: readonly Operation[];
}

function correlationOf(event: HttpEvent): string {
  const given = event.headers?.["x-correlation-id"];
  return given && /^[\w-]{8,64}$/.test(given) ? given : event.requestContext.requestId;
}

/** The one place where an error becomes an answer. What is not a refusal is ours, and is told without detail. */
function refusalOf(error: unknown, operation: string, correlationId: string): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Contended) return new Refusal(problems.requestInProgress, { retryAfterSeconds: 1 });
  const unavailable = error instanceof Unavailable;
  const refusal = unavailable
    ? new Refusal(problems.temporarilyUnavailable, { retryAfterSeconds: 2 })
    : new Refusal(problems.internal);
  log("request-failed", { operation, status: refusal.problem.status, trace: traceOf(error), correlationId });
  return refusal;
}

async function answer(operation: Operation, event: HttpEvent): Promise<APIGatewayProxyStructuredResultV2> {
  const { route } = operation;
  const now = clock.now();
  const caller = callerOf(event.requestContext.authorizer?.jwt?.claims);
  authorise(route, caller);
  await refuseTooMany(route, caller, now);
  const { status, body, headers } = await operation.run(await parseRequest(route, event, caller, now));
  const schema = route.responses[status];
  if (!schema) throw new Error(`${route.operationId} answered an undeclared status ${status}`);
  const shown: unknown = schema.parse(body);
  const { "content-type": type, ...others } = {
    "content-type": `${route.media ?? "application/json"}; charset=utf-8`,
    "cache-control": "no-store",
    ...headers,
  };
  if (route.conditional && isKnown(event.headers["if-none-match"], headers?.["etag"]))
    return { statusCode: 304, headers: others };
  return {
    statusCode: status,
    headers: { "content-type": type, ...others },
    body: route.media ? String(shown) : JSON.stringify(shown),
  };
}

const opaque = (tag: string): string => tag.trim().replace(/^W\//, "");

/** Whether If-None-Match names this ETag, weak or strong alike (RFC 9110, 13.1.2). */
function isKnown(ifNoneMatch: string | undefined, etag: string | undefined): boolean {
  if (ifNoneMatch === undefined || etag === undefined) return false;
  return ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((tag) => opaque(tag) === opaque(etag));
}

/** A refusal as problem+json. */
export function refuse(
  refusal: Refusal,
  event: HttpEvent,
  traceId: string,
): APIGatewayProxyStructuredResultV2 {
  const language = languageOf(event);
  return {
    statusCode: refusal.problem.status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      "content-language": language === "zh" ? "zh-CN" : "en",
      "cache-control": "no-store",
      ...(refusal.retryAfterSeconds !== undefined && { "retry-after": String(refusal.retryAfterSeconds) }),
    },
    body: JSON.stringify(problemBody(refusal, { language, instance: event.rawPath, traceId })),
  };
}

/**
 * Wraps operations into one Lambda handler: authenticate, authorise, limit, parse, run, serialise, and every error
 * as problem+json, once for all routes.
 */
export function serve(...operations: readonly Operation[]): HttpFunction {
  env();
  const byKey = new Map(operations.map((operation) => [routeKey(operation.route), operation]));
  const handler = middy<HttpEvent, APIGatewayProxyStructuredResultV2>()
    .use(httpSecurityHeaders({ strictTransportSecurity: { maxAge: 63_072_000, includeSubDomains: true } }))
    .handler(async (event: HttpEvent) => {
      const begun = performance.now();
      const operation = byKey.get(event.routeKey);
      const name = operation?.route.operationId ?? "none";
      const correlationId = correlationOf(event);
      let slug: string | undefined;
      let result: APIGatewayProxyStructuredResultV2;
      try {
        if (!operation) throw new Refusal(problems.notFound);
        result = await answer(operation, event);
      } catch (error) {
        const refusal = refusalOf(error, name, correlationId);
        slug = refusal.problem.slug;
        result = refuse(refusal, event, correlationId);
      }
      const durationMs = Math.round(performance.now() - begun);
      log("request-completed", {
        operation: name,
        status: result.statusCode,
        slug,
        durationMs,
        correlationId,
      });
      return { ...result, headers: { ...result.headers, "x-correlation-id": correlationId } };
    });
  return Object.assign(handler as unknown as HttpFunction, { operations });
}
