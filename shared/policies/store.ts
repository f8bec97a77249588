import type { Item, Part } from "#shared/platform/database.ts";
import { dynamo } from "#shared/platform/dynamo.ts";
import type { PolicyVersion } from "./model.ts";

/** A version that was decided, over those that came with the release. */
export interface DecidedVersion extends PolicyVersion {
  decidedAt: string;
  approvalId: string;
}

const PARTITION = "POLICIES";
const sortOf = ({ policyId, jurisdiction, validFrom, version }: PolicyVersion): string =>
  `${policyId}#${jurisdiction}#${validFrom}#${String(version).padStart(6, "0")}`;

/** Refused by `refused` when a version of this number was decided meanwhile. */
export const planVersion = (decided: DecidedVersion, refused: () => Error): Part => ({
  table: "operations",
  write: {
    Put: {
      Item: { pk: PARTITION, sk: sortOf(decided), ...decided },
      ConditionExpression: "attribute_not_exists(pk)",
    },
  },
  refused,
});

/** All versions that were decided, of one policy or of all. */
export async function listDecided(policyId?: string): Promise<DecidedVersion[]> {
  const found: DecidedVersion[] = [];
  let after: Item | undefined;
  do {
    const page = await dynamo.query({
      table: "operations",
      partition: PARTITION,
      ...(policyId !== undefined && { from: `${policyId}#`, to: `${policyId}#~` }),
      limit: 500,
      consistent: true,
      ...(after && { after }),
    });
    found.push(...page.items.map(({ pk: _pk, sk: _sk, ...version }) => version as unknown as DecidedVersion));
    after = page.next;
  } while (after);
  return found;
}
