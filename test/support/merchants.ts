import { actorOf } from "#shared/audit/actor.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { newId } from "#shared/platform/ids.ts";
import type { TestService } from "./service.ts";

/** Puts an account on a merchant's staff, as it stands from then on. */
export async function putStaff(
  merchantId: string,
  sub: string,
  place: { role: "cashier" | "manager"; status: "active" | "revoked" },
): Promise<void> {
  const key = { pk: `MERCHANT#${merchantId}`, sk: `STAFF#${await actorOf({ sub })}` };
  await dynamo.writeHints("settlement", [{ ...key, ...place }], []);
}

let merchants = 0;

/** A merchant with a manager who is signed in. */
export async function merchant(service: TestService) {
  merchants += 1;
  const merchantId = newId("mer");
  const sub = `manager-${merchants}`;
  await putStaff(merchantId, sub, { role: "manager", status: "active" });
  return { merchantId, sub, call: service.as(sub, ["merchant"]) };
}
