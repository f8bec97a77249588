import { approvalRoutes } from "#shared/approvals/contract.ts";
import type { Client } from "#shared/client.ts";
import { merchantRoutes } from "#shared/merchants/contract.ts";
import { finance } from "#test/support/ledger.ts";
import {
  accept,
  admitted,
  apply,
  type Decision,
  decideOn,
  invite,
  merchantInput,
  settlementAccount,
  venueInput,
} from "#test/support/merchants.ts";
import { good } from "#test/support/service.ts";
import type { CostSheet } from "../sheet.ts";
import { decisionOn } from "./approvals.ts";

/** More merchants than a page holds, of a town that no other case has. */
const MERCHANTS = 25;
const town = "七都镇";
const name = "演示健身七都店";

/** Merchants from their application to a freeze, their venues and their staff. */
export async function merchantCases(sheet: CostSheet): Promise<void> {
  const { service } = sheet;
  const owner = service.as("bench-merchant", ["merchant"]);
  const asked = {
    body: merchantInput({ name, town, settlementAccount: settlementAccount(name) }),
    idempotencyKey: crypto.randomUUID(),
  };
  const applying = () => owner(merchantRoutes.applyMerchant, asked);
  const { merchantId } = await good(sheet.costs("applyMerchant", "a merchant", "201", applying));
  await sheet.costs("applyMerchant", "a merchant, repeated", "201", applying);
  await sheet.costs("applyMerchant", "a code that stands", "409 merchant-exists", () =>
    owner(merchantRoutes.applyMerchant, { body: asked.body }),
  );
  await sheet.costs("applyMerchant", "a code that is none", "422 invalid-credit-code", () =>
    apply(owner, { unifiedSocialCreditCode: "912345" }),
  );
  await venueCases(sheet, owner, merchantId);
  await staffCases(sheet, owner, merchantId);
  await decisionCases(sheet, merchantId);
  await listingCases(sheet, merchantId);
}

async function venueCases(sheet: CostSheet, owner: Client, merchantId: string): Promise<void> {
  const path = { merchantId };
  const added = { path, body: venueInput(), idempotencyKey: crypto.randomUUID() };
  const adding = () => owner(merchantRoutes.addVenue, added);
  await sheet.costs("addVenue", "a venue", "201", adding);
  await sheet.costs("addVenue", "a venue, repeated", "201", adding);
  await sheet.costs("listVenues", "one", "200", () => owner(merchantRoutes.listVenues, { path, query: {} }));
  const stranger = sheet.service.as("bench-stranger", ["citizen"]);
  await sheet.costs("listVenues", "another's", "404 not-found", () =>
    stranger(merchantRoutes.listVenues, { path, query: {} }),
  );
}

async function staffCases(sheet: CostSheet, owner: Client, merchantId: string): Promise<void> {
  const path = { merchantId };
  const invitation = {
    path,
    body: { label: "前台1", role: "cashier" as const },
    idempotencyKey: crypto.randomUUID(),
  };
  const inviting = () => owner(merchantRoutes.inviteStaff, invitation);
  const { invitationCode } = await good(sheet.costs("inviteStaff", "a code", "201", inviting));
  await sheet.costs("inviteStaff", "a code, repeated", "201", inviting);
  const cashier = sheet.service.as("bench-cashier", ["merchant"]);
  const { staffId } = await good(
    sheet.costs("acceptStaffInvitation", "a code", "201", () => accept(cashier, invitationCode)),
  );
  await sheet.costs("acceptStaffInvitation", "a code that was used", "422 staff-invitation-invalid", () =>
    accept(sheet.service.as("bench-late", ["merchant"]), invitationCode),
  );
  const another = await invite(owner, merchantId);
  await sheet.costs("acceptStaffInvitation", "who is there already", "409 already-staff", () =>
    accept(cashier, another.invitationCode),
  );
  await sheet.costs("listStaff", "two", "200", () => owner(merchantRoutes.listStaff, { path, query: {} }));
  await sheet.costs("listMyMerchants", "one", "200", () =>
    cashier(merchantRoutes.listMyMerchants, { query: {} }),
  );
  const revoking = () => owner(merchantRoutes.revokeStaff, { path: { ...path, staffId } });
  await sheet.costs("revokeStaff", "a cashier", "200", revoking);
  await sheet.costs("revokeStaff", "revoked before", "200", revoking);
  await sheet.costs("listStaff", "who was revoked", "403 actor-suspended", () =>
    cashier(merchantRoutes.listStaff, { path, query: {} }),
  );
  await sheet.costs("listMyMerchants", "none", "200", () =>
    cashier(merchantRoutes.listMyMerchants, { query: {} }),
  );
}

