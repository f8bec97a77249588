import { planClosing } from "#shared/accounting/closing.ts";
import { accountingRoutes } from "#shared/accounting/contract.ts";
import { periodAsShown } from "#shared/accounting/views.ts";
import { actorOf } from "#shared/audit/actor.ts";
import { once } from "#shared/platform/operation.ts";

/** Closes a period: at once to what is dated into it, and in full when all of it is sealed. */
export const closePeriod = once(accountingRoutes.closePeriod)(
  async ({ caller, path, now }) => planClosing(path.period, await actorOf(caller), now),
  (closing) => ({ status: 200, body: periodAsShown(closing) }),
);
