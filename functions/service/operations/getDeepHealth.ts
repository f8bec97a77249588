import { env } from "#shared/platform/env.ts";
import { operation } from "#shared/platform/operation.ts";
import { serviceRoutes } from "#shared/service/contract.ts";
import { checkDependencies } from "#shared/service/dependencies.ts";

/** Asks each table and the service's secrets. */
export const getDeepHealth = operation(serviceRoutes.getDeepHealth)(async () => {
  const checks = await checkDependencies();
  const status = checks.every(({ ok }) => ok) ? "ok" : "degraded";
  return { status: 200, body: { status, build: env().BUILD_ID, checks } };
});
