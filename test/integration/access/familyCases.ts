import type { Client } from "#shared/client.ts";
import { child } from "../../support/family.ts";
import type { Case, Whose } from "./cases.ts";

const ID = "01J00000000000000000000000";

/** The cases of a child's guardians. */
export function familyCases(): Readonly<Record<string, Case>> {
  const ownChild = async (owner: Client, whose: Whose) => ({
    path: { personId: whose === "absent" ? `per_${ID}` : (await child(owner)).personId },
  });
  return {
    inviteGuardian: { owned: true, make: ownChild },
    listGuardians: { owned: true, make: ownChild },
  };
}
