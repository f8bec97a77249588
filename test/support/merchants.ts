import { creditCode } from "#local/demo/creditCode.ts";
import { actorOf } from "#shared/audit/actor.ts";
import type { Client } from "#shared/client.ts";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import { staffIdOf } from "#shared/merchants/staff.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import { newId } from "#shared/platform/ids.ts";
import { businessDate } from "#shared/platform/time.ts";
import { policyRoutes } from "#shared/policies/contract.ts";
import { forgetDecided } from "#shared/policies/reading.ts";
import { approve } from "./deciding.ts";
import { finance } from "./ledger.ts";
import { policyInput } from "./policies.ts";
import { good, type TestService } from "./service.ts";

let codes = 0;
/** An invented credit code that no other test has. */
export const aCreditCode = (): string => {
  codes += 1;
  return creditCode(9_000_000 + codes);
};

/** A gym whose lease runs for years. */
export const merchantInput = (of: Record<string, unknown> = {}) => ({
  name: "演示健身平望店",
  unifiedSocialCreditCode: aCreditCode(),
  leaseEndsOn: "2029-12-31",
  categories: ["健身房"],
  town: "平望镇",
  lastYearRevenueFen: 123_456_700,
  paidInCapitalFen: 50_000_000,
  establishedOn: "2019-03-01",
  ...of,
});

export const settlementAccount = (accountName: string) => ({
  accountName,
  accountNumber: "6222 0000 9876 5432 109",
  bankName: "演示银行平望支行",
  bankCode: "102305400123",
});

export const custodyAccount = {
  accountName: "演示健身预付资金存管专户",
  accountNumber: "3205990011223344",
  bankName: "演示银行吴江支行",
  bankCode: "102305400999",
};

export const venueInput = (of: Record<string, unknown> = {}) => ({
  name: "平望一号馆",
  address: "平望镇演示路1号",
  town: "平望镇",
  categories: ["健身房"],
  ...of,
});

export const apply = (call: Client, of: Record<string, unknown> = {}) =>
  call(merchantRoutes.applyMerchant, { body: merchantInput(of) });

let owners = 0;
/** Somebody of a merchant whom no other test has. */
export const merchantCaller = (service: TestService): Client => {
  owners += 1;
  return service.as(`merchant-of-test-${owners}`, ["merchant"]);
};

const deciding = {
  approve: merchantRoutes.approveMerchant,
  reject: merchantRoutes.rejectMerchant,
  freeze: merchantRoutes.freezeMerchant,
  unfreeze: merchantRoutes.unfreezeMerchant,
  blacklist: merchantRoutes.blacklistMerchant,
} as const;
export type Decision = keyof typeof deciding;

/** An official decides on a merchant; the answer as it came. */
export const decideOn = (
  by: Client,
  decision: Decision,
  merchantId: string,
  more: Record<string, unknown> = {},
  idempotencyKey: string = crypto.randomUUID(),
) => {
  const input = { path: { merchantId }, body: { reason: "资料核实", ...more }, idempotencyKey };
  return by(deciding[decision] as typeof merchantRoutes.freezeMerchant, input);
};

/** An application that was approved, with who applied. */
export async function admitted(
  service: TestService,
  of: Record<string, unknown> = {},
  approval: Record<string, unknown> = {},
) {
  const owner = merchantCaller(service);
  const { merchantId } = await good(apply(owner, of));
  const merchant = await good(decideOn(finance(service), "approve", merchantId, approval));
  return { owner, merchantId, path: { merchantId }, merchant };
}

/** Puts an account on a merchant's staff, as it stands from then on. */
export async function putStaff(
  merchantId: string,
  sub: string,
  place: { role: "cashier" | "manager"; status: "active" | "revoked" },
): Promise<void> {
  const actor = await actorOf({ sub });
  const staffId = await staffIdOf(merchantId, actor);
  const key = { pk: `MERCHANT#${merchantId}`, sk: `STAFF#${staffId}` };
  await dynamo.writeHints(
    "settlement",
    [{ ...key, merchantId, staffId, actor, label: "前台", ...place }],
    [],
  );
}

let managed = 0;

/** A merchant with a manager who is signed in; of its application there is nothing. */
export async function merchant(service: TestService) {
  managed += 1;
  const merchantId = newId("mer");
  const sub = `manager-${managed}`;
  await putStaff(merchantId, sub, { role: "manager", status: "active" });
  return { merchantId, sub, call: service.as(sub, ["merchant"]) };
}

/** An invitation code from a manager. */
export const invite = (manager: Client, merchantId: string, role: "manager" | "cashier" = "cashier") =>
  good(manager(merchantRoutes.inviteStaff, { path: { merchantId }, body: { label: "前台1", role } }));

export const accept = (call: Client, invitationCode: string, idempotencyKey: string = crypto.randomUUID()) =>
  call(merchantRoutes.acceptStaffInvitation, { body: { invitationCode }, idempotencyKey });

/** Somebody new on the staff. */
export async function joined(
  service: TestService,
  manager: Client,
  merchantId: string,
  role: "manager" | "cashier" = "cashier",
) {
  const call = merchantCaller(service);
  const { invitationCode } = await invite(manager, merchantId, role);
  return { call, staffId: (await good(accept(call, invitationCode))).staffId };
}

/** A rule is changed by two people, and holds at once. */
export async function changeRule(service: TestService, of: Record<string, unknown>): Promise<void> {
  const body = policyInput({ validFrom: businessDate(service.clock.now()), ...of });
  const { approvalId } = await good(finance(service)(policyRoutes.changePolicy, { body }));
  await good(approve(finance(service, "finance-2"), approvalId));
  forgetDecided();
}
