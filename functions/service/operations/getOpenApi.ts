import { operation } from "#shared/platform/operation.ts";
import { serviceRoutes } from "#shared/service/contract.ts";
import openapi from "../../../docs/openapi.json" with { type: "json" };

/** The API's description, as generated from the routes. */
export const getOpenApi = operation(serviceRoutes.getOpenApi)(async () => ({
  status: 200,
  body: openapi as Record<string, unknown>,
  headers: { "cache-control": "public, max-age=300" },
}));
