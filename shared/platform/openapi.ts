import * as z from "zod";
import type { ProblemType } from "./problem.ts";
import { problems } from "./problems.ts";
import type { Route } from "./route.ts";

type Json = Record<string, unknown>;

/** Refusals any route of this kind can meet, besides those it lists itself. */
export function commonProblems(route: Route): ProblemType[] {
  const { request, access, idempotency, ifMatch, rateLimit, method } = route;
  return [
    problems.unknownField,
    problems.invalidString,
    problems.invalidParameter,
    ...(request.body || method === "POST"
      ? [
          problems.malformedJson,
          problems.invalidBody,
          problems.payloadTooLarge,
          problems.unsupportedMediaType,
        ]
      : []),
    ...(access === "public" ? [] : [problems.unauthenticated, problems.forbidden]),
    ...(request.path ? [problems.notFound] : []),
    ...(idempotency
      ? [problems.idempotencyKeyRequired, problems.idempotencyKeyReused, problems.requestInProgress]
      : []),
    ...(ifMatch ? [problems.preconditionRequired, problems.versionMismatch] : []),
    // Any write can meet other writers for longer than the retries last.
    ...(method === "GET" || idempotency ? [] : [problems.requestInProgress]),
    ...(rateLimit ? [problems.rateLimited] : []),
    problems.internal,
    problems.temporarilyUnavailable,
  ];
}

/** Named schemas found on the way, for the components section. */
const components: Record<string, Json> = {};

/** References of a single schema point into itself; in the document they point to the components. */
const relocated = (json: Json): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, $defs = {}, ...root } = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Json;
  for (const [name, { id: __, ...definition }] of Object.entries($defs as Record<string, Json>))
    components[name] = relocated(definition);
  const { id, ...json } = relocated(root);
  if (typeof id !== "string") return json;
  components[id] = json;
  return { $ref: `#/components/schemas/${id}` };
}

function parametersOf({ request, idempotency, ifMatch, conditional }: Route): Json[] {
  const fields = (schema: z.ZodObject | undefined, where: "path" | "query"): Json[] =>
    Object.entries(schema?.shape ?? {}).map(([name, field]) => {
      const { description, ...json } = schemaOf(field as z.ZodType, "input");
      const required = where === "path" || !(field as z.ZodType).safeParse(undefined).success;
      return { name, in: where, required, ...(description !== undefined && { description }), schema: json };
    });
  const header = (name: string, required: boolean, description: string): Json => ({
    name,
    in: "header",
    required,
    description,
    schema: { type: "string" },
  });
  return [
    ...fields(request.path, "path"),
    ...fields(request.query, "query"),
    ...(idempotency
      ? [header("Idempotency-Key", true, "Your name for this one request; the same for every retry")]
      : []),
    ...(ifMatch ? [header("If-Match", ifMatch === "required", "The ETag you read")] : []),
    ...(conditional ? [header("If-None-Match", false, "The ETag of what you have")] : []),
  ];
}

function problemResponses(route: Route): Json {
  const all = [...commonProblems(route), ...route.errors];
  const byStatus = Map.groupBy(all, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, found]) => {
        const slugs = [...new Map(found.map((one) => [one.slug, one])).values()];
        const description = slugs
          .map(({ slug, title }) => `\`${slug}\` ${title.zh} / ${title.en}`)
          .join("\n\n");
        const gateway =
          status === 401
            ? { "application/json": { schema: { $ref: "#/components/schemas/GatewayError" } } }
            : {};
        const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
        return [String(status), { description, content: { ...problem, ...gateway } }];
      }),
  );
}

function operationOf(route: Route): Json {
  const { request, media = "application/json" } = route;
  const success = Object.entries(route.responses).map(([status, schema]) => [
    status,
    { description: route.summary.zh, content: { [media]: { schema: schemaOf(schema, "output") } } },
  ]);
  const roles = route.access === "public" ? "Anyone" : `Roles: ${route.access.join(", ")}`;
  return {
    operationId: route.operationId,
    tags: [route.lambda.split("/")[0]],
    summary: `${route.summary.zh} / ${route.summary.en}`,
    description: `${roles}.`,
    security: route.access === "public" ? [] : [{ bearer: [] }],
    parameters: parametersOf(route),
    ...(request.raw && {
      requestBody: {
        required: true,
        description: "As the sender signed it; fields that are not known here are accepted",
        content: { "application/json": { schema: { type: "object" } } },
      },
    }),
    ...(request.body && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: schemaOf(request.body, "input") } },
      },
    }),
    responses: {
      ...Object.fromEntries(success),
      ...(route.conditional && { 304: { description: "与您已有的内容相同 / What you have is still so" } }),
      ...problemResponses(route),
    },
  };
}

const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail", "instance", "traceId"],
  properties: {
    type: { type: "string", description: "/problems/<slug>; the slug is what a program decides by" },
    title: { type: "string", description: "What happened, in the language asked for" },
    status: { type: "integer" },
    detail: { type: "string", description: "What to do next" },
    instance: { type: "string" },
    traceId: { type: "string", description: "Tell us this when you ask for help" },
    errors: {
      type: "array",
      items: {
        type: "object",
        required: ["pointer", "message"],
        properties: {
          pointer: { type: "string" },
          message: { type: "string" },
          rule: { type: "string" },
          required: { type: ["string", "number"] },
        },
      },
    },
  },
};

const tags = {
  ledger: "账簿与会计期间 / Ledger and periods",
  approvals: "复核 / Decisions by a second person",
  registration: "赛事与报名 / Events and sign-up",
  audit: "审计日志 / Audit log",
  payments: "收付款 / Payments and refunds",
  policies: "规定 / Rules that a deployment sets",
  uploads: "上传文件 / Files that people give",
  merchants: "商户、场所与人员 / Merchants, venues and staff",
  notices: "消息通知 / Notices",
  webhooks: "商户系统推送 / Webhooks of merchants' systems",
  people: "个人、家人与同意 / People, families and consents",
  service: "服务状态与接口说明 / Health and description",
};

/** The whole API as OpenAPI 3.1. */
export function openApi(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  return {
    openapi: "3.1.0",
    info: {
      title: "乐运 Leyun",
      version: "1.0.0",
      summary: "全民健身公共服务接口 / API of a district's public fitness programme",
      description:
        "Money is in integer fen, instants are RFC 3339 UTC, business dates are days in Asia/Shanghai. " +
        "Errors are RFC 9457 problem+json in Chinese or English by Accept-Language. " +
        'The gateway itself refuses a missing or invalid token with 401 `{"message":"Unauthorized"}`.',
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: {
        ...Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
        Problem: problemSchema,
        GatewayError: {
          type: "object",
          required: ["message"],
          properties: { message: { type: "string" } },
        },
      },
    },
  };
}
