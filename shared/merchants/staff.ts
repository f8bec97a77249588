import { actorOf } from "#shared/audit/actor.ts";
import type { Caller } from "#shared/platform/caller.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { problems } from "#shared/platform/problems.ts";
import { merchantProblems } from "./problems.ts";

/**
 * That the caller is on a merchant's staff. Refuses `not-found` to a stranger, `actor-suspended` to whose place was
 * taken back, and `forbidden` to a cashier where a manager is needed.
 */
export async function actingFor(
  merchantId: string,
  caller: Caller,
  needs: "cashier" | "manager",
): Promise<void> {
  const key = { pk: `MERCHANT#${merchantId}`, sk: `STAFF#${await actorOf(caller)}` };
  const place = await dynamo.get({ table: "settlement", key, consistent: true });
  if (!place) throw new Refusal(problems.notFound);
  if (place["status"] === "revoked") throw new Refusal(merchantProblems.actorSuspended);
  if (needs === "manager" && place["role"] !== "manager") throw new Refusal(problems.forbidden);
}
