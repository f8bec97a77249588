import { clock } from "#shared/platform/clock.ts";
import { env } from "#shared/platform/env.ts";
import { Refusal } from "#shared/platform/problem.ts";
import { type BusinessDate, businessDate } from "#shared/platform/time.ts";
import { definitions } from "./definitions/index.ts";
import { inForce, type PolicyDefinition, type PolicyVersion, type RuleNotKept, ruleOf } from "./model.ts";
import { policyProblems } from "./problems.ts";
import { type DecidedVersion, listDecided } from "./store.ts";

/** A decided version holds everywhere after at most so long. */
const KNOWN_MS = 30_000;

let known: { at: number; decided: Promise<DecidedVersion[]> } | undefined;

/** Decided versions, read once for a while by a whole environment; of a failed reading nothing is kept. */
function decidedVersions(): Promise<DecidedVersion[]> {
  const at = clock.now().getTime();
  if (!known || at - known.at >= KNOWN_MS || at < known.at) {
    const decided = listDecided();
    known = { at, decided };
    decided.catch(() => {
      known = undefined;
    });
  }
  return known.decided;
}

/** What was decided is read anew; for whoever just decided something. */
export function forgetDecided(): void {
  known = undefined;
}

/** All versions of a policy: those of the release, and those that were decided. */
export const versionsOf = (
  { id, defaults }: PolicyDefinition,
  decided: readonly DecidedVersion[],
): PolicyVersion[] => [
  ...defaults.map((one) => ({ ...one, policyId: id, version: 0 })),
  ...decided.filter(({ policyId }) => policyId === id),
];

/** The version in force on a day where this deployment is. Throws when a policy has none there: a default is missing. */
export async function policy<Value>(
  definition: PolicyDefinition<Value>,
  on: BusinessDate = businessDate(clock.now()),
): Promise<PolicyVersion<Value>> {
  const versions = versionsOf(definition as PolicyDefinition, await decidedVersions());
  const found = inForce(versions, env().JURISDICTION, on);
  if (!found) throw new Error(`${definition.id} has no value in ${env().JURISDICTION} on ${on}`);
  return found as PolicyVersion<Value>;
}

/** The same, or `undefined` where there is no such rule. */
export async function policyIfAny<Value>(
  definition: PolicyDefinition<Value>,
  on: BusinessDate = businessDate(clock.now()),
): Promise<PolicyVersion<Value> | undefined> {
  const versions = versionsOf(definition as PolicyDefinition, await decidedVersions());
  return inForce(versions, env().JURISDICTION, on) as PolicyVersion<Value> | undefined;
}

export function definitionOf(policyId: string): PolicyDefinition {
  const found = definitions.find(({ id }) => id === policyId);
  if (!found) throw new Refusal(policyProblems.policyUnknown);
  return found;
}

/** The refusal of a request that does not keep a rule: it names the rule and where it comes from. */
export const refusedBy = ({ policyId, rule, source, jurisdiction }: RuleNotKept): Refusal =>
  new Refusal(policyProblems.refusedByPolicy, {
    facts: { policyId, rule, source: { zh: source.zh, en: source.en }, jurisdiction },
  });

/**
 * Holds a rule: refuses where it is refused, answers a warning where it only warns, and nothing where it is kept or
 * off.
 */
export function hold<Value>(
  definition: PolicyDefinition<Value>,
  version: PolicyVersion<Value>,
  kept: boolean,
): RuleNotKept | undefined {
  if (kept || version.enforcement === "off") return undefined;
  const rule = ruleOf(definition as PolicyDefinition, version);
  if (version.enforcement === "refuse") throw refusedBy(rule);
  return rule;
}
