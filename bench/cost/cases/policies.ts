import { approvalRoutes } from "#shared/approvals/contract.ts";
import { auditRoutes } from "#shared/audit/contract.ts";
import { policyRoutes } from "#shared/policies/contract.ts";
import { finance } from "#test/support/ledger.ts";
import { policyInput } from "#test/support/policies.ts";
import { good } from "#test/support/service.ts";
import type { CostSheet } from "../sheet.ts";
import { decisionOn } from "./approvals.ts";

/** A rule is changed by two people; and what all of that day left in the audit log. */
export async function policyCases(sheet: CostSheet): Promise<void> {
  const [maker, checker] = [finance(sheet.service), finance(sheet.service, "finance-2")];
  const list = (query: Record<string, string>) => () => maker(policyRoutes.listPolicies, { query });
  await sheet.costs("listPolicies", "all, none decided", "200", list({}));
  const key = crypto.randomUUID();
  const change = (of: Record<string, unknown> = {}, idempotencyKey: string = crypto.randomUUID()) =>
    maker(policyRoutes.changePolicy, { body: policyInput(of), idempotencyKey });
  const { approvalId } = await good(
    sheet.costs("changePolicy", "a new version", "202", () => change({}, key)),
  );
  await sheet.costs("changePolicy", "a new version, repeated", "202", () => change({}, key));
  await sheet.costs("changePolicy", "of a day that is past", "422 policy-backdated", () =>
    change({ validFrom: "2026-01-01" }),
  );
  const decision = await decisionOn(checker, approvalId);
  await sheet.costs("approve", "a new version of a rule", "200", () =>
    checker(approvalRoutes.approve, decision),
  );
  await sheet.costs("listPolicies", "all, one decided", "200", list({}));
  await sheet.costs("listAuditLog", "a day of few entries", "200", () =>
    maker(auditRoutes.listAuditLog, { query: {} }),
  );
}
