import { findBan } from "#shared/people/standing/store.ts";
import { once } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { planLift } from "#shared/registration/standing/banning.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { banViews } from "#shared/registration/standing/views.ts";

/** Lifts a ban at once; another than who imposed it does. */
export const liftBan = once(standingRoutes.liftBan)(
  ({ caller, path, body, now }) => planLift({ ...path, ...body }, caller, now),
  async ({ banId }, { now }) => {
    const ban = await findBan(banId);
    const [view] = ban ? await banViews([ban], now) : [];
    if (!view) throw new Refusal(problems.notFound);
    return { status: 200, body: view };
  },
);
