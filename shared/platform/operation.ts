import type * as z from "zod";
import type { Caller } from "./caller.ts";
import type { Part } from "./database.ts";
import type { Language } from "./problem.ts";
import { commitOnce, type RequestKey, recall } from "./remember.ts";
import type { RawBody, Route } from "./route.ts";

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** A request after the pipeline: authenticated, authorised, parsed. */
export interface Call<R extends Route> {
  path: Parsed<R["request"]["path"]>;
  query: Parsed<R["request"]["query"]>;
  body: R["request"] extends { raw: true } ? RawBody : Parsed<R["request"]["body"]>;
  caller: R["access"] extends "public" ? undefined : Caller;
  /** The service's clock when the request arrived. */
  now: Date;
  key: R["idempotency"] extends "required" ? RequestKey : undefined;
  /** The version of If-Match; always there on a route whose edits require it. */
  version: R["ifMatch"] extends "required"
    ? number
    : R["ifMatch"] extends "when-exists"
      ? number | undefined
      : undefined;
  language: Language;
  /** Where the service was called, `https://api.example.cn`, for addresses that are handed out. */
  origin: string;
}

/** A success: one of the route's statuses with a body of that status's schema. */
export type Answer<R extends Route> = {
  [Status in keyof R["responses"] & number]: {
    status: Status;
    body: z.input<R["responses"][Status]>;
    headers?: Readonly<Record<string, string>>;
  };
}[keyof R["responses"] & number];

/** A route with what serves it. */
export interface Operation {
  route: Route;
  run(call: Call<Route>): Promise<Answer<Route>>;
}

/**
 * An operation whose call carries no remembered key, or that keeps the key inside its own item. Given in two steps,
 * so that the route's types are settled before the function is read.
 */
export const operation =
  <R extends Route>(route: R) =>
  (run: (call: Call<R>) => Promise<Answer<R>>): Operation => ({
    route,
    run: run as unknown as Operation["run"],
  });

/**
 * An operation that happens once per Idempotency-Key: a key seen before answers from the remembered effect;
 * otherwise the planned parts and the key are committed in one write. `answer` builds the body from the effect
 * alone, so that a replay says what the first call said. The effect is stored outside the people table: it names
 * persons by id and carries nothing else of them.
 */
export const once =
  <R extends Route & { idempotency: "required" }>(route: R) =>
  <Effect>(
    plan: (call: Call<R>) => Promise<{ parts: readonly Part[]; effect: Effect }>,
    answer: (effect: Effect, call: Call<R>) => Answer<R> | Promise<Answer<R>>,
  ): Operation =>
    operation(route)(async (call) => {
      const key = call.key as RequestKey;
      const remembered = await recall<Effect>(key);
      return answer(remembered ?? (await commitOnce(key, await plan(call))), call);
    });
