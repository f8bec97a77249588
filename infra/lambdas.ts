import { queues, streams } from "#events/queues.ts";
import { routes } from "#shared/routes.ts";

/** What the gateway's `$default` calls: no route names it, because it answers what no route takes. */
export const noRoute = "service/noRoute";

/** Every Lambda entry of the service, `<context>/<name>` for `functions/<context>/<name>.ts`. */
export const lambdas: readonly string[] = [
  ...new Set([
    ...routes.map(({ lambda }) => lambda),
    noRoute,
    ...[...Object.values(queues), ...Object.values(streams)].map(({ consumer }) => consumer),
  ]),
];

/** What a resource of this Lambda entry is called: `people-citizen`. */
export const nameOf = (lambda: string): string => lambda.replace("/", "-");
