import * as z from "zod";
import { route } from "#shared/platform/route.ts";

const open = { access: "public", lambda: "service/public", request: {}, errors: [] } as const;

export const serviceRoutes = {
  getHealth: route({
    ...open,
    operationId: "getHealth",
    method: "GET",
    path: "/health",
    summary: { zh: "服务是否在线", en: "Whether the service answers" },
    responses: { 200: z.object({ status: z.literal("ok"), build: z.string() }) },
  }),
  getDeepHealth: route({
    ...open,
    operationId: "getDeepHealth",
    method: "GET",
    path: "/health/deep",
    summary: { zh: "服务及其依赖是否正常", en: "Whether the service and what it stands on answer" },
    responses: {
      200: z.object({
        status: z.enum(["ok", "degraded"]),
        build: z.string(),
        checks: z.array(z.object({ name: z.string(), ok: z.boolean() })),
      }),
    },
  }),
  getOpenApi: route({
    ...open,
    operationId: "getOpenApi",
    method: "GET",
    path: "/openapi.json",
    summary: { zh: "接口说明（OpenAPI 3.1）", en: "The API's description, OpenAPI 3.1" },
    responses: { 200: z.looseObject({}) },
  }),
  getDocs: route({
    ...open,
    operationId: "getDocs",
    method: "GET",
    path: "/docs",
    summary: { zh: "接口说明（网页）", en: "The API's description to read" },
    media: "text/html",
    responses: { 200: z.string() },
  }),
} as const;
