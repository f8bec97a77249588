import { env } from "#shared/platform/env.ts";
import { operation } from "#shared/platform/operation.ts";
import { serviceRoutes } from "#shared/service/contract.ts";

/** Answers without asking anything else. */
export const getHealth = operation(serviceRoutes.getHealth)(async () => ({
  status: 200,
  body: { status: "ok", build: env().BUILD_ID },
}));
