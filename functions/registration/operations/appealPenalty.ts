import { once } from "#shared/platform/operation.ts";
import { planNewAppeal } from "#shared/registration/standing/appeals.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";

/** Appeals against a penalty of the caller's, or of somebody they act for; once. */
export const appealPenalty = once(standingRoutes.appealPenalty)(
  ({ caller, path, body, now }) => planNewAppeal({ ...path, ...body }, caller, now),
  (effect) => ({ status: 201, body: { ...effect, status: "open" } }),
);
