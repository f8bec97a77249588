import { policyRoutes } from "#shared/policies/contract.ts";
import { approve } from "./deciding.ts";
import { finance } from "./ledger.ts";
import { good, type TestService } from "./service.ts";

/** A longer cooling-off period in Jiangsu, from the tests' own summer on. */
export const policyInput = (of: Record<string, unknown> = {}) => ({
  policyId: "prepaid.cooling-off",
  jurisdiction: "CN-32",
  value: { days: 20 },
  enforcement: "refuse" as const,
  source: { zh: "测试用规定", en: "A rule for tests" },
  validFrom: "2026-07-01",
  reason: "测试",
  ...of,
});

/** A version that two people have decided, in force from today on. */
export async function decidedPolicy(service: TestService, of: Record<string, unknown>): Promise<void> {
  const { approvalId } = await good(finance(service)(policyRoutes.changePolicy, { body: policyInput(of) }));
  await good(approve(finance(service, "finance-2"), approvalId));
}
