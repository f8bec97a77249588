import { queues, streams } from "#events/queues.ts";
import { routes } from "#shared/routes.ts";

/** What the gateway's `$default` calls: no route names it, because it answers what no route takes. */
export const noRoute = "service/noRoute";

/** Functions that answer HTTP routes. */
export const httpLambdas: readonly string[] = [...new Set(routes.map(({ lambda }) => lambda)), noRoute];

/** Functions that work on queues and table streams. */
export const eventLambdas: readonly string[] = [
  ...new Set([...Object.values(queues), ...Object.values(streams)].map(({ consumer }) => consumer)),
];

/** Every Lambda entry of the service, `<context>/<name>` for `functions/<context>/<name>.ts`. */
export const lambdas: readonly string[] = [...httpLambdas, ...eventLambdas];
