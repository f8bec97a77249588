import { citizens } from "./permissions/citizens.ts";
import { ledger } from "./permissions/ledger.ts";
import type { Grants, Permissions } from "./permissions/model.ts";
import { officials } from "./permissions/officials.ts";
import { programme } from "./permissions/programme.ts";
import { service } from "./permissions/service.ts";
import { settlement } from "./permissions/settlement.ts";
import { standing } from "./permissions/standing.ts";

export type { Permissions } from "./permissions/model.ts";

/**
 * Per Lambda entry. The local service refuses whatever is not here (local/access), and a test runs every operation
 * and sees that each grant was used.
 */
export const permissions: Grants = {
  ...citizens,
  ...programme,
  ...ledger,
  ...settlement,
  ...standing,
  ...officials,
  ...service,
};

/** The permissions of a Lambda entry, which must be listed. */
export function permissionsOf(lambda: string): Permissions {
  const found = permissions[lambda];
  if (!found) throw new Error(`infra/permissions.ts says nothing of ${lambda}`);
  return found;
}
