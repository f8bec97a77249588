import type * as z from "zod";
import type { Bilingual, ProblemType } from "./problem.ts";

export const roles = ["citizen", "merchant", "organiser", "finance", "admin"] as const;
export type Role = (typeof roles)[number];

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface RequestSchemas {
  path?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The body is taken as it came over the wire, with its headers: what it says is proved by a signature over its bytes. */
  raw?: true;
}

/** What a route with a raw body is given. */
export interface RawBody {
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

/**
 * One operation of the public API, as data. Everything that must agree about it reads this one object: the handler,
 * the deployment (HTTP route, function, permissions), the local gateway, openapi.json, the typed client and the
 * authorisation test.
 */
export interface Route {
  operationId: string;
  method: Method;
  /** OpenAPI path template, `/v1/events/{eventId}`. */
  path: `/${string}`;
  /** The Lambda function that serves it: `functions/<lambda>.ts`. */
  lambda: string;
  summary: Bilingual;
  /** `public`, or the roles that may call it; nobody else may. */
  access: "public" | readonly Role[];
  request: RequestSchemas;
  /** The schema of the body per success status; a field outside it never leaves the service. */
  responses: Readonly<Record<number, z.ZodType>>;
  /** Refusals a caller can meet besides those every route of its kind has. */
  errors: readonly ProblemType[];
  /** `required`: the caller names its request by Idempotency-Key, and its effect is remembered for ever. */
  idempotency?: "required";
  /** Money and power: the caller signed in with a second factor (`amr` contains `mfa`). */
  stepUp?: true;
  /** If-Match: `required` on every edit; `when-exists` where the same call also creates. */
  ifMatch?: "required" | "when-exists";
  /**
   * At most `limit` calls of one caller in a window of `seconds`. A public route has no caller: its operation says
   * whose calls it counts (`refuseMoreThan`).
   */
  rateLimit?: { limit: number; seconds: number };
  /** The media type of success answers where it is not JSON. */
  media?: "text/html" | "text/calendar";
  /** Its answers name an ETag, and whoever has that one already (If-None-Match) is told so instead: 304. */
  conditional?: true;
  /** It exists on one machine, for those who try the service there, and is never deployed. */
  localOnly?: true;
}

/** Declares a route and keeps the exact types of its schemas for handlers and clients. */
export const route = <const R extends Route>(declared: R): R => declared;

/** HTTP API's own name for a route, `GET /v1/events/{eventId}`. */
export const routeKey = (of: Pick<Route, "method" | "path">): string => `${of.method} ${of.path}`;
