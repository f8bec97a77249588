import { serveNoRoute } from "#shared/platform/noRoute.ts";
import { deployedRoutes } from "#shared/routes.ts";

/** What no route matches: the gateway's `$default`. */
export const handler = serveNoRoute(deployedRoutes);
