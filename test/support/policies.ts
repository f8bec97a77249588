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
