import { actorOf } from "#shared/audit/actor.ts";
import type { Caller } from "#shared/platform/caller.ts";
import type { Part } from "#shared/platform/database.ts";
import { idFromBytes } from "#shared/platform/ids.ts";
import { reference } from "#shared/platform/secrets.ts";
import { businessDate } from "#shared/platform/time.ts";
import { merchants } from "#shared/policies/definitions/merchants.ts";
import { type PolicyDefinition, ruleOf } from "#shared/policies/model.ts";
import { policy, refusedBy } from "#shared/policies/reading.ts";
import type { Staff, StaffRole } from "./model.ts";
import { admitInvitation, admitStaff } from "./rules.ts";
import { findInvitation, findStaff, planJoining } from "./store.ts";

/**
 * One account's place on one merchant's staff: the same whenever it joins again, and another at another merchant, so
 * that no two lists can be laid side by side.
 */
export async function staffIdOf(merchantId: string, actor: string): Promise<string> {
  return idFromBytes("stf", (await reference("staff", merchantId, actor)).subarray(0, 16));
}

/** The label of who applied. */
const FIRST = "负责人";

/** Who applies is the first staff, and manages. */
export async function firstStaff(merchantId: string, actor: string, now: Date): Promise<Staff> {
  const staffId = await staffIdOf(merchantId, actor);
  const of = { label: FIRST, role: "manager", status: "active", joinedAt: now.toISOString() } as const;
  return { merchantId, staffId, actor, ...of };
}

/**
 * The caller's place on a merchant's staff, read consistently. Refuses `not-found` to a stranger, `actor-suspended`
 * to whose place was taken back, and `forbidden` to a cashier where a manager is needed.
 */
export async function actingFor(merchantId: string, caller: Caller, needs: StaffRole): Promise<Staff> {
  const place = await findStaff(merchantId, await staffIdOf(merchantId, await actorOf(caller)));
  admitStaff(place, needs);
  return place;
}

/** The most venues and staff of one merchant, and the refusal of one more, which names the rule. */
export async function sizeLimits(
  now: Date,
): Promise<{ venues: number; staff: number; refused: () => Error }> {
  const version = await policy(merchants.size, businessDate(now));
  const rule = ruleOf(merchants.size as PolicyDefinition, version);
  return { ...version.value, refused: () => refusedBy(rule) };
}

/** The caller joins the staff of the merchant whose invitation code they hold. */
export async function planAccepting(
  code: string,
  caller: Caller,
  now: Date,
): Promise<{ parts: Part[]; joining: Staff }> {
  const [actor, invitation] = await Promise.all([actorOf(caller), findInvitation(code)]);
  const { merchantId = "" } = invitation ?? {};
  const staffId = await staffIdOf(merchantId, actor);
  const place = invitation && (await findStaff(merchantId, staffId));
  admitInvitation(invitation, place, now);
  const { label, role } = invitation;
  const at = now.toISOString();
  const joining: Staff = { merchantId, staffId, actor, label, role, status: "active", joinedAt: at };
  const { staff, refused } = await sizeLimits(now);
  return { parts: await planJoining(code, invitation, joining, staff, refused), joining };
}