async function decisionCases(sheet: CostSheet, merchantId: string): Promise<void> {
  const [maker, checker] = [finance(sheet.service), finance(sheet.service, "finance-2")];
  const key = crypto.randomUUID();
  const deciding = (by: Client, decision: Decision, of = merchantId, named?: string) =>
    decideOn(by, decision, of, {}, named);
  await sheet.costs("listMerchantReviews", "one that applied", "200", () =>
    maker(merchantRoutes.listMerchantReviews, { query: {} }),
  );
  await sheet.costs("approveMerchant", "one that applied", "200", () =>
    deciding(maker, "approve", merchantId, key),
  );
  await sheet.costs("approveMerchant", "one that applied, repeated", "200", () =>
    deciding(maker, "approve", merchantId, key),
  );
  await sheet.costs("approveMerchant", "approved before", "409 merchant-state", () =>
    deciding(checker, "approve"),
  );
  const { frozen } = await good(
    sheet.costs("freezeMerchant", "with its review", "200", () => deciding(maker, "freeze")),
  );
  const decision = await decisionOn(checker, frozen?.approvalId ?? "");
  await sheet.costs("approve", "the freeze of a merchant", "200", () =>
    checker(approvalRoutes.approve, decision),
  );
  await sheet.costs("unfreezeMerchant", "by who froze", "403 four-eyes", () => deciding(maker, "unfreeze"));
  await sheet.costs("unfreezeMerchant", "by another", "200", () => deciding(checker, "unfreeze"));
  const applicant = sheet.service.as("bench-applicant", ["merchant"]);
  const [rejected, listed] = [await good(apply(applicant)), await good(apply(applicant))];
  await sheet.costs("rejectMerchant", "one that applied", "200", () =>
    deciding(maker, "reject", rejected.merchantId),
  );
  await sheet.costs("blacklistMerchant", "one that applied", "200", () =>
    deciding(maker, "blacklist", listed.merchantId),
  );
}

async function listingCases(sheet: CostSheet, merchantId: string): Promise<void> {
  const { service } = sheet;
  for (let made = 1; made < MERCHANTS; made += 1) await admitted(service, { name, town });
  const find = (query: Record<string, string>) => () =>
    service.anyone(merchantRoutes.listMerchants, { query });
  const { nextCursor = "" } = await good(
    sheet.costs("listMerchants", "a page of 20 by town", "200", find({ town })),
  );
  await sheet.costs("listMerchants", "the next page, of 5", "200", find({ town, cursor: nextCursor }));
  await sheet.costs("listMerchants", "a page of 20 by words", "200", find({ q: "七都店" }));
  await sheet.costs("listMerchants", "nothing found", "200", find({ category: "冰壶" }));
  await sheet.costs("getMerchant", "with one venue", "200", () =>
    service.anyone(merchantRoutes.getMerchant, { path: { merchantId } }),
  );
  await sheet.costs("getMerchant", "none", "404 not-found", () =>
    service.anyone(merchantRoutes.getMerchant, { path: { merchantId: "mer_01J00000000000000000000000" } }),
  );
}
