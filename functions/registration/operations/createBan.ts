import { findBan } from "#shared/people/standing/store.ts";
import { once } from "#shared/platform/operation.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { planNewBan } from "#shared/registration/standing/banning.ts";
import { standingRoutes } from "#shared/registration/standing/contract.ts";
import { banViews } from "#shared/registration/standing/views.ts";

/** Bans somebody at once, or asks a second person where the rules want one. Their registrations go on. */
export const createBan = once(standingRoutes.createBan)(
  ({ caller, body, now }) => planNewBan(body, caller, now),
  async ({ banId, approvalId, liveRegistrations }, { now }) => {
    if (approvalId !== undefined) {
      const status = "pending-approval" as const;
      return { status: 202, body: { status, approvalId, banId, liveRegistrations } };
    }
    const ban = await findBan(banId);
    const [view] = ban ? await banViews([ban], now) : [];
    if (!view) throw new Refusal(problems.notFound);
    return { status: 201, body: { ...view, liveRegistrations } };
  },
);
