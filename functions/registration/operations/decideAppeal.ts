import { once } from "#shared/platform/operation.ts";
import { planDecision } from "#shared/registration/standing/appeals.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";

/** Upholds a penalty, or lifts it at once with its no-shows; the person is told. */
export const decideAppeal = once(standingRoutes.decideAppeal)(
  ({ caller, path, body, now }) => planDecision({ ...path, ...body }, caller, now),
  (effect) => ({ status: 200, body: effect }),
);
