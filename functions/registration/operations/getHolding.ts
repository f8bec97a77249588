import { organisationOf } from "#shared/platform/caller.ts";
import { operation } from "#shared/platform/operation.ts";
import { programmeRoutes } from "#shared/registration/programme/contract.ts";
import { ownHolding } from "#shared/registration/programme/holdings.ts";

/** What the organisation reported of its event, and whether the bureau confirmed it. */
export const getHolding = operation(programmeRoutes.getHolding)(async ({ caller, path }) => {
  const holding = await ownHolding(path.eventId, organisationOf(caller));
  return { status: 200, body: holding, headers: { etag: `"${holding.version}"` } };
});
