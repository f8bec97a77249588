import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import * as z from "zod";
import english from "zod/v4/locales/en.js";
import chinese from "zod/v4/locales/zh-CN.js";
import { parseBody, pointerPart, rawBody, refuseBadStrings } from "./body.ts";
import type { Caller } from "./caller.ts";
import type { Call } from "./operation.ts";
import { type FieldError, type Language, type ProblemType, Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import { type RequestKey, requestKey } from "./remember.ts";
import type { Route } from "./route.ts";

export type HttpEvent = APIGatewayProxyEventV2WithJWTAuthorizer;

/** A schema issue that names a refusal of its own carries it as `params.problem`. */
const problemOf = (issue: z.core.$ZodIssue): ProblemType | undefined =>
  issue.code === "custom" ? (issue.params?.["problem"] as ProblemType | undefined) : undefined;

const pointerTo = (root: string, path: readonly PropertyKey[]) => [root, ...path.map(pointerPart)].join("/");

const zh = chinese().localeError;
const en = english().localeError;
const say = (locale: z.core.$ZodErrorMap, issue: z.core.$ZodIssue): string => {
  const said = locale(issue as z.core.$ZodRawIssue);
  return (typeof said === "string" ? said : said?.message) ?? issue.message;
};

function fieldErrors(root: string, issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap((issue): FieldError[] =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          pointer: pointerTo(root, [...issue.path, key]),
          message: { zh: "无法识别的字段", en: "unknown field" },
        }))
      : [{ pointer: pointerTo(root, issue.path), message: { zh: say(zh, issue), en: say(en, issue) } }],
  );
}

/** Parses one part of a request, or what was made of one; its pointers begin with `root`. */
export function parse(
  schema: z.ZodType | undefined,
  value: unknown,
  root: string,
  otherwise: ProblemType,
): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const unknown = issues.some(({ code }) => code === "unrecognized_keys");
  const named = issues.map(problemOf).find((problem) => problem !== undefined);
  throw new Refusal(unknown ? problems.unknownField : (named ?? otherwise), {
    errors: fieldErrors(root, issues),
  });
}

function versionOf(route: Route, header: string | undefined): number | undefined {
  if (!route.ifMatch) return undefined;
  if (header === undefined) {
    if (route.ifMatch === "required") throw new Refusal(problems.preconditionRequired);
    return undefined;
  }
  const digits = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim())?.[1];
  if (digits === undefined) throw new Refusal(problems.versionMismatch);
  return Number(digits);
}

async function keyOf(
  route: Route,
  event: HttpEvent,
  caller: Caller | undefined,
  body: unknown,
): Promise<RequestKey | undefined> {
  if (route.idempotency !== "required") return undefined;
  const key = event.headers["idempotency-key"];
  if (key === undefined || !/^[\x21-\x7E]{1,255}$/.test(key))
    throw new Refusal(problems.idempotencyKeyRequired);
  return requestKey(caller?.sub ?? "", route.operationId, key, { path: event.pathParameters ?? {}, body });
}

export const languageOf = (event: HttpEvent): Language =>
  /^\s*en\b/i.test(event.headers?.["accept-language"] ?? "") ? "en" : "zh";

/** By the domain that the gateway matched, never by what a caller says of it. */
const originOf = ({ headers, requestContext }: HttpEvent): string =>
  `${headers["x-forwarded-proto"] ?? "http"}://${requestContext.domainName}`;

/** A request without a body schema may send an empty object, and nothing else. */
const nothing = z.strictObject({}).optional();

/** Everything an operation is given, or the refusal of what is wrong with the request. */
export async function parseRequest(
  route: Route,
  event: HttpEvent,
  caller: Caller | undefined,
  now: Date,
): Promise<Call<Route>> {
  const { request } = route;
  const path = event.pathParameters ?? {};
  const query = event.queryStringParameters ?? {};
  refuseBadStrings(path, "/path");
  refuseBadStrings(query, "/query");
  const taken = request.body || (event.body ?? "") !== "";
  const raw = request.raw ? rawBody(event) : taken ? parseBody(event) : undefined;
  const call = {
    path: parse(request.path, path, "/path", problems.notFound),
    query: parse(request.query ?? z.strictObject({}), query, "/query", problems.invalidParameter),
    body: request.raw ? raw : parse(request.body ?? nothing, raw, "", problems.invalidBody),
    caller,
    now,
    key: await keyOf(route, event, caller, raw),
    version: versionOf(route, event.headers["if-match"]),
    language: languageOf(event),
    origin: originOf(event),
  };
  return call as Call<Route>;
}
