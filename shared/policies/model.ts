import type * as z from "zod";
import type { Bilingual } from "#shared/platform/problem.ts";
import type { BusinessDate } from "#shared/platform/time.ts";

/**
 * Where a rule holds, by the codes of GB/T 2260: `CN` the country, `CN-32` Jiangsu, `CN-3205` Suzhou, `CN-320509`
 * Wujiang. The longer code goes before the shorter.
 */
export type Jurisdiction = string;

/** What happens when the rule is not kept. */
export const enforcements = ["refuse", "warn", "off"] as const;
export type Enforcement = (typeof enforcements)[number];

/** Where a rule comes from, as its reader can look it up. */
export interface Source extends Bilingual {
  /** Known from a secondary copy only: a lawyer settles it, and no release is needed for that. */
  verify?: boolean;
}

/** One version of a rule's value. */
export interface PolicyVersion<Value = unknown> {
  policyId: string;
  jurisdiction: Jurisdiction;
  /** In force from the beginning of this day in Asia/Shanghai. */
  validFrom: BusinessDate;
  /** Of two for the same day the higher. 0 came with the release. */
  version: number;
  value: Value;
  enforcement: Enforcement;
  source: Source;
}

/** A rule that a deployment may have to change: what its value looks like, and what it is when nobody changed it. */
export interface PolicyDefinition<Value = unknown> {
  id: string;
  title: Bilingual;
  /** Shape and units of the value; names end in `Fen`, `Days`, `Hours` and so on. */
  schema: z.ZodType<Value>;
  defaults: readonly Omit<PolicyVersion<Value>, "policyId" | "version">[];
}

export const define = <Value>(definition: PolicyDefinition<Value>): PolicyDefinition<Value> => definition;

/** What is told of a rule that was not kept, in a refusal or a warning. */
export interface RuleNotKept {
  policyId: string;
  rule: Bilingual;
  source: Source;
  jurisdiction: Jurisdiction;
}

export const ruleOf = (
  { id, title }: Pick<PolicyDefinition, "id" | "title">,
  { source, jurisdiction }: Pick<PolicyVersion, "source" | "jurisdiction">,
): RuleNotKept => ({ policyId: id, rule: title, source, jurisdiction });

/** `CN-320509` is in `CN-3205`, which is in `CN-32`, which is in `CN`; the nearest first. */
export function within(jurisdiction: Jurisdiction): Jurisdiction[] {
  const [country = "", code = ""] = jurisdiction.split("-");
  const found: Jurisdiction[] = [];
  for (let digits = code.length - (code.length % 2); digits > 0; digits -= 2)
    found.push(`${country}-${code.slice(0, digits)}`);
  return [...found, country];
}

/**
 * The version in force at a place on a day: the nearest jurisdiction that has one, there the latest that has begun.
 * `undefined` when none has.
 */
export function inForce<Value>(
  versions: readonly PolicyVersion<Value>[],
  at: Jurisdiction,
  on: BusinessDate,
): PolicyVersion<Value> | undefined {
  for (const jurisdiction of within(at)) {
    const begun = versions
      .filter((one) => one.jurisdiction === jurisdiction && one.validFrom <= on)
      .sort((a, b) =>
        a.validFrom === b.validFrom ? a.version - b.version : a.validFrom < b.validFrom ? -1 : 1,
      );
    const latest = begun.at(-1);
    if (latest) return latest;
  }
  return undefined;
}
