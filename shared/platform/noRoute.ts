import { Refusal } from "./problem.ts";
import { problems } from "./problems.ts";
import type { HttpEvent } from "./request.ts";
import type { Route } from "./route.ts";
import { type HttpFunction, refuse } from "./serve.ts";

const matcher = ({ path }: Route): RegExp =>
  new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);

/** Answers what no route takes: 405 with Allow where the address exists under other methods, else 404. */
export function serveNoRoute(routes: readonly Route[]): HttpFunction {
  const addresses = routes.map((route) => ({ method: route.method, pattern: matcher(route) }));
  const handler = async (event: HttpEvent) => {
    const allowed = addresses
      .filter(({ pattern }) => pattern.test(event.rawPath))
      .map(({ method }) => method);
    const known = allowed.length > 0;
    const refusal = new Refusal(known ? problems.methodNotAllowed : problems.notFound);
    const answer = refuse(refusal, event, event.requestContext.requestId);
    return known
      ? { ...answer, headers: { ...answer.headers, allow: [...new Set(allowed)].join(", ") } }
      : answer;
  };
  return Object.assign(handler, { operations: [] });
}
