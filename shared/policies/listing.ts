import { env } from "#shared/platform/env.ts";
import type { BusinessDate } from "#shared/platform/time.ts";
import type { PolicyView } from "./contract.ts";
import { definitions } from "./definitions/index.ts";
import { inForce, type PolicyVersion } from "./model.ts";
import { definitionOf, versionsOf } from "./reading.ts";
import { type DecidedVersion, listDecided } from "./store.ts";

const compare = (a: PolicyVersion, b: PolicyVersion): number =>
  [a.policyId, a.jurisdiction, a.validFrom].join("#") < [b.policyId, b.jurisdiction, b.validFrom].join("#")
    ? -1
    : a.version - b.version;

/** Every version of every policy that is asked for, in the order of policy, jurisdiction and beginning. */
export async function policyViews(
  asked: {
    policyId?: string | undefined;
    jurisdiction?: string | undefined;
    inForce?: boolean | undefined;
  },
  today: BusinessDate,
): Promise<PolicyView[]> {
  const wanted = asked.policyId === undefined ? definitions : [definitionOf(asked.policyId)];
  const decided = await listDecided(asked.policyId);
  return wanted
    .flatMap((definition) => {
      const versions = versionsOf(definition, decided);
      const now = inForce(versions, env().JURISDICTION, today);
      return versions.toSorted(compare).map((version) => {
        const { decidedAt, approvalId } = version as Partial<DecidedVersion>;
        const { source } = version;
        return {
          ...version,
          title: definition.title,
          source,
          inForce: version === now,
          ...(decidedAt !== undefined && { decidedAt }),
          ...(approvalId !== undefined && { approvalId }),
        };
      });
    })
    .filter(({ jurisdiction }) => asked.jurisdiction === undefined || jurisdiction === asked.jurisdiction)
    .filter((view) => asked.inForce === undefined || view.inForce === asked.inForce);
}
